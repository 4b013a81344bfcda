#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node serves several images, and a further one is added while it runs.
. "$(dirname "$0")/lib.sh"
need jq

for name in first second third; do
	make_image "$TMP/$name" 9000000
	echo "$name" >>"$TMP/$name"
	vfield image create "$TMP/$name"
done
node_start 1 serve --image "$TMP/first" --image "$TMP/second"
node_start 2 join 127.0.0.1
node_start 3 join 127.0.0.1 --image second --image first
node_start 4 join 127.0.0.1 --image "$(image_id "$TMP/second.vfm")"
wait_for 20 node_knows 4 4

right() {
	check_sum "node $1, '$2'" "$(sum_sock "$1" "$2")" "$(sum_file "$TMP/$3")"
	check_sum "node $1, '$2', network" "$(sum_tcp "$1" "$2")" \
		"$(sum_file "$TMP/$3")"
}

right 1 "" first
right 1 second second
right 2 "" first
right 2 first first
right 3 "" second
right 3 first first
right 4 second second
right 4 "" second

vfield image add "$TMP/third" --run-dir "$TMP/n1"
right 1 third third
right 1 "" first
node_start 5 join 127.0.0.3 --image third
right 5 third third
right 3 first first

# If two images have the same name, the name means the one that an administrator
# has made the default, or none of them; NAME@ID means each.
mkdir "$TMP/new"
for name in first second; do
	make_image "$TMP/new/$name" 3000000
	vfield image create "$TMP/new/$name"
	vfield image add "$TMP/new/$name" --run-dir "$TMP/n1"
done
at_id() {
	image_id "$TMP/$1.vfm" | cut -c 1-"$2"
}
none() {
	! nbdinfo --size "$(uri_sock "$@")" 2>/dev/null || fail "$*: guessed"
	! nbdinfo --size "$(uri_tcp "$@")" 2>/dev/null || fail "$*: guessed, network"
}
right 1 "" first
none 1 first
none 1 second
right 1 "$(image_id "$TMP/second.vfm")" second
right 1 "second@$(at_id second 8)" second
right 1 "second@$(at_id new/second 12)" new/second
none 1 "second@$(at_id new/second 7)"
none 1 "first@$(at_id new/second 12)"
expect_list() {
	nbdinfo --list "nbd://127.0.0.1" 2>/dev/null | grep -q "export=\"$1\"" ||
		fail "does not list $1"
}
expect_list "first@$(at_id first 8)"
expect_list "third"
node_start 7 join 127.0.0.1
wait_for 20 status_is 7 '.images | length == 5'
right 7 "" first
none 7 first
! vfield image default first --run-dir "$TMP/n1" 2>"$TMP/err" || fail "guessed"
for image in first new/first; do
	grep -q "first@$(at_id $image 8)" "$TMP/err" || fail "$(cat "$TMP/err")"
done
vfield image default "first@$(at_id new/first 8)" --run-dir "$TMP/n1"
right 1 "" new/first
right 1 first new/first
right 1 "first@$(at_id first 8)" first
wait_for 20 status_is 7 '.images[] | select(.default) | .id == $id' \
	--arg id "$(at_id new/first 64)"
right 7 first new/first
node_start 8 join 127.0.0.1 --image "second@$(at_id second 8)"
right 8 "second@$(at_id second 8)" second
right 8 second second

! vfield image add "$TMP/nothing" --run-dir "$TMP/n1" || fail "nothing was added"
! node_start 6 join 127.0.0.1 --image nothing-of-that-name --io-timeout 1 &
wait_for 30 grep -q nothing-of-that-name "$TMP/n6/log"
