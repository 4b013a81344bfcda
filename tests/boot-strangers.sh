#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Tests the boot service among machines that are not its own.  An address of its
# range that a stranger has is given to nobody, and `vfield status` shows it.
# An address that a machine finds in use when it gets it is given up.  Firmware
# for which there is no loader gets no answer, and one line in the log.  If
# another program has the service's port, the message names that program.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"

bed_bridge
boot_files 100 100
boot_node 1
bed_machine 2
bed_machine 3
stranger=$(bed_in 3 ip -o link show eth0 | sed 's/.*ether \([^ ]*\).*/\1/')

echo "# a port that somebody has"
cat >"$TMP/bind" <<'END'
import signal, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 69))
print("bound", flush=True)
signal.pause()
END
: >"$TMP/bind.log"
bed_start 1 "$TMP/bind.log" "$PYTHON" "$TMP/bind"
wait_for 10 grep -q bound "$TMP/bind.log"
rc=0
timeout 60 nsenter -t "$(bed_init_pid 1)" -m -u -i -n -p -- vfield boot \
	--files "$FILES" >"$TMP/out" 2>"$TMP/err" || rc=$?
[ $rc -eq 1 ] &&
	grep -q 'python3[.0-9]* (process [0-9]*) has UDP port 69' "$TMP/err" ||
	fail "status $rc: $(cat "$TMP/err")"
bed_in 1 sh -c 'kill $(pgrep -f "/bind$")'

echo "# a stranger in the range"
bed_in 3 ip addr add "$BED_NET.100/24" dev eth0
boot_serve 1 --range "$BED_NET.100-$BED_NET.110"
boot_wait 1
boot_crowd 2 3
for ip in 101 102 103; do
	grep -q " $BED_NET.$ip node" "$TMP/crowd" || fail "$(cat "$TMP/crowd")"
done
grep -q "$BED_NET.100 is in the range, and $stranger has it" \
	"$TMP/n1/boot.log" || fail "$(cat "$TMP/n1/boot.log")"
wait_for 10 boot_is 1 \
	".taken | length == 1 and .[0].address == \"$BED_NET.100\""
bed_vfield 1 status | grep -q "stranger.* $BED_NET.100 .*$stranger .*taken" ||
	fail "$(bed_vfield 1 status)"

echo "# a stranger who comes when the address is given"
lease() {
	bed_in 2 busybox udhcpc -f -q -n -t 9 -T 1 -A 1 -i eth0 -s /bin/true \
		"$@" >"$TMP/udhcpc" 2>&1 || fail "$(cat "$TMP/udhcpc")"
	sed -n 's/.*lease of \([0-9.]*\) obtained.*/\1/p' "$TMP/udhcpc" |
		tail -n 1
}
first=$(lease)
[ -n "$first" ] || fail "no lease: $(cat "$TMP/udhcpc")"
bed_in 3 ip addr add "$first/24" dev eth0
second=$(lease -a250)
[ -n "$second" ] && [ "$second" != "$first" ] ||
	fail "$first, then $second: $(cat "$TMP/udhcpc")"
grep -q "to which $first was given, has found it" "$TMP/n1/boot.log" ||
	fail "$(cat "$TMP/n1/boot.log")"
third=$(lease -a250)
[ "$third" = "$second" ] ||
	fail "$first, $second, then $third: $(cat "$TMP/udhcpc")"

echo "# firmware"
# firmware ARCH FILE: fails the test unless firmware of the architecture ARCH is
# given the loader FILE.
firmware() {
	boot_crowd 2 1 --arch "$1" --until dhcp --first 9
	grep -q " $2\$" "$TMP/crowd" || fail "$1: $(cat "$TMP/crowd")"
}
firmware 0 undionly.kpxe
firmware 7 snponly.efi
firmware 9 snponly.efi
firmware 16 "http://$BED_NET.1:10811/snponly.efi"
silent() {
	! bed_in 2 "$PYTHON" "$TOP/tests/boot_client.py" eth0 "$FILES" \
		--first 9 --arch "$1" --tries 1 --until dhcp >"$TMP/crowd" \
		2>&1 || fail "it is answered: $(cat "$TMP/crowd")"
	[ "$(grep -c "(architecture $1)" "$TMP/n1/boot.log")" -eq 1 ] ||
		fail "architecture $1: $(cat "$TMP/n1/boot.log")"
}
silent 11
silent 11
silent 6
