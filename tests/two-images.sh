#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node can carry several images, and a further one is added while it runs.
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

# another of the same name: the default one has it, or else the newest
mkdir "$TMP/new"
for name in first second; do
	make_image "$TMP/new/$name" 3000000
	vfield image create "$TMP/new/$name"
	vfield image add "$TMP/new/$name" --run-dir "$TMP/n1"
done
right 1 "" first
right 1 first first
right 1 second new/second
right 1 "$(image_id "$TMP/second.vfm")" second
node_start 7 join 127.0.0.1
wait_for 20 status_is 7 '.images | length == 5'
right 7 "" first
right 7 first first
vfield image default "$(image_id "$TMP/new/first.vfm")" --run-dir "$TMP/n1"
right 1 "" new/first
right 1 first new/first

! vfield image add "$TMP/nothing" --run-dir "$TMP/n1" || fail "nothing was added"
! node_start 6 join 127.0.0.1 --image nothing-of-that-name --io-timeout 1 &
wait_for 30 grep -q nothing-of-that-name "$TMP/n6/log"
