#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# If dnsmasq is killed, the boot service starts it again, and it knows the same
# machines.  Machines of the administrator's list have their names and addresses
# from it, also after the list has changed.  A second service in one run
# directory is refused.  A service that was killed leaves no dnsmasq behind.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"

bed_bridge
boot_files 1000 1000
boot_node 1
bed_machine 2
cat >"$TMP/list" <<END
# three of four
52:54:00:99:00:02 teacher $BED_NET.20
52:54:00:99:00:03 printer
52-54-00-99-00-04 door $BED_NET.101	# in the range
END
boot_serve 1 --range "$BED_NET.100-$BED_NET.119" --names 'n#' \
	--machines "$TMP/list" --state "$TMP/state" --domain lab.example \
	--gateway "$BED_NET.102" --dns "$BED_NET.103" --append 'quiet x=y'
boot_wait 1

# has MAC_END ADDRESS_END NAME: fails the test unless the crowd's machine with
# this MAC got this address and name.
has() {
	grep -q "^52:54:00:99:00:$1 $BED_NET.$2 $3 " "$TMP/crowd" ||
		fail "not $*: $(cat "$TMP/crowd")"
}
check() {
	boot_crowd 2 4
	has 01 1[01][0-9] 'n[0-9]*'
	has 02 20 teacher
	has 03 1[01][0-9] printer
	has 04 101 door
	! grep -q -e "$BED_NET.102 " -e "$BED_NET.103 " "$TMP/crowd" ||
		fail "the gateway's address, or a server's, was given away"
}
check
cp "$TMP/crowd" "$TMP/first"
bed_in 2 busybox udhcpc -f -q -n -t 9 -T 1 -i eth0 -O domain -s "$(
	printf '#!/bin/sh\nset >%s\n' "$TMP/lease" >"$TMP/script"
	chmod +x "$TMP/script"
	echo "$TMP/script"
)" >/dev/null 2>&1
for line in "router='$BED_NET.102'" "dns='$BED_NET.103'" \
	"domain='lab.example'" "subnet='255.255.255.0'"; do
	grep -qx "$line" "$TMP/lease" || fail "no $line: $(cat "$TMP/lease")"
done
bed_in 2 ip addr add "$BED_NET.20/24" dev eth0 2>/dev/null || :
bed_in 2 curl -s --interface "$BED_NET.20" "http://$BED_NET.1:10811/boot.ipxe" |
	grep -q 'vfield.name=teacher quiet x=y ' || fail "not what is appended"

for signal in KILL TERM; do
	was=$(boot_child 1 dnsmasq)
	bed_in 1 kill -$signal "$was"
	another() {
		now=$(boot_child 1 dnsmasq) && [ "$now" != "$was" ]
	}
	wait_for 20 another
	check
	diff "$TMP/first" "$TMP/crowd" || fail "after $signal: others"
done

rc=0
bed_vfield 1 boot --files "$FILES" >"$TMP/out" 2>&1 || rc=$?
[ $rc -eq 1 ] && grep -q 'another vfield boot runs' "$TMP/out" ||
	fail "status $rc: $(cat "$TMP/out")"

# A name in the list changes; SIGHUP has the service read the list.
sed -i 's/printer/laser/' "$TMP/list"
bed_in 1 sh -c 'kill -HUP $(pgrep -x vfield-boot)'
named() {
	grep -q ' laser ' "$TMP/state/leases"
}
wait_for 10 named
boot_crowd 2 1 --first 3
has 03 1[01][0-9] laser
echo 'no machine' >>"$TMP/list"
bed_in 1 sh -c 'kill -HUP $(pgrep -x vfield-boot)'
wait_for 10 grep -q 'list:5: it does not begin' "$TMP/n1/boot.log"
boot_crowd 2 1 --first 2
has 02 20 teacher

was=$(boot_child 1 dnsmasq)
bed_in 1 sh -c 'kill -KILL $(pgrep -x vfield-boot)'
gone() {
	! bed_in 1 kill -0 "$was"
}
wait_for 10 gone
silent() {
	! bed_vfield 1 status | grep '^boot '
}
wait_for 10 silent

# The next service knows the addresses from the --state directory, though the
# run directory's files are gone.
bed_in 1 rm -r /run/vfield/boot
sed -i '/no machine/d' "$TMP/list"
boot_serve 1 --range "$BED_NET.100-$BED_NET.119" --names 'other#' \
	--machines "$TMP/list" --state "$TMP/state"
boot_wait 1
boot_crowd 2 1
head -n 1 "$TMP/first" | diff - "$TMP/crowd" || fail "another one"
boot_crowd 2 1 --first 3
has 03 1[01][0-9] laser
