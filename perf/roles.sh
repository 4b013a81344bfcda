#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A role in a room of NODES machines, all of them core nodes: its holder's agent
# is killed, its power is cut, the membership alone is split in halves, the
# network is; ROUNDS times each, of EVENTS.  A client in the network connects to
# the role's address all the while, and another asks by ARP who has it.
#
#   new      seconds from the event until another machine answered at the address;
#            of a split network: until the half without a holder had one
#   gap      longest time without an answer at the address, in seconds, from the
#            event until all was as before, for a client beside machine 1
#   two      longest time with two cards that answered for the address, in seconds
#   view     most holders in the view of one machine
#
# corosync has a network of its own, so that the membership can be split alone.
#
# shellcheck disable=SC2034 # testbed.sh and role.subr read some variables
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/site.subr"
. "$TOP/tests/role.subr"
need python3
NODES=${NODES:-8} ROUNDS=${ROUNDS:-5}
EVENTS=${EVENTS:-kill,cut,members,network}
half=$((NODES / 2))
bench_begin 1 event new gap two view

ip link add br1 type bridge
ip link add br2 type bridge
ip link add br3 type bridge
ip link set br1 up
ip link set br2 up
ip link set br3 up

# a second card, for corosync alone
room_machine() {
	bed_machine "$1"
	ip link add "w$1" type veth peer name eth1 netns "$(bed_init_pid "$1")"
	ip link set "w$1" master br1 up
	bed_in "$1" ip addr add "10.78.0.$1/24" dev eth1
	bed_in "$1" ip link set eth1 up
	for i in $BED_MACHINES; do
		echo "$i $(bed_init_pid "$i")"
	done >"$TMP/inits.new"
	mv "$TMP/inits.new" "$TMP/inits"
	bed_start "$1" "$TMP/answers" python3 -c '
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", 7000))
s.listen(64)
while True:
    c, _ = s.accept()
    c.send(sys.argv[1].encode())
    c.close()' "n$1"
}

room_corosync() {
	BED_NET=10.78.0
	"$@"
	BED_NET=10.77.0
}

# all_see N FROM TO: whether each of these machines sees N nodes, and a holder
all_see() {
	for i in $(seq "$2" "$3"); do
		bed_status_is "$i" ".membership.nodes == $1" || return 1
		held log "$i" || return 1
	done
}

settled() {
	all_see "$NODES" 1 "$NODES" && [ "$(waiting)" = $((NODES - 1)) ]
}

waiting() {
	bed_vfield 1 role list --json | jq '.roles[0].waiting | length'
}

now() {
	date +%s.%N
}

# answers NOT: whether another machine than NOT answers by TCP
answers() {
	tail -n 40 "$TMP/watched" | awk '$2 == "tcp" { n = $3 }
		END { print n }' | grep -v -x -e "$1" -e -
}

row() { # EVENT BEGAN OLD [NEW]
	figures=$("$TOP/perf/roles-watch" report "$TMP/watched" "$2" "$(now)" "$3")
	[ -z "${4-}" ] || figures="$4 ${figures#* }"
	echo "$1: $figures"
	bench_row "$1 $figures"
}

kill_event() {
	old=$(holder log)
	agent=$(agent_of "$old")
	began=$(now)
	kill -KILL "$agent"
	wait_for 60 answers "n$old"
	wait_for 120 settled
	row kill "$began" "n$old"
}

cut_event() {
	old=$(holder log $((NODES - 1)))
	[ "$old" != 1 ] || {
		# machine 1 publishes the site, and stays
		bed_vfield 1 role move log "node$NODES" --key "$TMP/keys" >/dev/null
		wait_for 120 settled
		old=$NODES
	}
	began=$(now)
	bed_power_cut "$old"
	wait_for 60 answers "n$old"
	rm -rf "$TMP/node$old"
	room_machine "$old"
	bed_corosync_start "$old"
	machine "$old"
	wait_for 180 settled
	row cut "$began" "n$old"
}

# bridge PREFIX BRIDGE: moves the links of the second half there
bridge() {
	for i in $(seq $((half + 1)) "$NODES"); do
		ip link set "$1$i" master "$2"
	done
}

halves() {
	for i in $(seq 1 "$NODES"); do
		bed_status_is "$i" ".membership.nodes < $NODES" || return 1
	done
}

members_event() {
	began=$(now)
	bridge w br2
	wait_for 60 halves
	sleep 8 # time enough for the other half to take what it should not
	bridge w br1
	wait_for 120 settled
	row members "$began" - -
}

# other_half: whether the half without the old holder has one
other_half() {
	if [ "$old" -le "$half" ]; then
		[ "$(holder log "$NODES")" ] && held log "$NODES" &&
			[ "$(holder log "$NODES")" -gt "$half" ]
	else
		held log 1 && [ "$(holder log)" -le "$half" ]
	fi
}

network_event() {
	old=$(holder log)
	began=$(now)
	bridge w br2
	bridge v br3
	wait_for 60 other_half
	new=$(echo "$(now) $began" | awk '{ printf "%.2f", $1 - $2 }')
	sleep 3
	bridge v br0
	bridge w br1
	wait_for 120 settled
	row network "$began" - "$new"
}

# --- the room ---

role_plugin log "$NODES"
make_image "$TMP/image" 3000000
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
room=$NODES
bed_bridge
# else its address would be the lowest of its ports', and change with them
ip link set br0 address 02:00:00:00:00:fe
for i in $(seq 1 "$NODES"); do
	room_machine "$i"
done
# shellcheck disable=SC2046 # they are numbers
room_corosync bed_corosync $(seq 1 "$NODES")
machine 1
bed_wait_ready 1
bed_vfield 1 image default image --key "$TMP/keys" >/dev/null
publish
for i in $(seq 2 "$NODES"); do
	machine "$i"
	bed_wait_ready "$i"
done
"$TOP/perf/roles-watch" watch "$ROLE_IP" br0 "$TMP/inits" "$TMP/watched" &
at_exit "kill $! 2>/dev/null"
wait_for 180 settled
for round in $(seq 1 "$ROUNDS"); do
	for event in $(list "$EVENTS"); do
		"${event}_event"
	done
done
bench_end
