#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Copies a file from the first machine to a file of each of N others, and
# measures how fast: from the command to the end of the last machine.
#
#   NODES=1,2,4,8,16 MB=135 RATE=100mbit
#   MODES=vfield,small,chain,udpcast,aria2,loss
#
# vfield: vfield copy, with a stub in place of ssh.  small: the same, by stores
# of 64 MB.  chain: each machine writes what it gets and hands it on to the next
# by socat and tee, as Dolly does; a death would end it.  udpcast: multicast at
# 0.9 of the link.  aria2: BitTorrent, with a tracker of our own.  loss: vfield
# copy to the most machines alone, of which two lose their power and one its link
# for five seconds.
# Columns: seconds; rate, the file by these seconds, in parts of the link's
# payload; slowest, the rate that the slowest machine says it had; outside,
# seconds that were no copying: to hash the file, give the orders and hear the
# ends; seed_sent, files that left the first machine; have, machines that have
# the file, all of which are compared with it.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crowd.subr"
. "$(dirname "$0")/torrent.subr"
need jq

NODES=$(list "${NODES:-1,2,4,8,16}") RATE=${RATE:-100mbit} MB=${MB:-135}
MODES=$(list "${MODES:-vfield,small,chain,udpcast,aria2,loss}")
most=$(echo "$NODES" | tr ' ' '\n' | sort -n | tail -n 1)
file=$RAM/file
to=/run/target
make_image "$file" $((MB * 1000000))
make_image "$RAM/base" 1000000
RUN=$RAM/run1 # machine 1's, which is seen from outside too

# The stub of ssh runs outside of all machines.
cat >"$TMP/bin/bed-rsh" <<'END'
#!/bin/sh
exec nsenter -t "$(cat "$TMP/init.${1#n}")" -m -u -i -n -p -- sh -c "$2"
END
chmod +x "$TMP/bin/bed-rsh"

cluster_has() {
	vfield status --json --run-dir "$RUN" |
		json_is ".membership.nodes == $1"
}

# cluster_start N JOIN_ARGS...: starts a cluster of the first machine and N
# others.
cluster_start() {
	cluster_n=$1
	shift
	bed_serve 1 --image "$RAM/base" --run-dir "$RUN"
	bed_wait_ready 1
	for i in $(crowd_readers "$cluster_n"); do
		bed_init_pid "$i" >"$TMP/init.$i"
		bed_join "$i" "$(bed_addr 1)" "$@"
	done
	# shellcheck disable=SC2046 # split on purpose
	bed_wait_ready $(crowd_readers "$cluster_n")
	wait_for 60 cluster_has $((cluster_n + 1))
}

# vfield_copy N: copies to machines 2 to N + 1, and sets NODE_S to the seconds
# of the slowest.
vfield_copy() {
	vfield copy --run-dir "$RUN" --rsh bed-rsh --log "$TMP/copy.log" --json \
		"$file" "n[2-$(($1 + 1))]:$to" >"$TMP/events" || :
	NODE_S=$(jq -s 'map(select(.event == "end").seconds) | max' \
		"$TMP/events")
}

# chain_copy N: begins with the last machine, so that each listens before the
# one before it connects.
chain_copy() {
	chain_pids=
	for i in $(seq $(($1 + 1)) -1 2); do
		next='cat >/dev/null'
		[ "$i" -gt "$1" ] || next="socat -u - TCP:$(bed_addr $((i + 1))):9000"
		bed_start "$i" "$TMP/n$i/chain.log" sh -c "socat -u \
			TCP-LISTEN:9000,reuseaddr - | tee $to | $next; sync $to"
		chain_pids="$chain_pids $BED_PID"
		wait_for 10 bed_in "$i" sh -c 'ss -Hltn sport = :9000 | grep -q .'
	done
	began=$(now_ms)
	bed_in 1 socat -u "$file" "TCP:$(bed_addr 2):9000"
	# shellcheck disable=SC2086 # split on purpose
	wait $chain_pids
}

udpcast_copy() {
	udpcast_pids=
	for i in $(crowd_readers "$1"); do
		bed_start "$i" "$TMP/n$i/udpcast.log" udp-receiver --interface eth0 \
			--nokbd --file $to
		udpcast_pids="$udpcast_pids $BED_PID"
	done
	bed_in 1 udp-sender --interface eth0 --nokbd --file "$file" \
		--min-receivers "$1" --rexmit-hello-interval 200 \
		--max-bitrate "$(($(bed_bits "$RATE") * 9 / 10000))k" \
		>>"$TMP/n1/udpcast.log" 2>&1
	# shellcheck disable=SC2086 # split on purpose
	wait $udpcast_pids
}

aria2_copy() {
	for i in $(crowd_readers "$1"); do
		aria2 "$i" /run/aria2 false
	done
	for i in $(crowd_readers "$1"); do
		wait_for 600 test -e "$TMP/mem/done$i"
	done
}

# aria2_end N: what a machine has got becomes the file $to.
aria2_end() {
	for i in $(crowd_readers "$1"); do
		bed_in "$i" mv /run/aria2/file "$to"
		aria2_stop "$i"
		bed_in "$i" rm -r /run/aria2
	done
	aria2_stop 1
}

# loss_copy N: two of the machines lose their power in the middle, and a third
# its link, for a while.
loss_copy() {
	{
		wait_for 120 grep -q '"progress"' "$TMP/events"
		sleep $((MB * 8000000 / $(bed_bits "$RATE") / 3))
		bed_power_cut $(($1 + 1))
		bed_power_cut "$1"
		bed_link $(($1 - 1)) down
		sleep 5
		bed_link $(($1 - 1)) up
	} &
	cutter=$!
	: >"$TMP/events"
	vfield_copy "$1"
	wait $cutter
	missing=$(jq -r 'select(.event == "summary").missing' "$TMP/events")
	[ "$missing" = "n[$1-$(($1 + 1))]" ] ||
		bench_note "loss: missing are $missing"
}

# check N: prints how many machines have the file; one that has another is an
# error.
check() {
	have=0
	for i in $(crowd_readers "$1"); do
		bed_in "$i" test -e $to 2>/dev/null || continue
		bed_in "$i" cmp $to "$file" || fail "machine $i: wrong"
		bed_in "$i" rm $to
		have=$((have + 1))
	done
	echo $have
}

measure() {
	[ "$1" != aria2 ] || aria2_seed "$file"
	before=$(others) sent=$(bed_sent 1) busy=$(ticks) NODE_S=
	began=$(now_ms)
	case $1 in
	small) vfield_copy "$2" ;;
	*) "$1_copy" "$2" ;;
	esac
	took=$(($(now_ms) - began))
	busy=$(cores_busy $(($(ticks) - busy)) "$took")
	sent=$(($(bed_sent 1) - sent))
	[ "$1" != aria2 ] || aria2_end "$2"
	have=$(check "$2")
	bench_row "$1" "$2" "$(awk -v ms="$took" -v sent=$sent -v mb="$MB" \
		-v s="$NODE_S" -v bits="$(bed_bits "$RATE")" -v payload=$PAYLOAD '
		BEGIN { link = bits / 8e6 * payload
			if (s == "")
				s = ms / 1000
			printf "%.2f %.3f %.3f %.2f %.3f", ms / 1000,
				mb * 1000 / ms / link, mb / s / link,
				ms / 1000 - s, sent / mb / 1e6 }')" \
		"$have" "$busy" "$before"
}

# measure_mode MODE N
measure_mode() {
	case $1 in
	vfield) cluster_start "$2" ;;
	small) cluster_start "$2" --store 64M ;;
	udpcast)
		for i in 1 $(crowd_readers "$2"); do
			bed_in "$i" ip route replace 224.0.0.0/4 dev eth0
		done
		;;
	esac
	for _ in $(seq "$REPEAT"); do
		measure "$1" "$2"
	done
	case $1 in
	vfield | small) crowd_stop "$2" ;;
	esac
}

bench_begin 2 mode nodes seconds rate slowest outside seed_sent have busy before
rivals udpcast=udp-sender=udpcast chain=socat=socat aria2=aria2c=aria2
bench_note "$MB MB, links of $RATE, files and stores in memory"
crowd_machines "$most" "$RATE"
for mode in $MODES; do
	[ "$mode" != loss ] || continue
	for n in $NODES; do
		measure_mode "$mode" "$n"
	done
done
case " $MODES " in
*' loss '*)
	if [ "$most" -ge 4 ]; then
		cluster_start "$most"
		measure loss "$most"
	fi
	;;
esac
bench_end
YMAX=1.1 bench_plot lines copy.svg "A file of $MB MB to N machines" \
	"copy rate, parts of the link's payload" rate slowest
