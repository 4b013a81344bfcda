# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# shellcheck shell=sh disable=SC2034,SC2154
# random-lib: one row of random reads by fio's nbd engine; source it after
# lib.sh.  Settings: MB of the image, SECONDS_EACH, CHUNKS; `before' is set by
# who calls.
#
#   random_images    $image, and the same in each of $CHUNKS: $small has the
#                    arguments that serve these
#   random_row URI SIZE DEPTH IN... -- KEY...    run by the command IN, if any
need fio jq

MB=${MB:-256} SECONDS_EACH=${SECONDS_EACH:-1}
CHUNKS=$(list "${CHUNKS:-16K,4K}")
RANDOM_COLUMNS='p50_us p99_us p99.9_us iops before'

random_images() {
	image=$RAM/image small=
	make_image "$image" $((MB * MIB))
	vfield image create "$image" >/dev/null
	for random_chunk in $CHUNKS; do
		ln "$image" "$RAM/$random_chunk"
		vfield image create --chunk-size "$random_chunk" \
			"$RAM/$random_chunk" >/dev/null
		small="$small --image $RAM/$random_chunk"
	done
}

random_row() {
	random_uri=$1 random_size=$2 random_depth=$3
	shift 3
	random_in=
	while [ "$1" != -- ]; do
		random_in="$random_in $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # words
	$random_in fio --aux-path="$TMP" --name=x --ioengine=nbd \
		--uri="$random_uri" --rw=randread --bs="$random_size" \
		--iodepth="$random_depth" --size="${MB}m" --time_based \
		--runtime="$SECONDS_EACH" --randrepeat=0 \
		--percentile_list=50:99:99.9 --output-format=json \
		--output="$TMP/fio.json" >/dev/null || fail "fio: $*"
	bench_row "$@" "$(jq -r '.jobs[0].read |
		[(.clat_ns.percentile["50.000000", "99.000000", "99.900000"]
			/ 1000 | round), (.iops | round)] | map(tostring) |
		join(" ")' "$TMP/fio.json")" "$before"
}
