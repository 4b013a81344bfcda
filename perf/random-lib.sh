# shellcheck shell=sh disable=SC2034,SC2154
# random-lib: one row of random reads by fio's nbd engine; source it after
# lib.sh.  Settings: MB of the image, SECONDS_EACH; `before' is set by who
# calls.
#
#   random_row URI SIZE DEPTH IN... -- KEY...    run by the command IN, if any
need fio jq

SECONDS_EACH=${SECONDS_EACH:-1}
RANDOM_COLUMNS='p50_us p99_us p99.9_us iops before'

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
