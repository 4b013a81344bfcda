#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Copies: stores smaller than the image, of machines that nobody reads on, and how
# often each chunk lies on them.
#
#   CASES=50x3,40x5,20x12,40x5-1by1,20+30+40+50+60-1by1,30x16
#                    per cent of the image a store; begun at one moment, or one
#                    by one (1by1), each when the one before is at rest
#   RATE=100mbit MB=100       each link, the image
#   DEATHS=1         then as many stores as all of the image can do without, and
#                    the seed, lose their power at one moment; one that is left
#                    reads all of the image
# Columns: room, the least, mean and most copies of a chunk, their standard
# deviation; the seconds from the last machine's start until that stood, and those
# that are allowed: 10 and 1.5 times what the links need; MB that came, as a
# multiple of what had to come; chunks that moved in a minute of rest (MINUTE=1).
# copies.series.csv has least, mean and most second by second.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/../tests/testbed.sh"
need corosync jq

CASES=$(list "${CASES:-50x3,40x5,20x12,40x5-1by1,20+30+40+50+60-1by1,30x16}")
RATE=${RATE:-100mbit} MB=${MB:-100} DEATHS=${DEATHS:-1} MINUTE=${MINUTE:-1}
REPEAT=1
chunk=131072
image=$RAM/img
make_image "$image" $((MB * 1000000))
vfield image create "$image" >/dev/null
want=$(sum_file "$image")
bytes=$((MB * 1000000))
series=$OUT/copies.series.csv
echo event,seconds,least,mean,most >"$series"

# the stores of a case, in per cent
stores() {
	one=${1%-1by1}
	case $one in
	*x*) for _ in $(seq "${one#*x}"); do echo "${one%x*}"; done ;;
	*) echo "$one" | tr + '\n' ;;
	esac
}

# sample I...: "LEAST MEAN MOST SD BY..." of these machines
sample() {
	# shellcheck disable=SC2046 # words
	"$PYTHON" "$TOP/tests/copies.py" img $chunk \
		$(for i; do bed_addr "$i"; done) 2>/dev/null
}

fetched() {
	for i; do
		bed_vfield "$i" status --json
	done | jq -s 'map(.chunks.fetched) | add'
}

# settle EVENT I...: until nothing has come for five seconds; leaves what was
# reached in FOUND, and the seconds until the least was what it is then in TOOK
settle() {
	event=$1 began=$(now_ms)
	shift
	: >"$TMP/series"
	quiet=0 before=-1
	while [ $quiet -lt 5 ]; do
		FOUND=$(sample "$@") || FOUND='0 0 0 0'
		at=$(awk -v ms=$(($(now_ms) - began)) 'BEGIN { printf "%.1f", ms / 1000 }')
		echo "$at $FOUND" >>"$TMP/series"
		echo "$event,$at,$(echo "$FOUND" | cut -d ' ' -f 1-3 | tr ' ' ,)" \
			>>"$series"
		now=$(echo "$FOUND" | cut -d ' ' -f 2-)
		[ "$now" = "$before" ] && quiet=$((quiet + 1)) || quiet=0
		before=$now
		sleep 1
	done
	TOOK=$(awk -v least="${FOUND%% *}" '$2 >= least { if (!t) t = $1; next }
		{ t = 0 } END { print t }' "$TMP/series")
}

# row EVENT ROOM MOVED NEEDED SECONDS_ALLOWED
row() {
	# shellcheck disable=SC2086 # words
	set -- "$1" "$2" "$3" "$4" "$5" $FOUND
	bench_row "$name" "$1" "$2" "$6" "$7" "$8" "$9" "$TOOK" "$5" \
		"$(awk -v m="$3" -v n="$4" 'BEGIN { printf "%.2f", (n > 0 ? m / n : m) }')" \
		"$RESTED"
}

# what moves in a minute in which nothing happens
rest() {
	RESTED=-
	[ "$MINUTE" = 1 ] || return 0
	rest_was=$(fetched "$@")
	sleep 60
	RESTED=$(($(fetched "$@") - rest_was))
}

payload=$(awk -v bits="$(bed_bits "$RATE")" 'BEGIN { print bits / 8 * 0.954 }')
# allowed BYTES: seconds, where that many have to go over one link
allowed() {
	awk -v bytes="$1" -v rate="$payload" \
		'BEGIN { printf "%.0f", 10 + 1.5 * bytes / rate }'
}

one_case() {
	name=$1 i=1 all='' sum=0 most=0
	bed_serve 1 --image "$image"
	bed_wait_ready 1
	for percent in $(stores "$name"); do
		i=$((i + 1)) all="$all $i" sum=$((sum + percent))
		[ "$percent" -le "$most" ] || most=$percent
		bed_join $i "$(bed_addr 1)" --store $((bytes / 100 * percent))
		case $name in
		*-1by1)
			bed_wait_ready $i
			# shellcheck disable=SC2086 # words
			settle "$name" $all
			;;
		esac
	done
	# shellcheck disable=SC2086 # words
	{
		bed_wait_ready $all
		settle "$name" $all
		moved=$(fetched $all)
		rest $all
	}
	room=$(awk -v s=$sum 'BEGIN { printf "%.2f", s / 100 }')
	row begun "$room" $((moved * chunk)) $((bytes / 100 * sum)) \
		"$(allowed $((bytes / 100 * (sum < 100 ? sum : 100))))"
	[ "$DEATHS" = 0 ] || deaths
	for i in 1 $all; do
		kill -0 "$(bed_init_pid $i)" 2>/dev/null && bed_power_cut $i
	done
	return 0
}

# As many as the room allows, the last ones, and the seed.
deaths() {
	dead=$(awk -v s=$sum 'BEGIN { print int(0.95 * s / 100) - 1 }')
	[ "$dead" -ge 0 ] || return 0
	left=$all gone=0
	for _ in $(seq "$dead"); do
		gone=$((gone + $(stores "$name" | sed -n "$((${left##* } - 1))p")))
		left=${left% *}
	done
	# shellcheck disable=SC2086 # words
	{
		was=$(fetched $left)
		for i in 1 ${all#"$left"}; do
			bed_power_cut "$i"
		done
		check_sum "$name, after $dead deaths and the seed's" \
			"$(sum_bed 2)" "$want"
		settle "$name-deaths" $left
		moved=$(($(fetched $left) - was))
		rest $left
	}
	room=$(awk -v s=$((sum - gone)) 'BEGIN { printf "%.2f", s / 100 }')
	row "deaths:$dead" "$room" $((moved * chunk)) \
		$((bytes + bytes / 100 * gone)) "$(allowed $bytes)"
}

bench_begin 2 case event room least mean most sd s allowed_s moved rest
bench_note "links of $RATE, payload $payload bytes/s; $MB MB in chunks of $chunk"
for c in $CASES; do
	bed_bridge
	n=$(($(stores "$c" | wc -l) + 1))
	for i in $(seq $n); do
		bed_machine "$i" "$RATE"
	done
	# shellcheck disable=SC2046 # words
	bed_corosync $(seq $n)
	one_case "$c"
	ip link del br0
done
bench_end
