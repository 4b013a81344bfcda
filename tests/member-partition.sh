#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A ring of three core nodes is cut in two and heals; a member hangs; a corosync
# hangs.  The larger part goes on, the rest comes back, and at the end all views
# agree.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/member.subr"


agree() {
	for agree_i in 1 2 3 4; do
		forget n$agree_i
	done
	# A new probe asks each member for all that the member knows.
	for agree_i in 1 2 3; do
		probe "new$agree_i" nsenter -t "$(bed_init_pid "$agree_i")" \
			-m -u -i -n -p -- "$PROBE" -s /run/vfield/member.sock
		prints "new$agree_i" '^view .* 4$'
		for agree_j in 1 2 3 4; do
			prints "new$agree_i" "^hold n$agree_j sys "
		done
		kill -KILL "$(probe_pid "new$agree_i")"
		rm -f "$TMP/new$agree_i.out"
	done
}

knows() {
	[ "$(awk '$1 == "view" { n = $3 } END { print n }' "$TMP/n$1.out")" = "$2" ]
}

bed_bridge
for i in 1 2 3 4; do
	bed_machine $i
done
bed_corosync 1 2 3
for i in 1 2 3; do
	core_member $i
	eval "MEMBER_$i=$BED_PID"
	probe n$i nsenter -t "$(bed_init_pid $i)" -m -u -i -n -p -- \
		"$PROBE" -s /run/vfield/member.sock -n n$i -p 10810 \
		-i sys=1000:$i
done
probe n4 nsenter -t "$(bed_init_pid 4)" -m -u -i -n -p -- "$PROBE" \
	-c "$(bed_addr 1)" -c "$(bed_addr 2)" -n n4 -i sys=1000:4
for i in 1 2 3 4; do
	wait_for 20 knows $i 3
done

echo "# n1 is cut off: n4 goes over to another, all but n1 go on"
bed_link 1 down
wait_for 30 knows 2 2
wait_for 30 knows 3 2
wait_for 30 knows 4 2
wait_for 30 knows 1 0
echo "hold 900" >"$TMP/n4.in"
echo "hold 900" >"$TMP/n1.in"
prints n2 '^hold n4 sys 5'
bed_link 1 up
for i in 1 2 3 4; do
	wait_for 30 knows $i 3
done
prints n2 '^hold n1 sys 2'
prints n1 '^hold n4 sys 5'
agree

echo "# n2's member hangs: its router goes to another, and back"
forget n1 n2
bed_in 2 sh -c 'kill -STOP $(pidof vfield-member)'
prints n2 "^peer $BED_NET"
prints n1 '^node n2 .* satellite=1'
bed_in 2 sh -c 'kill -CONT $(pidof vfield-member)'
prints n2 '^peer /run/vfield'
prints n1 '^node n2 .* satellite=0'
for i in 1 2 3 4; do
	wait_for 30 knows $i 3
done
agree

echo "# n3's corosync hangs"
forget n1 n3
bed_in 3 sh -c 'kill -STOP $(pidof corosync)'
wait_for 30 printed n1 '^gone n3'
echo "hold 901" >"$TMP/n3.in"
bed_in 3 sh -c 'kill -CONT $(pidof corosync)'
for i in 1 2 3 4; do
	wait_for 30 knows $i 3
done
prints n1 '^hold n3 sys 4'
agree

echo "# a thousand changes on each node at once"
for i in 1 2 3 4; do
	seq -f 'hold %g' 0 999 >"$TMP/n$i.in" &
	changes="${changes-} $!"
done
wait $changes
for i in 1 2 3 4; do
	for j in 1 2 3 4; do
		[ $i = $j ] || prints n$i "^hold n$j sys 1000"
	done
done
agree
