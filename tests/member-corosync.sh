#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Three core nodes with corosync and two satellites: all views agree, a power
# cut is seen, satellites change to another core node, and a core node whose
# corosync dies keeps its view and comes back.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/member.subr"

router() {
	probe "n$1" nsenter -t "$(bed_init_pid "$1")" -m -u -i -n -p -- \
		"$PROBE" -s /run/vfield/member.sock -n "n$1" -p 10810 \
		-i "sys=1000:$1"
}

# satellite I CORE...: starts the probe nI on machine I as a satellite that
# knows these core nodes.
satellite() {
	sat_i=$1
	shift
	sat_cores=
	for sat_core; do
		sat_cores="$sat_cores -c $(bed_addr "$sat_core")"
	done
	# shellcheck disable=SC2086 # split on purpose
	probe "n$sat_i" nsenter -t "$(bed_init_pid "$sat_i")" -m -u -i -n -p -- \
		"$PROBE" $sat_cores -n "n$sat_i" -i "sys=1000:$sat_i"
}

cmap_has() {
	bed_in "$1" corosync-cmapctl -b vfield. | grep -q "$2"
}

cmap_has_not() {
	! cmap_has "$@"
}

bed_bridge
for i in 1 2 3 4 5; do
	bed_machine $i
done
bed_corosync 1 2 3

echo "# five nodes, one view"
for i in 1 2 3; do
	core_member $i
	router $i
done
satellite 4 1
satellite 5 2
for i in 1 2 3 4 5; do
	for j in 1 2 3 4 5; do
		[ $i = $j ] || prints n$i "^hold n$j sys $j$"
		[ $i = $j ] || prints n$i "^node n$j .* $(bed_addr $j):10809"
	done
	prints n$i "^view .* 4$"
done
for i in 1 2 3; do
	wait_for 10 cmap_has $i 'vfield.nodes (u32) = 5'
	wait_for 10 cmap_has $i "address (str) = $(bed_addr 4):10809"
	wait_for 10 cmap_has $i 'role (str) = satellite'
	wait_for 10 cmap_has $i 'image.sys.complete (u8) = 0'
done
bed_in 1 corosync-cpgtool | grep -q vfield || fail "corosync-cpgtool: no group"
echo "hold 999" >"$TMP/n4.in"
for i in 1 2 3 5; do
	prints n$i "^hold n4 sys 5$"
done

echo "# n3 leaves, and comes again"
forget n1 n2 n4 n5
echo quit >"$TMP/n3.in"
for i in 1 2 4 5; do
	prints n$i "^gone n3 left$"
done
wait_for 10 cmap_has_not 2 'name (str) = n3'
router 3
for i in 1 2 4 5; do
	prints n$i "^node n3"
done

echo "# n1's power is cut: n4 goes over, only n1 is gone"
forget n2 n3 n4 n5
bed_power_cut 1
prints n4 "^peer $BED_NET" # "peer none" may come before
for i in 2 3 4 5; do
	prints n$i "^gone n1"
	printed n$i "^gone n[2345]" && fail "n$i lost more than n1"
done
for i in 2 3; do
	printed n$i "^gone n1 lost$" || fail "n$i says that n1 left"
done
wait_for 10 cmap_has 2 'vfield.nodes (u32) = 4'

echo "# n1 comes back"
bed_machine 1
bed_corosync_start 1
forget n2 n3 n4 n5
core_member 1
router 1
for i in 2 3 4 5; do
	prints n$i "^node n1"
done
prints n1 "^view .* 4$"

echo "# n2's corosync dies: its clients go over, and nobody is lost for long"
forget n1 n2 n3 n4 n5
bed_in 2 sh -c 'kill -KILL $(pidof corosync)'
prints n2 "^peer $BED_NET"
prints n1 "^node n2 .* satellite=1"
bed_corosync_start 2
prints n2 "^peer /run/vfield/member.sock"
prints n1 "^node n2 .* satellite=0"
for i in 1 2 3 4 5; do
	printed n$i "^gone n[1345]" && fail "n$i lost more than n2"
done
grep -q 'the last view stays' "$TMP/n2/log" || fail "n2 did not say so"

echo "# the last member of all dies: the last view stays in force"
forget n4 n5
for i in 2 3; do
	bed_power_cut $i
done
prints n4 "^gone n3"
prints n4 "^gone n2"
# A member that has not yet heard of n3's death may refuse n3's clients at
# first.
has_peer() {
	grep '^peer' "$TMP/$1.out" | tail -n 1 | grep -q "$BED_NET"
}
wait_for 20 has_peer n4
wait_for 20 has_peer n5
forget n4 n5
bed_power_cut 1
prints n4 "^peer none"
prints n5 "^peer none"
printed n4 "^gone" && fail "n4 lost a node with its last member"
printed n5 "^gone" && fail "n5 lost a node with its last member"
exit 0
