#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node's key was copied: the node that is there stays, whichever of
# them tries what, and both name the other, in log and status.
. "$(dirname "$0")/lib.sh"
need jq

make_image "$TMP/image" 9000000
want=$(sum_file "$TMP/image")
node_start 1 serve --image "$TMP/image"
node_start 2 join 127.0.0.1
wait_for 20 node_knows 2 2

# named NODE ADDRESS: returns 0 if the status and the log of NODE name the other
# machine at ADDRESS.
named() {
	status_is "$1" ".node.twin == \"$2\"" &&
		vfield status --run-dir "$TMP/n$1" | head -n 1 |
		grep -q "DEGRADED: .*$2 has the id of this one: .*node\.key" &&
		grep -q "at $2 has the id of this node: .* node\.key" "$TMP/n$1/log"
}

echo "# a copy of the seed"
mkdir "$TMP/n3"
cp "$TMP/n1/node.key" "$TMP/n3/node.key"
node_spawn 3 join 127.0.0.1 127.0.0.2
wait_for 30 named 1 127.0.0.3:10809
wait_for 30 named 3 127.0.0.1:10809
# steady: returns 0 if no connection of the seed itself was closed.
steady() {
	! grep -q 'a newer connection speaks for its node' "$TMP/n1/log"
}
steady || fail "$(cat "$TMP/n1/log")"
check_sum "beside the copy" "$(sum_sock 2)" "$want"
node_knows 2 2 || fail "$(status 2)"
node_kill 3

echo "# a copy of a satellite"
mkdir "$TMP/n4"
cp "$TMP/n2/node.key" "$TMP/n4/node.key"
node_spawn 4 join 127.0.0.1
wait_for 30 named 2 127.0.0.4:10809
wait_for 30 named 4 127.0.0.2:10809
check_sum "beside its copy" "$(sum_sock 2)" "$want"
status_is 1 'any(.peers[]; .address == "127.0.0.2:10809")' ||
	fail "$(status_get 1 .peers)"

echo "# with a key of its own it is a node"
node_kill 4
rm "$TMP/n4/node.key"
node_start 4 join 127.0.0.1
wait_for 20 node_knows 1 3
check_sum "the copy" "$(sum_sock 4)" "$want"
grep -q 'another connection speaks for its node: n[12] at' "$TMP/n1/log" ||
	fail "the member does not say it"
