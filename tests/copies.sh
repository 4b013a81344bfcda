#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Stores that are smaller than the image share its copies among themselves:
# every chunk is on as many machines as the room of all allows, whatever room
# each has.  So it is when all machines join at once, when more join, and when
# some lose their power, the first one among them: the image is still whole
# then, and soon has as many copies as fit.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/testbed.sh"
need corosync jq

chunk=131072
image=$TMP/img
make_image "$image" $((200 * chunk))
vfield image create "$image" >/dev/null
want=$(sum_file "$image")

# copies I...: writes copies.py's line about these machines to $TMP/copies.log:
# the least, mean and most copies of a chunk, and more.
copies() {
	# shellcheck disable=SC2046 # split on purpose
	"$PYTHON" "$TOP/tests/copies.py" img $chunk \
		$(for i; do bed_addr "$i"; done) >"$TMP/copies.log"
}

# even LEAST MEAN I...: returns 0 if each chunk has at least LEAST copies on
# these machines, none has two more than another, and the mean is at least MEAN,
# so that no room is left over.
even() {
	least=$1 mean=$2
	shift 2
	copies "$@"
	awk -v least="$least" -v mean="$mean" \
		'{ exit !($1 >= least && $3 <= $1 + 1 && $2 >= mean) }' \
		"$TMP/copies.log"
}

# join I PERCENT: has machine I join, with a store for PERCENT of the image.
join() {
	bed_join "$1" "$(bed_addr 1)" --store $((2 * $2 * chunk))
}

# moved I...: prints for each of these machines how many chunks it has fetched
# and dropped so far.
moved() {
	for i; do
		bed_vfield "$i" status --json
	done | jq -s -c 'map([.chunks.fetched, .chunks.evicted])'
}

# at_rest I...: returns 0 if these machines have fetched and dropped no chunk
# for three seconds.
at_rest() {
	rest_was=$(moved "$@")
	sleep 3
	[ "$(moved "$@")" = "$rest_was" ]
}

bed_bridge
for i in 1 2 3 4 5 6 7 8; do
	bed_machine $i 200mbit
done
bed_corosync 1 2 3 4 5 6 7 8
bed_serve 1 --image "$image"
bed_wait_ready 1
join 2 40
join 3 40
join 4 50
join 5 60
bed_wait_ready 2 3 4 5
wait_for 60 even 1 1.85 2 3 4 5
echo "at once: $(cat "$TMP/copies.log")"
wait_for 30 at_rest 2 3 4 5
even 1 1.9 2 3 4 5 || fail "at rest: $(cat "$TMP/copies.log")"
was=$(moved 2 3 4 5)
sleep 5
[ "$(moved 2 3 4 5)" = "$was" ] || fail "at rest: $was $(moved 2 3 4 5)"

join 6 50
join 7 100
bed_wait_ready 6 7
wait_for 60 even 3 3.35 2 3 4 5 6 7
echo "two more: $(cat "$TMP/copies.log")"
says_copies() {
	bed_vfield 6 status | grep -q "every chunk on $1 or more$2"
}
wait_for 20 says_copies 3 " beside the seed, survives any 3 deaths"

# A machine with --no-fill that reads is not counted, neither its chunks as
# copies nor its store as room.
bed_join 8 "$(bed_addr 1)" --no-fill --store 8M
bed_wait_ready 8
check_sum "by one that keeps nothing" "$(sum_bed 8)" "$want"
wait_for 30 at_rest 2 3 4 5 6 7
even 3 3.35 2 3 4 5 6 7 || fail "one reads: $(cat "$TMP/copies.log")"
bed_status_is 8 '.images[0].copies | .room < 3.5 and .nodes == 6' ||
	fail "a machine that keeps nothing counts: $(bed_vfield 8 status)"

# The first machine and two others lose their power at one moment.
bed_power_cut 1
bed_power_cut 4
bed_power_cut 7
check_sum "of what is left" "$(sum_bed 2)" "$want"
wait_for 60 even 1 1.85 2 3 5 6
echo "three lost: $(cat "$TMP/copies.log")"
wait_for 20 says_copies 1 ", survives no death"
bed_vfield 6 map | grep -q "every chunk on 1 or more" || fail "map says nothing"
check_sum "once more" "$(sum_bed 6)" "$want"
