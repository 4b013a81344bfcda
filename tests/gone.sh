#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node that is stopped counts as left, one that is killed as lost: the log and
# `vfield status` say so, and --check names the lost node.  A node that comes
# back is not listed as gone any more.
. "$(dirname "$0")/lib.sh"
need jq

# is_gone NAME REASON: returns 0 if node 1's status lists NAME as gone for this
# REASON.
is_gone() {
	status_is 1 '.gone | any(.name == $name and .reason == $reason)' \
		--arg name "$1" --arg reason "$2"
}

is_back() {
	status_is 1 '.gone | all(.name != $name)' --arg name "$1"
}

make_image "$TMP/image" 3000000
node_start 1 serve --image "$TMP/image"
for i in 2 3; do
	node_start $i join 127.0.0.1
done
wait_for 30 node_knows 1 3
status_is 1 '.gone == []' || fail "gone before: $(status 1)"

node_stop 3
wait_for 20 is_gone n3 left
grep -q 'node n3 left' "$TMP/n1/log" || fail "the log has no word of n3"
vfield status --check --run-dir "$TMP/n1" || fail "who left is a worry"

node_kill 2
wait_for 20 is_gone n2 lost
grep -q 'node n2 is lost' "$TMP/n1/log" || fail "the log has no word of n2"
rc=0
vfield status --check --run-dir "$TMP/n1" >"$TMP/verdict" || rc=$?
[ $rc -eq 1 ] || fail "status $rc: $(cat "$TMP/verdict")"
grep -q '^DEGRADED: n2 lost [0-9]* s ago' "$TMP/verdict" ||
	fail "$(cat "$TMP/verdict")"

# Node 2 comes back with the same key, node 3 with a new one.
node_start 2 join 127.0.0.1
rm "$TMP/n3/node.key"
node_start 3 join 127.0.0.1
wait_for 20 is_back n2
wait_for 20 is_back n3
vfield status --check --run-dir "$TMP/n1" || fail "who is back is a worry"
