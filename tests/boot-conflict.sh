#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The boot service does not fight another DHCP server: it names the server and
# answers no DHCP.  With --proxy it works beside that server.  If another server
# comes later, the service reports it.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"

# other I ARGS...: starts a foreign DHCP server on machine I.
other() {
	other=$1
	shift
	: >"$TMP/other.log"
	bed_start "$other" "$TMP/other.log" dnsmasq --keep-in-foreground \
		--conf-file=/dev/null --port=0 --interface=eth0 \
		--bind-interfaces --log-facility=- --pid-file= --user=root \
		--dhcp-leasefile=/run/leases \
		--dhcp-range="$BED_NET.200,$BED_NET.210" "$@"
	OTHER=$BED_PID
	wait_for 10 grep -q 'IP range' "$TMP/other.log"
}

other_stop() {
	bed_in "$1" sh -c 'kill $(pgrep -x dnsmasq)'
	wait "$OTHER" || :
}

# refuses PATTERN [here]: fails the test unless `vfield boot` on machine 1 ends
# with a message that matches PATTERN.  Without `here', machine 1 must have no
# DHCP server then.
refuses() {
	rc=0
	timeout 60 nsenter -t "$(bed_init_pid 1)" -m -u -i -n -p -- vfield boot \
		--files "$FILES" >"$TMP/out" 2>"$TMP/err" || rc=$?
	[ $rc -eq 1 ] || fail "status $rc: $(cat "$TMP/err")"
	grep -q -e "$1" "$TMP/err" || fail "not $1: $(cat "$TMP/err")"
	cat "$TMP/err"
	! boot_child 1 dnsmasq >/dev/null || [ "${2-}" = here ] ||
		fail "it runs a DHCP server"
}

bed_bridge
boot_files 100 100
boot_node 1
bed_machine 2
bed_machine 3

other 2 --domain=example.org
refuses "behind eth0: $BED_NET.2 (example.org), which offers $BED_NET.2..;"
other_stop 2

# The foreign server is on the service's own machine: it does not hear the
# request with which the service looks for other servers.
other 1
refuses 'runs on this machine' here
other_stop 1

# The service works beside the foreign server, as a proxy.
other 2
boot_serve 1 --proxy
boot_wait 1
cat "$TMP/n1/boot-ready"
beside() {
	bed_vfield 1 status | grep 'answers beside another DHCP server'
}
wait_for 10 beside
bed_in 3 busybox udhcpc -f -q -n -i eth0 -s /bin/true -V \
	PXEClient:Arch:00000:UNDI:002001 >"$TMP/udhcpc" 2>&1
grep -q "from $BED_NET.2" "$TMP/udhcpc" || fail "$(cat "$TMP/udhcpc")"
wait_for 10 boot_is 1 '.machines | length == 1 and .[0].stage == "rom"'
mac=$(boot_json 1 '.machines[0].mac')
bed_in 3 curl -s "http://$BED_NET.1:10811/boot.ipxe" >"$TMP/script"
grep -q 'boot.ipxe?mac=' "$TMP/script" ||
	grep -q 'vfield.name=node' "$TMP/script" || fail "$(cat "$TMP/script")"
bed_in 3 curl -s "http://$BED_NET.1:10811/boot.ipxe?mac=$mac" >"$TMP/script"
grep -q "vfield.image=[0-9a-f]\{64\} vfield.peer=$BED_NET.1 .*vfield.name=node" \
	"$TMP/script" || fail "$(cat "$TMP/script")"
boot_stop 1
other_stop 2

# A foreign server comes when the service runs already.
boot_serve 1
boot_wait 1
other 2
asked() {
	bed_in 3 busybox udhcpc -f -q -n -t 2 -T 1 -i eth0 -s /bin/true || :
	grep -q "another DHCP server answers behind eth0: $BED_NET.2" \
		"$TMP/n1/boot.log"
}
wait_for 60 asked
