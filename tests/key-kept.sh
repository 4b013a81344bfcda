#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node's key stays with its store.  It is never written over because it could not
# be read; where it cannot be kept the run directory has it, until it can.
. "$(dirname "$0")/lib.sh"

make_image "$TMP/image" 3000000
node_start 1 serve --image "$TMP/image"
kept=$TMP/disk/node.key
# starts: starts node 2, and sets id to its id.
starts() {
	node_start 2 join 127.0.0.1 --store-dir "$TMP/disk"
	id=$(cat "$TMP/n2/node")
	node_stop 2
}
in_run_dir() {
	find "$TMP/n2" -name node.key
}
starts
first=$id
[ "$(stat -c %a "$kept")" = 600 ] || fail "others can read the key"
[ -z "$(in_run_dir)" ] || fail "the key is in two places"
starts
[ "$id" = "$first" ] || fail "its id has changed: $first, $id"

echo "# a key that it does not take stays"
cp "$kept" "$TMP/key"
chmod 640 "$kept"
starts
second=$id
[ "$second" != "$first" ] || fail "it takes a key that others can read"
cmp "$kept" "$TMP/key"
grep -q 'node.key: others can read this private key' "$TMP/n2/log" ||
	fail "$(cat "$TMP/n2/log")"
starts
[ "$id" = "$second" ] || fail "its id for now has changed: $second, $id"
chmod 600 "$kept"
starts
[ "$id" = "$first" ] || fail "its key was lost: $first, $id"

echo "# a key that cannot be kept"
rm "$(in_run_dir)" "$kept"
mkdir "$kept"
starts
third=$id
grep -q 'node.key: not kept' "$TMP/n2/log" || fail "$(cat "$TMP/n2/log")"
starts
[ "$id" = "$third" ] || fail "its id has changed: $third, $id"
rmdir "$kept"
starts
[ "$id" = "$third" ] || fail "its id has changed: $third, $id"
[ -f "$kept" ] || fail "the key is not with the store"
[ -z "$(in_run_dir)" ] || fail "the key is in two places"

echo "# a file that has no key"
: >"$kept"
starts
[ "$id" != "$third" ] || fail "it has the key of an empty file"
[ "$(stat -c %s:%a "$kept")" = 65:600 ] || fail "$(stat "$kept")"

echo "# status says who has shown its key, under the id that follows from it"
node_start 2 join 127.0.0.1 --store-dir "$TMP/disk"
shown() {
	status_is 1 '.peers | any(.id == $id and .key_shown)' \
		--arg id "$(tr -d - <"$TMP/n2/node")"
}
wait_for 30 shown
