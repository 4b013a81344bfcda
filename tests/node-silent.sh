#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Strangers connect to a node's ports, of NBD and of members, and say nothing.
# The node's own machine reads on, so does a client of NBD, and a node comes
# meanwhile; the node's connections and log stay bounded.
. "$(dirname "$0")/lib.sh"
silent=${SILENT:-1000} # 20000 in check-full

image=$TMP/mem/image
make_image "$image" 40000000
want=$(sum_file "$image")
node_start 1 serve --image "$image"
node_start 2 join --peer 127.0.0.1
wait_for 30 node_complete 2

for port in 10809 10810; do
	SERVER=127.0.0.1 PORT=$port "$PYTHON" "$TOP/tests/hostile.py" silent \
		$((silent / 2)) 127.0.0.9 "$TMP/$port.done" &
	at_exit "kill $! 2>/dev/null"
done

# bounded WHEN: fails the test if a program of the node has too many descriptors.
bounded() {
	for program in nbdkit vfield-member vfield-router; do
		n=$(ls "/proc/$(node_child 1 "$program")/fd" | wc -l)
		[ "$n" -le 1024 ] || fail "$program has $n descriptors $1"
		echo "$program: $n descriptors $1"
	done
}

# reads WHEN: has the image read by its own machine, and by a client of NBD.
reads() {
	check_sum "its machine, $1" "$(sum_sock 1)" "$want"
	check_sum "a client, $1" "$(sum_tcp 1)" "$want"
	bounded "$1"
}

# Those that are refused or closed give way to those that connect next, so most
# of the node's work is while they come.
all_came() {
	[ -e "$TMP/10809.done" ] && [ -e "$TMP/10810.done" ]
}
deadline=$(($(date +%s) + 300 + silent / 30))
reads "at first"
until all_came; do
	reads "while they connect"
	[ "$(date +%s)" -le "$deadline" ] || fail "they have not connected"
done
reads "after $silent who say nothing"
node_start 3 join --peer 127.0.0.1
check_sum "a node that came meanwhile" "$(sum_sock 3)" "$want"
wait_for 30 node_knows 1 3
size=$(wc -c <"$TMP/n1/log")
[ "$size" -le 100000 ] || fail "$size bytes of log: $(tail -n 5 "$TMP/n1/log")"
echo "$size bytes of log"
