#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node has heard of a new default image and does not have its manifest yet.
# Until it has, clients that name no image get the former default, and not the
# node's first image; so it is also after the router was started anew.
. "$(dirname "$0")/lib.sh"
need jq

for name in first former later; do
	make_image "$TMP/$name" 3000000
	vfield image create "$TMP/$name" >/dev/null
done
former=$(image_id "$TMP/former.vfm") later=$(image_id "$TMP/later.vfm")

default_is() {
	status_is 2 '.images[] | select(.default) | .id == $id' --arg id "$1"
}

has_all() {
	status_is 2 '.images | length == 2 and all(.held == .nchunks)'
}

word_is() {
	[ "$(vfield image default --run-dir "$TMP/n2")" = "$1" ]
}

node_start 1 serve --image "$TMP/first"
# Node 2 can ask node 3 which nodes there are when node 1 does not answer.
node_start 3 join 127.0.0.1
node_start 2 join 127.0.0.3
vfield image add "$TMP/former" --run-dir "$TMP/n1"
vfield image default former --run-dir "$TMP/n1"
wait_for 20 default_is "$former"
wait_for 20 has_all

# Node 1's nbdkit is stopped, so that the others hear of a third image and
# cannot get its manifest.
server=$(node_child 1 nbdkit)
kill -STOP "$server"
vfield image add "$TMP/later" --run-dir "$TMP/n1"
vfield image default later --run-dir "$TMP/n1"
wait_for 20 word_is "$later"
default_is "$former" || fail "it is not what it was: $(status 2)"
check_sum "no name" "$(sum_sock 2)" "$(sum_file "$TMP/former")"
check_sum "no name, network" "$(sum_tcp 2)" "$(sum_file "$TMP/former")"

router=$(node_child 2 vfield-router)
kill -KILL "$router"
again() {
	now=$(node_child 2 vfield-router) && [ "$now" != "$router" ] &&
		default_is "$former"
}
wait_for 30 again
word_is "$later" || fail "it has forgotten the word"
check_sum "no name, a new router" "$(sum_sock 2)" "$(sum_file "$TMP/former")"

kill -CONT "$server"
wait_for 30 default_is "$later"
check_sum "no name, at last" "$(sum_sock 2)" "$(sum_file "$TMP/later")"
check_sum "no name, network" "$(sum_tcp 2)" "$(sum_file "$TMP/later")"
