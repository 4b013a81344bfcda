#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A process that dies is started again; a node that is stopped leaves nothing
# behind.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 16000000
vfield image create "$image"
want=$(sum_file "$image")
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1 --store 4M
wait_for 20 node_knows 2 2

another() {
	new=$(node_child "$1" "$2") && [ "$new" != "$3" ]
}

reader_start "$(uri_sock 2)" "$image" --reconnect
for program in vfield-router nbdkit vfield-router nbdkit; do
	for n in 2 1; do
		old=$(node_child $n $program)
		kill -KILL "$old"
		wait_for 30 another $n $program "$old"
		reader_reads 16000000
		wait_for 30 node_knows 2 2
		echo "$program of node $n died and is back"
	done
done
reader_stop
check_sum "node 2" "$(sum_sock 2)" "$want"
check_sum "node 2, network" "$(sum_tcp 2)" "$want"

# A second node cannot use the same run directory.
! timeout 30 vfield join 127.0.0.1 --listen 127.0.0.9 --run-dir "$TMP/n2" \
	>"$TMP/second.log" 2>&1 || fail "a second node in the same directory"
[ -s "$TMP/second.log" ] || fail "and it does not say why"
check_sum "node 2, undisturbed" "$(sum_sock 2)" "$want"

for n in 2 1; do
	node_stop $n
	[ "$NODE_STATUS" -eq 0 ] || fail "node $n: status $NODE_STATUS"
	left=$(find "$TMP/n$n" -type s -o -name '*.pid' | tr '\n' ' ')
	[ -z "$left" ] || fail "node $n left $left"
done
[ -z "$(ls /dev/shm)" ] || fail "left in memory: $(ls /dev/shm)"
