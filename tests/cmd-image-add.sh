#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# An image that is added while the node runs is served, also after the router
# has died.  If the image's directory cannot be written, its manifest is made in
# the run directory.
. "$(dirname "$0")/lib.sh"
need nbdinfo nbdcopy jq

make_image "$TMP/first" 1000000
mkdir "$TMP/cd"
mount -t tmpfs tmpfs "$TMP/cd"
at_exit 'umount "$TMP/cd"'
make_image "$TMP/cd/second.iso" 3000001
mount -o remount,ro "$TMP/cd"

refuse() {
	pattern=$1
	shift
	! "$@" 2>"$TMP/err" || fail "$* succeeds"
	grep -q -e "$pattern" "$TMP/err" ||
		fail "$*: does not say $pattern, but $(cat "$TMP/err")"
}
refuse 'no node runs in' vfield image add "$TMP/first" --run-dir "$TMP/n1"

node_start 1 serve --image "$TMP/first"
node_start 2 join 127.0.0.1
id=$(vfield image add "$TMP/cd/second.iso" --run-dir "$TMP/n1")
[ "$id" = "$(image_id "$TMP"/n1/manifests/*.vfm)" ] || fail "id $id"
check_sum "node 1" "$(sum_tcp 1 second)" "$(sum_file "$TMP/cd/second.iso")"
check_sum "node 1, by id" "$(sum_tcp 1 "$id")" \
	"$(sum_file "$TMP/cd/second.iso")"
wait_for 20 nbdinfo --size "$(uri_tcp 2 second)"
check_sum "node 2" "$(sum_sock 2 second)" "$(sum_file "$TMP/cd/second.iso")"

# The command says what cannot be added, and why.
refuse 'No such file' vfield image add "$TMP/none" --run-dir "$TMP/n1"
cp "$TMP/first" "$TMP/$(printf 'a\tb')"
refuse 'tab or a line break' vfield image add "$TMP/$(printf 'a\tb')" \
	--run-dir "$TMP/n1"

# The next router gets the image, too.
old=$(node_child 1 vfield-router)
kill -KILL "$old"
another() {
	status_is 1 '.images | length == 2' && [ "$(node_child 1 vfield-router)" != "$old" ]
}
wait_for 20 another
check_sum "node 1, again" "$(sum_sock 1 second)" \
	"$(sum_file "$TMP/cd/second.iso")"
check_sum "node 1, first" "$(sum_sock 1)" "$(sum_file "$TMP/first")"
node_stop 1
[ ! -e "$TMP/n1/images" ] || fail "the next node would have it too"
