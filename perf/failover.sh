#!/bin/sh
# How long a stream stands still when one of two peers that serve it dies.
#
#   ROUNDS=50 RATE=400mbit MODES="kill link hang"
#
# Three machines with corosync; two hold the image, the third streams it
# through a store of 2 MB and compares every byte.  A round is: kill -9 of all
# of the victim's V-FIELD (or its link is set down, or SIGSTOP), the longest
# time between two replies, the victim back and in use.
. "$(dirname "$0")/../tests/lib.sh"
. "$(dirname "$0")/../tests/testbed.sh"
need corosync jq

ROUNDS=${ROUNDS:-50} RATE=${RATE:-400mbit} MODES=${MODES:-kill link hang}
image=$TMP/image
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

got_more() {
	[ "$(got_from "$1")" -gt "$2" ]
}

used_again() {
	before=$(got_from "$1")
	wait_for 60 got_more "$1" $((before + 2000000))
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

# Its longest gap since it was asked last
lines() {
	wc -l <"$TMP/reader.log"
}

more_lines() {
	ended "$READER" || [ "$(lines)" -gt "$1" ]
}

gap() {
	before=$(lines)
	kill -USR1 "$READER"
	wait_for 30 more_lines "$before"
	! ended "$READER" || fail "$(cat "$TMP/reader.log")"
	tail -n 1 "$TMP/reader.log" | jq .longest_gap_ms
}

all_of_it='pgrep "^(vfield|nbdkit)"'
strike() {
	case $mode in
	# one that goes may take others with it
	kill) bed_in "$1" sh -c "kill -KILL \$($all_of_it)" 2>/dev/null || : ;;
	hang) bed_in "$1" sh -c "kill -STOP \$($all_of_it)" ;;
	link) bed_link "$1" down ;;
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
	esac
	wait_for 60 bed_status_is 3 '.membership.nodes == 3'
	used_again "$1"
}

summary() {
	sort -n "$2" | awk -v what="$1" '{ v[NR] = $1 }
		END { printf "%-12s %3d times: longest gap, ms: median %6.1f  " \
			"90%% %6.1f  worst %6.1f\n", what, NR,
			v[int((NR + 1) / 2)], v[int(NR * 0.9 + 0.5)], v[NR] }'
}

for mode in $MODES; do
	for round in $(seq "$ROUNDS"); do
		victim=$((round % 2 + 1))
		gap >/dev/null
		sleep 0.4
		gap >>"$TMP/still.$mode"
		strike $victim
		sleep 1.2
		gap >>"$TMP/gaps.$mode"
		mend $victim
	done
	summary undisturbed "$TMP/still.$mode"
	summary "$mode" "$TMP/gaps.$mode"
done
reader_stop >/dev/null
echo "no error, no wrong byte"
