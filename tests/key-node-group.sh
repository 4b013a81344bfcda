#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node whose connection to one member is dead shows its key to another, which
# asks the first: that gives the node up at once.  A node of no key waits there.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/member.subr"

bed_bridge
for i in 1 2 3; do
	bed_machine $i
done
bed_corosync 1 2 3
for i in 1 2 3; do
	core_member $i
done
in_bed() {
	in_bed_i=$1
	in_bed_name=$2
	shift 2
	probe "$in_bed_name" nsenter -t "$(bed_init_pid "$in_bed_i")" -m -u -i -n -p \
		-- "$PROBE" -n "$in_bed_name" "$@"
}
for i in 1 2 3; do
	in_bed $i n$i -s /run/vfield/member.sock -p 10810
done
for i in 1 2 3; do
	for j in 1 2 3; do
		[ $i = $j ] || prints n$i "^node n$j .* core=10810"
	done
done

mkdir "$TMP/key"
in_bed 3 a -c "$(bed_addr 1)" -K "$TMP/key" -a 192.0.2.1
for i in 1 2 3; do
	prints n$i '^node a .* satellite=1'
done

# moves FROM TO: the node's connection to member FROM, of the probe $last, is dead;
# it comes to member TO first, as the probe $b.  Returns 1 if FROM has given the
# connection up before, of itself, so that the round says nothing.
moves() {
	forget n1 n2 n3
	stopped=$(pgrep -P "$(probe_pid "$last")") # nsenter's child
	kill -STOP "$stopped"
	from=$(date +%s%N)
	in_bed 3 "$b" -c "$(bed_addr "$2")" -K "$TMP/key" -a 192.0.2.1
	for i in 1 2 3; do
		prints n$i "^node $b .* 192.0.2.1:10809 .* satellite=1"
	done
	echo "after $((($(date +%s%N) - from) / 1000000)) ms"
	kill -KILL "$stopped"
	! grep -q "($last): closed: it is silent" "$TMP/n$1/log" || return 1
	grep -q "($last): closed: its node has shown its key to another member" \
		"$TMP/n$1/log" || fail "member $1: $(cat "$TMP/n$1/log")"
	for i in 1 2 3; do
		printed n$i '^gone' && fail "n$i: the node was gone in between"
	done
	return 0
}
# where: prints the member to which the node is connected.
where() {
	bed_in 3 ss -Htn state established 'dport = :10810' |
		sed -n 's/.*10\.77\.0\.\([123]\):10810 *$/\1/p'
}

echo "# its connection to a member is dead; it comes to another"
last=a at=1
for b in b d e f g ''; do
	[ -n "$b" ] || fail "it waits until the connection is given up"
	! moves "$at" $((at % 3 + 1)) || break
	last=$b at=$(where)
done

echo "# a copy of the key at another address is refused, by member 3"
says_copy() {
	grep -q '(c): closed: another connection speaks for its node: '"$b at" \
		"$TMP/n3/log"
}
# A member that has asked the others knows for a second that they have the node.
# A copy that comes back later than that, as on a busy machine, is asked for anew;
# one that starts anew comes back at once.
for _ in 1 2 3 4 5 6 7 8; do
	in_bed 3 c -c "$(bed_addr 3)" -K "$TMP/key" -a 192.0.2.3
	for _ in $(seq 60); do
		! says_copy || break 2
		sleep 0.1
	done
	kill -KILL "$(pgrep -P "$(probe_pid c)")" # nsenter's child
done
says_copy || fail "member 3: $(cat "$TMP/n3/log")"
for i in 1 2 3; do
	printed n$i '^node c' && fail "n$i believes the copy"
done
kill -KILL "$(pgrep -P "$(probe_pid c)")" # nsenter's child

echo "# nor does another machine get the place that claims the node's own address"
has=$(where)
in_bed 2 x -c "$(bed_addr "$has")" -K "$TMP/key" -a 192.0.2.1
# The member that has the node refuses it, and one that has not.
is_refused() {
	[ "$(grep -l '(x): closed: another .* its node' "$TMP"/n?/log |
		wc -l)" -ge 2 ] &&
		grep -q '(x): closed: another connection' "$TMP/n$has/log"
}
wait_for 20 is_refused
for i in 1 2 3; do
	printed n$i '^node x' && fail "n$i believes the other machine"
done
exit 0
