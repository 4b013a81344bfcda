#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures how long a stream of reads stands still when one of the two peers
# that serve it fails, and how fast the stream is before, during and after that.
#
#   ROUNDS=25 RATE=400mbit MODES=kill,link,hang,slow
#
# Three machines with corosync: two hold the image, the third streams it through
# a store of 2 MB and compares every byte.  In a round one of the two, the
# victim, fails for 1.2 s, and is then back and in use.  Modes: kill -9 of all
# of its V-FIELD processes; its link is set down; SIGSTOP; its link gets a tenth
# of the rate. gap_ms is the longest time between two replies in those 1.2 s,
# still_ms the same in the 0.4 s before, undisturbed; the highest values of both
# count.  MB_s is the client's rate.  An error or a wrong byte ends the
# benchmark.  There is no other program to compare with: a client of plain NBD
# gets an error, or waits.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/../tests/testbed.sh"
need corosync jq

ROUNDS=${ROUNDS:-25} RATE=${RATE:-400mbit} MODES=$(list "${MODES:-kill,link,hang,slow}")
REPEAT=$ROUNDS
image=$RAM/image
make_image "$image" 32000000
vfield image create "$image" >/dev/null
bed_bridge
for i in 1 2 3; do
	bed_machine $i "$RATE"
done
bed_corosync 1 2 3

start_seed() {
	case $1 in
	1) bed_serve 1 --image "$image" ;;
	2) bed_serve 2 --image "$image" --peer "$(bed_addr 1)" ;;
	esac
	bed_wait_ready "$1"
}

start_seed 1
start_seed 2
bed_join 3 "$(bed_addr 1)" --store 2M
bed_wait_ready 3
wait_for 30 bed_status_is 3 '.membership.nodes == 3'

got_from() {
	bed_vfield 3 status --json | jq "[.peers[] |
		select(.address | startswith(\"$(bed_addr "$1"):\")) | .bytes] |
		add // 0"
}

# got_more I: returns 0 if node 3 has got 2 MB more from node I.  If the
# membership has taken node I for dead in between, its count has begun anew.
got_more() {
	now=$(got_from "$1")
	[ "$now" -ge "$before" ] || before=$now
	[ "$now" -gt $((before + 2000000)) ]
}

used_again() {
	before=$(got_from "$1")
	wait_for 60 got_more "$1"
}

cat >"$TMP/bin/reader" <<END
#!/bin/sh
exec nsenter -t $(bed_init_pid 3) -m -n -- $PYTHON "\$@"
END
chmod +x "$TMP/bin/reader"
PYTHON=reader
reader_start 'nbd+unix:///?socket=/run/vfield/router.sock' "$image" --depth 8
used_again 1
used_again 2

lines() {
	wc -l <"$TMP/reader.log"
}

more_lines() {
	ended "$READER" || [ "$(lines)" -gt "$1" ]
}

# ask: asks the reader for its figures since the last ask, and sets GAP to the
# longest gap and SPEED to megabytes a second.
ask() {
	before=$(lines)
	kill -USR1 "$READER"
	wait_for 30 more_lines "$before"
	! ended "$READER" || fail "$(cat "$TMP/reader.log")"
	line=$(tail -n 1 "$TMP/reader.log") was=${now:-0} had=${bytes:-0}
	now=$(now_ms) bytes=$(echo "$line" | jq .bytes)
	GAP=$(echo "$line" | jq .longest_gap_ms)
	SPEED=$(awk -v b=$((bytes - had)) -v ms=$((now - was)) \
		'BEGIN { printf "%.1f", b / ms / 1000 }')
}

all_of_it='pgrep "^(vfield|nbdkit)"'
strike() {
	case $mode in
	# the end of one process may end others before kill reaches them
	kill) bed_in "$1" sh -c "kill -KILL \$($all_of_it)" 2>/dev/null || : ;;
	hang) bed_in "$1" sh -c "kill -STOP \$($all_of_it)" ;;
	link) bed_link "$1" down ;;
	slow) bed_rate "$1" $(($(bed_bits "$RATE") / 10000))kbit ;;
	esac
}

mend() {
	case $mode in
	kill)
		wait_for 10 bed_in "$1" sh -c "! $all_of_it"
		start_seed "$1"
		;;
	hang) bed_in "$1" sh -c "kill -CONT \$($all_of_it)" ;;
	link) bed_link "$1" up ;;
	slow) bed_rate "$1" "$RATE" ;;
	esac
	wait_for 60 bed_status_is 3 '.membership.nodes == 3'
	used_again "$1"
}

bench_begin 1 mode still_ms gap_ms MB_s_before MB_s_during MB_s_after before
for mode in $MODES; do
	for round in $(seq "$ROUNDS"); do
		victim=$((round % 2 + 1))
		busy=$(others)
		ask
		sleep 0.4
		ask
		row="$GAP" speed=$SPEED
		strike $victim
		sleep 1.2
		ask
		row="$row $GAP $speed $SPEED"
		mend $victim
		ask
		sleep 0.5
		ask
		bench_row "$mode" "$row" "$SPEED" "$busy"
	done
done
reader_stop >/dev/null
bench_end
echo "no error, no wrong byte"
bench_plot bars failure.svg "A serving peer fails: the stream stands still" \
	"longest gap, ms: median and range" gap_ms
