#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures how many copies of each chunk stores have that are smaller than the
# image, on machines where nobody reads.
#
#   CASES=50x3,40x5,...   size of each store in per cent of the image, x number
#                         of stores; all begin at one moment, or one by one
#                         (-1by1), each when the one before is at rest
#   EVENTS=join,death,return,deaths    then, in this order: one more machine
#                         joins, with room for half of the image; one of
#                         the others loses its power; it comes back with its
#                         store; the first machine and as many others as the
#                         image survives lose their power at one moment, while a
#                         machine without a store reads the whole image
#   RATE=100mbit MB=100   rate of each link, size of the image
#   MINUTE=1              1: wait a minute before the deaths
# Columns: room, in images; least, mean and most copies of a chunk, and sd,
# their standard deviation; s, the seconds from the event until the least count
# was reached for good; allowed_s, 10 s and 1.5 times what the links need;
# need_MB, the least that has to be copied; moved, what the machines copied, in
# parts of need_MB; pause_ms, the reader's longest time without a reply; rest,
# the chunks that were copied or dropped in the minute. copies.series.csv and
# copies.svg have least, mean and most against time.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/../tests/testbed.sh"
need corosync jq

usual=50x3,20x4,40x5,20+30+40+50+60,20x12,5+10+20+40+80+100,30x16
usual=$usual,50x3-1by1,20+30+40+50+60-1by1,40x10-1by1
CASES=$(list "${CASES:-$usual}")
EVENTS=$(list "${EVENTS:-join,death,return,deaths}")
RATE=${RATE:-100mbit} MB=${MB:-100} MINUTE=${MINUTE:-1}
REPEAT=1
chunk=131072
image=$RAM/img
make_image "$image" $((MB * 1000000))
vfield image create "$image" >/dev/null
bytes=$((MB * 1000000))
chunks=$(((bytes + chunk - 1) / chunk))
payload=$(awk -v bits="$(bed_bits "$RATE")" 'BEGIN { print bits / 8 * 0.954 }')
series=$OUT/copies.series.csv
echo case,seconds,least,mean,most >"$series"

# stores CASE: prints the size of each store of the case, in per cent.
stores() {
	one=${1%-1by1}
	case $one in
	*x*) for _ in $(seq "${one#*x}"); do echo "${one%x*}"; done ;;
	*) echo "$one" | tr + '\n' ;;
	esac
}

# join I: has machine I join, with a store of its size on disk.
join() {
	percent=$(sed -n "$(($1 - 1))p" "$TMP/stores")
	bed_join "$1" "$(bed_addr 1)" --store $((bytes / 100 * percent)) \
		--store-dir "$RAM/store$1"
}

# room_of I...: prints how many chunks these machines' stores can hold.
room_of() {
	for i; do
		sed -n "$((i - 1))p" "$TMP/stores"
	done | awk -v n=$chunks '{ sum += int(n * $1 / 100) } END { print sum + 0 }'
}

# sample I...: prints "LEAST MEAN MOST SD BY..." of the copies on these
# machines; BY... are how many chunks have 0, 1, 2... copies.
sample() {
	# shellcheck disable=SC2046 # split on purpose
	"$PYTHON" "$TOP/tests/copies.py" img $chunk \
		$(for i; do bed_addr "$i"; done) 2>/dev/null || echo 0 0 0 0 $chunks
}

# copied I...: prints how many chunks these machines have copied in order to
# keep them.
copied() {
	for i; do
		bed_vfield "$i" status --json
	done | jq -s 'map(.chunks.filled) | add'
}

touched() {
	for i; do
		bed_vfield "$i" status --json
	done | jq -s 'map(.chunks.fetched + .chunks.evicted) | add'
}

# needs I...: prints how many chunks these machines have to copy at least until
# every chunk has as many copies as there is room for, and no chunk two more
# than another.
needs() {
	sample "$@" | awk -v n=$chunks -v room="$(room_of "$@")" '{
		full = int(room / n)
		for (i = 5; i <= NF; i++) {
			held += (i - 5) * $i
			if (i - 5 < full) short += (full - i + 5) * $i
			if (i - 5 > full + 1) over += (i - 6 - full) * $i
		}
		free = room - held + over
		print (free > short ? free : short) }'
}

# settle I...: waits until the copies on these machines have not changed for
# five seconds.  Sets FOUND to the last sample, and TOOK to the seconds from
# `began' until the least count was reached for good.
settle() {
	: >"$TMP/series"
	quiet=0 before=-1
	while [ $quiet -lt 5 ]; do
		FOUND=$(sample "$@")
		ms=$(now_ms)
		awk -v a=$((ms - began)) -v b=$((ms - case_began)) -v c="$name" \
			-v found="$FOUND" -v out="$series" 'BEGIN {
				split(found, f, " ")
				printf "%.1f %s\n", a / 1000, f[1]
				printf "%s,%.1f,%s,%s,%s\n", c, b / 1000, f[1],
					f[2], f[3] >>out }' >>"$TMP/series"
		now=${FOUND#* }
		[ "$now" = "$before" ] && quiet=$((quiet + 1)) || quiet=0
		before=$now
		sleep 1
	done
	TOOK=$(awk -v least="${FOUND%% *}" '$2 >= least { if (t == "") t = $1; next }
		{ t = "" } END { print t }' "$TMP/series")
}

# row EVENT NEEDED MOVED LINKS I...: adds a row about these machines; NEEDED and
# MOVED are numbers of chunks, LINKS the number of links over which they go.
row() {
	event=$1 needed=$2 moved=$3 links=$4
	shift 4
	room=$(room_of "$@")
	figures() {
		awk -v room="$room" -v n=$chunks -v need="$needed" -v moved="$moved" \
			-v links="$links" -v rate="$payload" -v size=$chunk \
			"BEGIN { printf $1 }"
	}
	# shellcheck disable=SC2046 # split on purpose
	bench_row "$name" "$event" "$(figures '"%.2f", room / n')" \
		$(echo "$FOUND" | cut -d ' ' -f 1-4) "$TOOK" \
		"$(figures '"%.1f", 10 + 1.5 * need * size / links / rate')" \
		"$(figures '"%.1f", need * size / 1e6')" \
		"$(figures '"%.2f", (need > 0 ? moved / need : moved)')" \
		"$PAUSE" "$RESTED"
	PAUSE=- RESTED=-
}

begin() {
	began=$(now_ms)
}

one_case() {
	all='' last=$(($(wc -l <"$TMP/stores"))) case_began=$(now_ms)
	bed_serve 1 --image "$image"
	bed_wait_ready 1
	begin
	for i in $(seq 2 $last); do
		all="$all $i"
		case $name in
		*-1by1)
			begin
			join "$i"
			bed_wait_ready "$i"
			# shellcheck disable=SC2086 # split on purpose
			settle $all
			;;
		*) join "$i" ;;
		esac
	done
	# shellcheck disable=SC2086 # split on purpose
	{
		bed_wait_ready $all
		settle $all
		# The first copy of each chunk comes over the seed's link.
		links=$(awk -v r="$(room_of $all)" -v n=$chunks \
			'BEGIN { print (r > n ? r / n : 1) }')
		row begun "$(room_of $all)" "$(copied $all)" "$links" $all
	}
	for event in $EVENTS; do
		"event_$event"
	done
}

event_join() {
	was=$(copied $all)
	more=$((last + 1)) all="$all $((last + 1))"
	begin
	join $more
	bed_wait_ready $more
	settle $all
	row join "$(room_of $more)" $(($(copied $all) - was)) 1 $all
}

event_death() {
	left=${all# 2}
	was=$(copied $left)
	begin
	bed_power_cut 2
	needed=$(needs $left)
	settle $left
	row death "$needed" $(($(copied $left) - was)) "$(echo $left | wc -w)" $left
}

event_return() {
	was=$(copied $left)
	bed_machine 2 "$RATE"
	bed_corosync_start 2
	begin
	join 2
	bed_wait_ready 2
	needed=$(needs $all)
	settle $all
	row return "$needed" $(($(copied $all) - was)) "$(echo $all | wc -w)" $all
}

# rest: sets RESTED to the number of chunks that the machines copy or drop in a
# minute in which nothing happens; to - if MINUTE is not 1.
rest() {
	RESTED=-
	[ "$MINUTE" = 1 ] || return 0
	rest_was=$(touched $all)
	sleep 60
	RESTED=$(($(touched $all) - rest_was))
}

# event_deaths: cuts the power of the seed and of the last machines, as many as
# the copies allow.
event_deaths() {
	dead=$(awk -v r="$(room_of $all)" -v n=$chunks \
		'BEGIN { print int(0.95 * r / n) - 1 }')
	[ "$dead" -ge 0 ] || return 0
	rest
	left=$all
	for _ in $(seq "$dead"); do
		left=${left% *}
	done
	bed_join $seat "$(bed_addr 1)" --no-fill --store 8M
	bed_wait_ready $seat
	was=$(copied $left)
	bed_in $seat "$PYTHON" "$TOP/tests/reader.py" --beat "$TMP/beat" \
		'nbd+unix:///?socket=/run/vfield/router.sock' "$image" \
		>"$TMP/reader.json" 2>&1 &
	reader=$!
	wait_for 30 test -s "$TMP/beat"
	rm "$TMP/beat"
	begin
	for i in 1 ${all#"$left"}; do
		bed_power_cut "$i"
	done
	needed=$(needs $left)
	settle $left
	wait $reader || fail "$name: $(cat "$TMP/reader.json")"
	PAUSE=$(jq .longest_gap_ms "$TMP/reader.json")
	row "deaths:$dead" "$needed" $(($(copied $left) - was)) \
		"$(echo $left | wc -w)" $left
	all=$left
}

bench_begin 2 case event room least mean most sd s allowed_s need_MB moved \
	pause_ms rest
bench_note "links of $RATE, payload $payload bytes/s; $MB MB in chunks of $chunk"
PAUSE=- RESTED=-
for name in $CASES; do
	stores "$name" >"$TMP/stores"
	echo 50 >>"$TMP/stores"
	seat=$(($(wc -l <"$TMP/stores") + 2))
	bed_bridge
	for i in $(seq $seat); do
		bed_machine "$i" "$RATE"
	done
	# shellcheck disable=SC2046 # split on purpose
	bed_corosync $(seq $seat)
	one_case
	for i in $(seq $seat); do
		kill -0 "$(bed_init_pid "$i")" 2>/dev/null && bed_power_cut "$i"
	done
	rm -rf "$RAM"/store*
	ip link del br0
done
bench_end
"$TOP/perf/plot" seconds "$series" "$OUT/copies.svg" \
	"Copies of a chunk beside the first machine's" copies least mean most ||
	echo "# no graph: gnuplot is missing or failed"
