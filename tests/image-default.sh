#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The default image is changed while a cluster runs.  A client that reads the
# old image reads on, also when the old image's seed has died.  All nodes know
# the new default and fill their stores with it; nodes that join get it.  Of two
# words at once the same one wins on all nodes.  Chunks of an image that nobody
# uses make room.
. "$(dirname "$0")/lib.sh"
need jq

make_image "$TMP/base" 300000
for name in old new; do
	make_image "$TMP/$name" 9000000
	vfield image create "$TMP/$name" >/dev/null
done
old=$(image_id "$TMP/old.vfm") new=$(image_id "$TMP/new.vfm")

# default_is NODE ID: returns 0 if NODE has the image ID as its default.
default_is() {
	[ "$(vfield image default --run-dir "$TMP/n$1")" = "$2" ] &&
		status_is "$1" '.images[] | select(.default) | .id == $id' \
			--arg id "$2"
}

# has_all_of NODE ID: returns 0 if NODE holds all chunks of the image ID.
has_all_of() {
	status_is "$1" '.images[] | select(.id == $id) | .held == .nchunks' \
		--arg id "$2"
}

# node_is NODE M ID CONDITION: returns 0 if jq's CONDITION, in which $id is ID,
# is true of node M's entry in the node list of NODE.
node_is() {
	vfield node list --json --run-dir "$TMP/n$1" | json_is \
		".nodes[] | select(.name == \"n$2\") | $4" --arg id "$3"
}

# Node 1 runs the member, so that node 8, the seed of the old image, can die
# without it.
node_start 1 serve --image "$TMP/base"
node_start 8 join 127.0.0.1
[ "$(vfield image default --run-dir "$TMP/n8")" = \
	"$(image_id "$TMP/base.vfm")" ] || fail "the first image is no default"
vfield image add "$TMP/old" --run-dir "$TMP/n8"
vfield image default old --run-dir "$TMP/n8"
node_start 2 join 127.0.0.1
# Node 3 joins as a booted machine does, with its image's id.
node_start 3 join 127.0.0.1 --image "$old"
node_start 4 join 127.0.0.2
wait_for 20 node_knows 4 5
reader_start "$(uri_sock 3 "$old")" "$TMP/old"

# --- another image is added and becomes the default ---

vfield image add "$TMP/new" --run-dir "$TMP/n4"
wait_for 20 has_all_of 2 "$new"
for node in 1 2 3 4 8; do
	wait_for 20 default_is $node "$old"
done
! vfield image default nothing --run-dir "$TMP/n2" 2>"$TMP/said" ||
	fail "an image that nobody has was chosen"
grep -q 'no node has an image' "$TMP/said" || fail "$(cat "$TMP/said")"

[ "$(vfield image default new --run-dir "$TMP/n2")" = "$new" ] ||
	fail "it does not say which it has chosen"
for node in 1 2 3 4; do
	wait_for 20 default_is $node "$new"
	# Node 3, which reads all the time, fills its store later.
	[ $node -eq 3 ] || wait_for 30 has_all_of $node "$new"
done
check_sum "the old one, by its name" "$(sum_sock 3 old)" "$(sum_file "$TMP/old")"
for node in 1 2 3 4; do
	check_sum "node $node, no name" "$(sum_sock $node)" "$(sum_file "$TMP/new")"
	check_sum "node $node, no name, network" "$(sum_tcp $node)" \
		"$(sum_file "$TMP/new")"
done

# --- a node that joins now, and one that joins through that node ---

node_start 5 join 127.0.0.3
check_sum "a newcomer" "$(sum_sock 5)" "$(sum_file "$TMP/new")"
default_is 5 "$new"
node_start 6 join 127.0.0.5
check_sum "another" "$(sum_tcp 6)" "$(sum_file "$TMP/new")"
default_is 6 "$new"

# --- node list: which node uses and has which image ---

wait_for 10 node_is 2 3 "$old" '.images[] | select(.id == $id) | .used'
wait_for 10 node_is 6 3 "$old" '.images[] | select(.id == $id) | .used'
# Node 3 does not use the new image any more, and others hear of that soon.
wait_for 10 node_is 2 3 "$new" \
	'[.images[] | select(.id == $id and .used)] == []'
wait_for 10 node_is 2 1 "$old" \
	'.seed and .role == "core" and .since > 1000000000'
wait_for 10 node_is 1 8 "$old" '.seed and .role == "satellite" and
	(.images[] | select(.id == $id) | .seed)'
wait_for 10 node_is 2 5 "$new" '(.seed | not) and .role == "satellite" and
	(.images[] | select(.id == $id) | .default)'
vfield node list --run-dir "$TMP/n2"
vfield node list --run-dir "$TMP/n2" | grep -q "^> n2 " || fail "no own line"

# --- a router that was killed and restarted knows the default ---

router=$(node_child 5 vfield-router)
kill -KILL "$router"
again() {
	now=$(node_child 5 vfield-router) && [ "$now" != "$router" ] &&
		default_is 5 "$new"
}
wait_for 30 again
check_sum "a router started again" "$(sum_sock 5)" "$(sum_file "$TMP/new")"

# --- two words on the default at the same moment ---

vfield image default "$old" --run-dir "$TMP/n2" &
one=$!
vfield image default "$new" --run-dir "$TMP/n4" &
wait $one $!
# agree: returns 0 if five nodes have the same default image and version.
agree() {
	[ "$(for node in 2 3 4 5 6; do
		status "$node" | jq -c '[.default.id, .default.version]'
	done | uniq -c | awk '{ print $1 }')" = 5 ]
}
wait_for 20 agree
vfield image default "$new" --run-dir "$TMP/n6"
for node in 2 3 4 5 6; do
	wait_for 20 default_is $node "$new"
done

# --- a store with room for one image keeps parts of both in use ---

node_start 7 join 127.0.0.2 --store 11M
holds_some_of() {
	status_is 7 '.images[] | select(.id == $id) | .held > 5' --arg id "$1"
}
wait_for 30 holds_some_of "$old"
wait_for 30 holds_some_of "$new"

# --- the seed of the old image dies ---

wait_for 30 has_all_of 2 "$old"
reader_reads 20000000
node_kill 8
reader_reads 20000000
check_sum "the old one, without its seed" "$(sum_tcp 3 old)" \
	"$(sum_file "$TMP/old")"

# --- nobody uses the old image any more ---

reader_stop
wait_for 30 has_all_of 3 "$new"
node_stop 3
wait_for 60 has_all_of 7 "$new"
