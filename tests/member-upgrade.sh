#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Members of two versions are one group.  News that only the later version knows
# is sent once all members speak that version.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/member.subr"
PREVIOUS=$BUILD/tests/previous
[ -s "$PREVIOUS/commit" ] || fail "tests/previous has built nothing in $BUILD"
echo "previous: $(cat "$PREVIOUS/commit")"

# member I DIRECTORY: starts on machine I the vfield-member in DIRECTORY.
member() {
	bed_start "$1" "$TMP/n$1/log" "$2/vfield-member" --run-dir /run/vfield \
		--listen "$(bed_addr "$1")" --verbose
	eval "MEMBER_$1=$BED_PID"
}

stop_member() {
	bed_in "$1" sh -c 'kill -TERM $(pidof vfield-member)'
	eval "wait \$MEMBER_$1" || :
}

router() {
	probe "n$1" nsenter -t "$(bed_init_pid "$1")" -m -u -i -n -p -- \
		"$PROBE" -s /run/vfield/member.sock -n "n$1" -p 10810 \
		-i "sys=1000:$1" -f words
}

# upgrade I: replaces the previous version's member on machine I by the present
# one.
upgrade() {
	forget n1 n2 n3
	stop_member "$1"
	member "$1" "$BUILD/bin"
	prints "n$1" '^peer /run/vfield'
}

bed_bridge
for i in 1 2 3; do
	bed_machine $i
done
bed_corosync 1 2 3

echo "# one view of three, two of them of the previous version"
member 1 "$PREVIOUS/bin"
member 2 "$BUILD/bin"
member 3 "$PREVIOUS/bin"
for i in 1 2 3; do
	router $i
done
for i in 1 2 3; do
	for j in 1 2 3; do
		[ $i = $j ] || prints n$i "^hold n$j sys $j$"
	done
	printed n$i '^node .* fields=' && fail "a field went through version 2"
done
probe gone nsenter -t "$(bed_init_pid 2)" -m -u -i -n -p -- \
	"$PROBE" -c "$(bed_addr 2)" -n gone
for i in 1 2 3; do
	prints n$i '^node gone'
done
echo quit >"$TMP/gone.in"
for i in 1 2 3; do
	prints n$i '^gone gone'
done

echo "# one by one they are upgraded; then fields go through, and reasons"
upgrade 1
for i in 2 3; do
	prints n$i '^node n1 .* core=10810'
done
printed n2 '^node n1 .* fields=' && fail "a field went through version 2"
upgrade 3
for i in 1 2 3; do
	for j in 1 2 3; do
		[ $i = $j ] || prints n$i "^node n$j .* fields=9$"
	done
done
probe gone nsenter -t "$(bed_init_pid 2)" -m -u -i -n -p -- \
	"$PROBE" -c "$(bed_addr 2)" -n gone
prints n1 '^node gone'
echo quit >"$TMP/gone.in"
prints n1 '^gone gone left$'

echo "# one of the previous version comes back: they speak as it does"
stop_member 3
forget n1 n2 n3
member 3 "$PREVIOUS/bin"
prints n3 '^peer /run/vfield'
for i in 1 2; do
	prints n3 "^hold n$i sys $i$"
	prints n$i '^node n3 .* satellite=0'
done
! grep -h 'not heard\|a message that is none' "$TMP"/n[123]/log ||
	fail "somebody was not understood"
exit 0
