#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Sixty machines start at once: all get an address, a name, loader, script,
# kernel and initramfs, byte for byte.  When they start again after the service
# was restarted, they get the same addresses and names.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"

N=60
bed_bridge
boot_files
boot_node 1
bed_machine 2
boot_serve 1 --range "$BED_NET.100-$BED_NET.199" --names 'room-###'
boot_wait 1

boot_crowd 2 $N
cat "$TMP/crowd.err"
cp "$TMP/crowd" "$TMP/first"
[ "$(cut -d ' ' -f 2 "$TMP/first" | sort -u | wc -l)" -eq $N ] ||
	fail "two have one address"
awk -v net="$BED_NET" '{ split($2, a, ".")
	if ($3 != sprintf("room-%03d", a[4] - 99) || a[4] < 100 || a[4] > 199)
		exit 1 }' "$TMP/first" || fail "$(cat "$TMP/first")"
wait_for 10 boot_is 1 ".machines | length == $N and all(.stage == \"up\")"
bed_vfield 1 status >"$TMP/status"
grep -q "answers DHCP with $BED_NET.100-$BED_NET.199" "$TMP/status" ||
	fail "$(cat "$TMP/status")"
[ "$(grep -c '^room-0.* 52:54:00:99:.* up ' "$TMP/status")" -eq $N ] ||
	fail "$(cat "$TMP/status")"
bed_vfield 1 status --json | json_is ".boot.machines | length == $N"

# Without --verbose, the log has a line for each stage of each machine, and one
# for a machine that gets no further than DHCP.
come='room-0[0-9]* (52:54:00:99:[0-9a-f:]*, '"$BED_NET"'\.1[0-9]*): '
for stage in 'rom$' 'kernel, [0-9]* s after it began$' \
	'up, [0-9]* s after it began$'; do
	[ "$(grep -c "$come$stage" "$TMP/n1/boot.log")" -eq $N ] ||
		fail "the log does not tell of all: $stage"
done
boot_crowd 2 1 --first 500 --until dhcp
is_late() {
	grep -q 'is late: rom for [0-9]* s; half of the others took' \
		"$TMP/n1/boot.log" && boot_is 1 '.machines | any(.late)'
}
wait_for 60 is_late
[ "$(grep -c 'is late' "$TMP/n1/boot.log")" -eq 1 ] || fail "others are late, too"
bed_vfield 1 status | grep -A 1 '^MACHINE' | grep -q ', late$' ||
	fail "who is late is not the first"

# The machines come in another order, so that the one that asks first is not the
# same as before.
boot_stop 1
! bed_in 1 test -e /run/vfield/boot/machines.json || fail "it is still there"
! boot_child 1 dnsmasq || fail "dnsmasq outlives vfield boot"
bed_in 1 rm /run/vfield/boot/dnsmasq.leases
boot_serve 1 --range "$BED_NET.100-$BED_NET.199" --names 'other-#'
boot_wait 1
boot_crowd 2 $((N / 2)) --first $((N / 2 + 1))
sed -n "$((N / 2 + 1)),${N}p" "$TMP/first" | diff - "$TMP/crowd" ||
	fail "other addresses or names"
boot_crowd 2 $N
diff "$TMP/first" "$TMP/crowd" || fail "other addresses or names"

# A machine that is new gets an address that no other has, and a name of the new
# pattern.
boot_crowd 2 1 --first 1000
grep -q " other-" "$TMP/crowd" || fail "$(cat "$TMP/crowd")"
! cut -d ' ' -f 2 "$TMP/first" | grep -qx "$(cut -d ' ' -f 2 "$TMP/crowd")" ||
	fail "an address was given twice"
