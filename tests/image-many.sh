#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# There are more images than a node can have.  The oldest image that nobody uses
# makes room for a new one.  If there is none, the command that adds an image
# says so, as does the status of a node that cannot take one.
. "$(dirname "$0")/lib.sh"
need jq

for i in $(seq 1 18); do
	make_image "$TMP/im$i" 300000
	vfield image create "$TMP/im$i" >/dev/null
done
node_start 1 serve --image "$TMP/im1"
add() {
	vfield image add --run-dir "$TMP/n$1" "$TMP/im$2"
}
for i in $(seq 2 16); do
	add 1 "$i" >/dev/null
done
node_start 2 join 127.0.0.1
wait_for 60 status_is 2 '.images | length == 16'
wait_for 60 node_complete 2

echo "# all are files of the first node"
add 1 17 2>"$TMP/error" && fail "a seventeenth file"
grep -q 'image remove' "$TMP/error" || fail "$(cat "$TMP/error")"

echo "# the second has room for another's seventeenth"
node_start 3 join 127.0.0.1 --image im1
add 3 17
# has NODE IMAGE: returns 0 if NODE holds all chunks of imIMAGE.
has() {
	status_is "$1" "any(.images[]; .name == \"im$2\" and .held == .nchunks)"
}
wait_for 60 has 2 17
status_is 2 '.images | length == 16 and all(.[]; .name != "im2") and
	any(.[]; .name == "im1")' || fail "$(status_get 2 '[.images[].name]')"
wait_for 20 status_is 1 '.not_taken | length == 1 and .[0].name == "im17"'
vfield status --run-dir "$TMP/n1" | grep -q 'image im17 is not taken: ' ||
	fail "$(vfield status --run-dir "$TMP/n1")"
vfield image list --run-dir "$TMP/n1" | grep -A 1 ' im17 ' |
	grep -q 'not taken here: ' || fail "the list does not say it"

echo "# the default finds a place everywhere"
add 3 18
vfield image default --run-dir "$TMP/n3" im18
wait_for 60 has 2 18
vfield image remove --run-dir "$TMP/n3" im16
wait_for 60 has 1 18
check_sum "the default" "$(sum_sock 1)" "$(sum_file "$TMP/im18")"
