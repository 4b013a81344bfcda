#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Nodes leave, by a stop and by a kill, and come back.  In the end the first one
# comes back as a new node with an empty store.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 16000000
vfield image create "$image"
want=$(sum_file "$image")
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1
node_start 3 join 127.0.0.2 --store 2M
for n in 1 2 3; do
	wait_for 20 node_knows $n 3
done
node2=$(status_get 2 .node.id)

node_stop 2
for n in 1 3; do
	wait_for 20 node_knows $n 2
done
check_sum "without node 2" "$(sum_sock 3)" "$want"
node_start 2 join 127.0.0.3
[ "$(status_get 2 .node.id)" = "$node2" ] || fail "node 2 has another id"
for n in 1 2 3; do
	wait_for 20 node_knows $n 3
done
check_sum "node 2, back" "$(sum_sock 2)" "$want"

node_kill 2
node_start 2 join 127.0.0.1
for n in 1 2 3; do
	wait_for 20 node_knows $n 3
done
check_sum "node 2, back from its death" "$(sum_sock 2)" "$want"
wait_for 60 node_complete 2

# Node 1, the only core node, is killed; the other two read on.
store1=$(status_get 1 .store.dir)
node_kill 1
check_sum "node 3, without the first" "$(sum_sock 3)" "$want"
check_sum "node 2, without the first" "$(sum_sock 2)" "$want"

# Node 1 comes back without image file and store, and joins node 2.
rm -rf "$TMP/n1" "$store1"
node_start 1 join 127.0.0.2 --membership solo
check_sum "node 1, as a newcomer" "$(sum_sock 1)" "$want"
