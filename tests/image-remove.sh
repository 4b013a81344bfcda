#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# An image that is removed goes from all nodes, with the chunks that they hold,
# and comes back when it is added again.  While the image is in use the command
# names the machines that use it; with --force each node keeps the image until
# its last client has gone.
. "$(dirname "$0")/lib.sh"
need jq

for name in first second; do
	make_image "$TMP/$name" 6000000
	vfield image create "$TMP/$name" >/dev/null
done
id=$(image_id "$TMP/second.vfm")
want=$(sum_file "$TMP/first")
node_start 1 serve --image "$TMP/first"
node_start 2 join 127.0.0.1
node_start 3 join 127.0.0.1 --store-dir "$TMP/store"

image() {
	command=$1
	shift
	vfield image "$command" --run-dir "$TMP/n1" "$@"
}

# everywhere N: returns 0 if N machines have the image, and all hold all of it.
everywhere() {
	image list --json | json_is ".images[] | select(.id == \"$id\") |
		.machines == $1 and .complete == $1"
}

nowhere() {
	image list --json | json_is "all(.images[]; .id != \"$id\")"
}

image add "$TMP/second"
wait_for 60 everywhere 3
image list
image list | grep -q '^> first .* 3  *1  *0  default$' || fail "the list"

echo "# refused"
image remove first 2>"$TMP/error" && fail "the default image is gone"
grep -q 'default' "$TMP/error" || fail "$(cat "$TMP/error")"
image remove third 2>"$TMP/error" && fail "an image that is not there"
reader_start "$(uri_sock 2 second)" "$TMP/second"
wait_for 20 status_is 1 '[.images[].name] | length == 2'
in_use() {
	! image remove second 2>"$TMP/error"
}
wait_for 20 in_use
grep -q '1 of the machines use it (n2)' "$TMP/error" ||
	fail "$(cat "$TMP/error")"

echo "# forced: it stays where it is read"
image remove --force second | grep -qx "$id" || fail "not its id"
only_2() {
	image list --json | json_is "[.images[] | select(.id == \"$id\")] |
		length == 1 and .[0].machines == 1"
}
wait_for 30 only_2
reader_reads 3000000
reader_stop
wait_for 30 nowhere
gone() {
	! find /dev/shm "$TMP/store" -name "$id" | grep -q . &&
		! find /dev/shm "$TMP/store" -name second | grep -q .
}
wait_for 30 gone
[ -e "$TMP/second" ] || fail "the file is gone"
check_sum "the other image" "$(sum_sock 3)" "$want"
sum_sock 2 second 2>&1 | grep -q "$(sum_file "$TMP/second")" &&
	fail "it is still served"

echo "# a router that starts anew does not bring it back"
kill -KILL "$(node_child 1 vfield-router)"
wait_for 30 status_is 1 '.membership.nodes == 3 and (.images | length == 1)'
nowhere || fail "it is back: $(image list)"

echo "# added again"
image add "$TMP/second"
wait_for 60 everywhere 3
check_sum "the image that came back" "$(sum_sock 3 second)" \
	"$(sum_file "$TMP/second")"
# the cluster hears with the next news that node 3's client has gone
wait_for 20 image remove second
wait_for 30 nowhere
wait_for 30 gone
