#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures staggered boots: machines make the reads of a machine that boots
# (boot.trace, recorded from a Debian; perf/trace repeats them), one machine
# beginning every EVERY ms.
#
#   NODES=60 RATE=25mbit   machines besides the seed; rate of each link (at
#                          50mbit two cores are 1.7 busy)
#   EVERY=200,0            ms from one machine to the next; 0: all at one moment
#   MODES=nbd-server,vfield,vfield-profile
#                          plain NBD from the seed; V-FIELD; V-FIELD with a boot
#                          profile made from the same trace
#   THINK=0                the machines' own time between reads, in parts of the
#                          recorded machine's (whose processor was emulated)
#   JOIN=--no-fill         further arguments of `vfield join' if EVERY is not 0
#   PLAIN_NODES=8 PLAIN_REPEAT=1
#                          machines and repetitions with plain NBD, which takes
#                          long: the time for one machine, times their number,
#                          however they begin
# If EVERY is above 0, a node joins when its time has come, and its reads begin
# as soon as it is ready.  With 0, all nodes have joined before, with --no-fill,
# since otherwise they would hold the whole image before they begin.  First one
# machine runs alone.
# Columns: median and slowest, the seconds from the connection to the last
# reply; times_lone, the slowest divided by the lone machine's; read_ms, the
# slowest single read; join, the seconds until a node was ready, on average;
# sent, the bytes that the seed sent, in traces.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crowd.subr"
need nbdkit nbd-server jq

NODES=${NODES:-60} RATE=${RATE:-25mbit} EVERY=$(list "${EVERY:-200,0}")
MODES=$(list "${MODES:-nbd-server,vfield,vfield-profile}")
THINK=${THINK:-0} PLAIN_REPEAT=${PLAIN_REPEAT:-1}
PLAIN_NODES=${PLAIN_NODES:-8}
TRACE=$TOP/perf/boot.trace
image=$RAM/image
make_image "$image" "$(sed -n 's/.* squashfs of \([0-9]*\) .*/\1/p' "$TRACE")"
vfield image create "$image" >/dev/null
grep -v '^#' "$TRACE" | cut -d ' ' -f 1,2 >"$TMP/reads"

# profile MODE: gives the image a boot profile if MODE is vfield-profile, and
# removes it otherwise.
profile() {
	rm -f "$image.vfp"
	case $1 in
	vfield-profile) vfield image profile "$image.vfm" --from "$TMP/reads" \
		2>>"$TMP/profile.log" ;;
	esac
}

# not_before MS [CMD...]: waits until the clock of now_ms shows MS, and runs
# CMD.
cat >"$TMP/bin/not_before" <<'END'
#!/bin/sh
ms=$(($1 - $(date +%s%N) / 1000000))
shift
[ $ms -le 0 ] || sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
exec "$@"
END
chmod +x "$TMP/bin/not_before"

# boot I URI CMD...: runs CMD on machine I, and reads the trace from URI there
# once CMD has printed a line; both in the background.
boot() {
	i=$1 uri=$2
	shift 2
	# no pipe, since the shell would then wait for the node, too
	rm -f "$TMP/mem/line$i"
	mkfifo "$TMP/mem/line$i"
	bed_in "$i" "$@" >"$TMP/mem/line$i" 2>>"$TMP/n$i/log" &
	bed_in "$i" "$TOP/perf/trace" "$uri" "$TRACE" --think "$THINK" \
		--check "$image" <"$TMP/mem/line$i" >"$TMP/mem/took$i" &
	pids="$pids $!"
}

# begin MODE EVERY N: starts N machines, EVERY ms apart, and sets pids to the
# ids of the processes that read.
# shellcheck disable=SC2086 # split on purpose
begin() {
	at=$(($(now_ms) + 3000 + $3 * 20)) # by then all processes have started
	began=$at pids=
	for i in $(crowd_readers "$3"); do
		case $1:$2 in
		nbd-server:*) boot "$i" "$CROWD_URI" not_before $at echo ;;
		*:0) boot "$i" "$CROWD_SOCKET" not_before $at echo ;;
		*) boot "$i" "$CROWD_SOCKET" not_before $at vfield join \
			"$(bed_addr 1)" --listen "$(bed_addr "$i")" ${JOIN-} ;;
		esac
		at=$((at + $2))
	done
	not_before "$began" true
}

# figures EVERY N: prints the figures of N machines, from the files took* and
# the moments at which each was to begin.
figures() {
	for i in $(crowd_readers "$2"); do
		[ -s "$TMP/mem/took$i" ] || fail "machine $i has read nothing"
		cat "$TMP/mem/took$i"
	done | sort -n -k 2 | awk -v at="$began" -v every="$1" -v lone="$lone" '
		{ took[NR] = $2 / 1000; sum += $1 - at
		  if ($3 > read) read = $3 }
		END { join = sum / NR - every * (NR - 1) / 2
		  printf "%.2f %.2f %.2f %d %.2f", took[int((NR + 1) / 2)],
			took[NR], lone ? took[NR] / lone : 1, read, join / 1000 }'
}

# measure MODE EVERY N: measures N machines in this mode, and adds a row.
measure() {
	case $1:$2 in
	nbd-server:*) crowd_plain nbd-server "$image" ;;
	*:0) profile "$1" && crowd_cluster "$3" "$image" --no-fill ;;
	*) profile "$1" && bed_serve 1 --image "$image" && bed_wait_ready 1 ;;
	esac
	rm -f "$TMP/mem"/took*
	before=$(others)
	begin "$1" "$2" "$3"
	sent=$(bed_sent 1) busy=$(ticks) ours=$(cpu)
	# shellcheck disable=SC2086 # split on purpose
	wait $pids
	took=$(($(now_ms) - began))
	ours=$(cores_of "$ours" "$(cpu)" $took)
	sent=$(($(bed_sent 1) - sent)) busy=$(cores_busy $(($(ticks) - busy)) $took)
	bench_row "$1" "$2" "$3" "$(figures "$2" "$3")" "$(awk -v sent=$sent \
		-v mb="$trace_mb" 'BEGIN { printf "%.2f", sent / mb / 1e6 }')" \
		"$busy" "$ours" "$before"
	case $1 in
	nbd-server) crowd_plain_stop ;;
	*) crowd_stop "$3" ;;
	esac
}

# lone_of: prints the seconds that the lone machine of the last row took.
lone_of() {
	tail -n 1 "$OUT/staggered.runs.csv" | cut -d , -f 5
}

trace_mb=$(awk '{ sum += $2 } END { print sum / 1e6 }' "$TMP/reads")
bench_begin 3 mode every_ms nodes median slowest times_lone read_ms join sent \
	busy ours before
bench_note "links of $RATE; $(wc -l <"$TMP/reads") reads, $trace_mb MB"
crowd_machines "$NODES" "$RATE"
for round in $(seq "$REPEAT"); do
	for mode in $MODES; do
		gaps=$EVERY n=$NODES
		case $mode in
		nbd-server)
			[ "$round" -le "$PLAIN_REPEAT" ] || continue
			gaps=${EVERY##* } n=$PLAIN_NODES
			;;
		esac
		lone=
		measure "$mode" "${gaps%% *}" 1
		lone=$(lone_of)
		for every in $gaps; do
			measure "$mode" "$every" "$n"
		done
	done
done
bench_end
LOGY=1 bench_plot bars staggered.svg \
	"A boot's reads, $NODES machines, links of $RATE" \
	"seconds of the slowest" slowest
