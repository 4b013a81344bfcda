#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield fetch fills a file with an image of the cluster, also on a node whose
# store can hold a part of it only.  The file appears whole or not at all, and a
# file that exists already stays.  A file system that is too small is named
# before anything is fetched.
. "$(dirname "$0")/lib.sh"
need jq

make_image "$TMP/image" 30000001
: >"$TMP/empty"
want=$(sum_file "$TMP/image")
node_start 1 serve --image "$TMP/image" --image "$TMP/empty"
node_start 2 join 127.0.0.1
node_start 3 join 127.0.0.1 --store 8M

fetch() {
	n=$1
	shift
	vfield fetch --run-dir "$TMP/n$n" "$@"
}

# only NAME...: fails the test unless the directory $TMP/to has these files and
# no other.
only() {
	ls -A "$TMP/to" >"$TMP/names"
	printf '%s\n' "$@" | sort | cmp - "$TMP/names" ||
		fail "there is: $(cat "$TMP/names")"
}

mkdir "$TMP/to"
for n in 1 2 3; do
	fetch $n image "$TMP/to/file$n" >"$TMP/said" || fail "node $n"
	grep -q "^$TMP/to/file$n: 30.0 MB in .* s, .* MB/s, verified$" \
		"$TMP/said" || fail "$(cat "$TMP/said")"
	check_sum "node $n" "$(sum_file "$TMP/to/file$n")" "$want"
done
fetch 2 empty "$TMP/to/empty" --mode 600
[ "$(stat -c %a.%s "$TMP/to/empty")" = 600.0 ] || fail "the empty image"
only file1 file2 file3 empty

echo "# refused"
echo mine >"$TMP/to/file2"
fetch 2 image "$TMP/to/file2" 2>"$TMP/error" && fail "it has replaced a file"
grep -q 'file2: a file is there; --force' "$TMP/error" ||
	fail "$(cat "$TMP/error")"
grep -qx mine "$TMP/to/file2" || fail "the file is not what it was"
fetch 2 image "$TMP/to/file2" --force >/dev/null
check_sum "replaced" "$(sum_file "$TMP/to/file2")" "$want"
for path in "$TMP/to" "$TMP/to/" "$TMP/none/file"; do
	fetch 2 image "$path" --force 2>"$TMP/error" && fail "$path is no file"
	grep -q "$path: " "$TMP/error" || fail "$(cat "$TMP/error")"
done
fetch 2 other "$TMP/to/x" --wait 0 2>/dev/null && fail "there is no such image"
fetch 2 image "$TMP/to/x" --run-dir "$TMP/to" --wait 0 2>"$TMP/error" &&
	fail "there is no node"
grep -q 'vfield join' "$TMP/error" || fail "$(cat "$TMP/error")"

echo "# no space"
mkdir "$TMP/small"
mount -t tmpfs -o size=20m tmpfs "$TMP/small"
at_exit 'umount -l "$TMP/small"'
fetch 3 image "$TMP/small/x" --json >"$TMP/said" && fail "there is no space"
jq -e 'select(.event == "error") | .why |
	test("small/x: no space: 30000001 bytes are needed")' "$TMP/said" ||
	fail "$(cat "$TMP/said")"
[ -z "$(ls -A "$TMP/small")" ] || fail "something is left: $(ls -A "$TMP/small")"
! grep -q '"begin"' "$TMP/said" || fail "it has fetched"

echo "# ended, killed: nothing is left; a router that dies is waited for"
begun() {
	grep -q '"begin"' "$TMP/said"
}
# begin: begins a fetch on node 3, which gets no byte, since nodes 1 and 2 are
# stopped.
begin() {
	node_signal 1 STOP
	node_signal 2 STOP
	: >"$TMP/said"
	vfield fetch --run-dir "$TMP/n3" image "$TMP/to/late" --json \
		>"$TMP/said" 2>&1 &
	fetcher=$!
	wait_for 20 begun
}
go_on() {
	node_signal 1 CONT
	node_signal 2 CONT
}
for signal in TERM KILL; do
	begin
	kill -$signal $fetcher
	wait $fetcher && fail "it has ended well"
	go_on
	only file1 file2 file3 empty
done
begin
kill -KILL "$(node_child 3 vfield-router)"
go_on
wait $fetcher || fail "$(cat "$TMP/said")"
jq -e 'select(.event == "end") | .verified and .bytes == 30000001' "$TMP/said" ||
	fail "$(cat "$TMP/said")"
check_sum "after the router's death" "$(sum_file "$TMP/to/late")" "$want"
