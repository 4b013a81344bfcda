#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Several images share the stores.  Images in use come first, each with as many
# copies as its size allows, and the others get the room that is left.  A disk
# that is smaller than --store says counts with the room that it really has.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/testbed.sh"
need corosync jq

chunk=131072
for name in first second; do
	make_image "$TMP/$name" $((128 * chunk))
	echo "$name" | dd of="$TMP/$name" conv=notrunc 2>/dev/null
	vfield image create "$TMP/$name" >/dev/null
done

# copies IMAGE I...: writes copies.py's line about these machines to
# $TMP/copies.log: the least, mean and most copies of the image's chunks, and
# more.
copies() {
	copies_of=$1
	shift
	# shellcheck disable=SC2046 # split on purpose
	"$PYTHON" "$TOP/tests/copies.py" "$copies_of" $chunk \
		$(for i; do bed_addr "$i"; done) >"$TMP/copies.log" 2>&1 ||
		echo "0 0 0 0" >"$TMP/copies.log"
}

# even IMAGE LEAST MEAN MOST_MEAN I...: returns 0 if each chunk of IMAGE has at
# least LEAST copies on these machines, none has two more than another, and
# their mean is between MEAN and MOST_MEAN.
even() {
	of=$1 least=$2 mean=$3 less=$4
	shift 4
	copies "$of" "$@"
	awk -v least="$least" -v mean="$mean" -v less="$less" \
		'{ exit !($1 >= least && $3 <= $1 + 1 && $2 >= mean &&
			$2 <= less) }' "$TMP/copies.log"
}

# join I ARGS...: has machine I join, with a store for three quarters of an
# image.
join() {
	i=$1
	shift
	bed_join "$i" "$(bed_addr 1)" --store $((96 * chunk)) "$@"
}

# Machines that are made later see this mount.
mkdir "$TMP/small"
mount -t tmpfs -o size=5m tmpfs "$TMP/small"
at_exit "umount -l $TMP/small"
bed_bridge
for i in 1 2 3 4 5 6; do
	bed_machine $i
done
bed_corosync 1 2 3 4 5 6
bed_serve 1 --image "$TMP/first" --image "$TMP/second"
bed_wait_ready 1
join 2
join 3
join 4
bed_wait_ready 2 3 4
# The stores have room for 2.25 images: the first image has all of it.
wait_for 60 even first 2 2.2 2.25 2 3 4
wait_for 60 even second 0 0 0 2 3 4

# A node wants the second image.
bed_join 6 "$(bed_addr 1)" --image second --no-fill --store 8M
bed_wait_ready 6
wait_for 90 even second 1 1.05 1.2 2 3 4
wait_for 60 even first 1 1.05 1.2 2 3 4

# That node is gone, and nobody wants the second image any more.
bed_power_cut 6
wait_for 90 even first 2 2.2 2.25 2 3 4
wait_for 60 even second 0 0 0 2 3 4

# A disk with room for some 30 chunks instead of 96 counts for 30.
join 5 --store-dir "$TMP/small/store"
bed_wait_ready 5
wait_for 90 even first 2 2.3 2.9 2 3 4 5
at_rest() {
	rest_was=$(bed_vfield 5 status --json | jq -c '[.chunks.filled, .chunks.evicted]')
	sleep 3
	[ "$(bed_vfield 5 status --json |
		jq -c '[.chunks.filled, .chunks.evicted]')" = "$rest_was" ]
}
wait_for 60 at_rest
says() {
	bed_vfield 2 status | tee "$TMP/said" |
		grep -q 'every chunk on 2 or more beside the seed'
}
wait_for 30 says
grep -q 'few copies' "$TMP/said" && fail "$(cat "$TMP/said")"
check_sum "of the full disk" "$(sum_bed 5 first)" "$(sum_file "$TMP/first")"
