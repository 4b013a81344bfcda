#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Runs the simulator: the router's policy with more nodes than this machine can
# run.
#
#   NODES=8,32,128,1000 MB=540       number of readers; size of the image, which
#                                    has chunks of 128 KiB
#   BIG=                             1: also 4 GB, and 10000 nodes; two hours
#   REPEAT=1                         each time with other random events
#   PARTS=crowd,cases,boots          which of the three parts are run
#
# In a mode ending in -tcp, connections have unequal shares of a link, as with
# TCP (UNFAIR=1: sigma of the shares' logarithm; shares are drawn anew every
# second); in the others, shares are max-min fair. perf/README says what the
# simulator leaves out.
REPEAT=${REPEAT:-1}
. "$(dirname "$0")/lib.sh"
SIM=${SIM:-$BUILD/perf/sim} UNFAIR=${UNFAIR:-1}
[ -x "$SIM" ] || skip "make sim"
# With huge pages the simulator is faster: it touches small objects all over a
# large memory.
export SIM TMP GLIBC_TUNABLES=glibc.malloc.hugetlb=1
NODES=$(list "${NODES:-8,32,128,1000}") MB=${MB:-540}
COLUMNS='mean slowest fast slowest_fast sent seed_sent busiest conns most_conns view_MB hedged dead'

# plan MODE NODES MB SETTING...: adds REPEAT runs of the simulator to the list
# that carry_out runs.  Limits are in bytes: of larger chunks fewer are in
# flight.
plan() {
	plan_row="$1 $2 $3" plan_kib=128 plan_n=$2 plan_mb=$3
	shift 3
	for plan_arg; do
		case $plan_arg in chunk-kib=*) plan_kib=${plan_arg#*=} ;; esac
	done
	for plan_i in $(seq "$REPEAT"); do
		echo "$((plans += 1)) $plan_row readers=$plan_n" \
			"chunks=$((plan_mb * 1000000 / plan_kib / 1024 + 1))" \
			"limit=$((16384 / plan_kib)) depth=$((16384 / plan_kib))" \
			"random=$plan_i${*:+ $*}" # no blank at the end: see xargs -L
	done >>"$TMP/plan.$BENCH"
	plans=$((plans + REPEAT - 1))
}

# carry_out: runs the planned simulations, as many at a time as there are cores,
# since each uses one core, and adds a row for each.
carry_out() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	xargs -P "$(nproc)" -L 1 sh -c 'shift 3
		"$SIM" "$@" >"$TMP/sim.$0" || echo "# failed: $*"' \
		<"$TMP/plan.$BENCH"
	while read -r id mode nodes mb _; do
		# shellcheck disable=SC2046 # split on purpose
		bench_row "$mode" "$nodes" "$mb" $(figures "$id")
	done <"$TMP/plan.$BENCH"
}

figures() {
	awk -v columns="$COLUMNS" '{
		for (i = 1; i < NF; i += 2) v[$i] = $(i + 1)
		n = split(columns, c, " ")
		for (i = 1; i <= n; i++) printf "%s ", v[c[i]] }' "$TMP/sim.$1"
}

crowds() {
	# shellcheck disable=SC2086 # split on purpose
	bench_begin 3 mode nodes MB $COLUMNS
	if [ -n "${BIG-}" ]; then # the longest runs begin first
		plan crowd-4GB 10000 4000
		plan crowd-4GB 1000 4000
		plan crowd 10000 67
		plan crowd 10000 135
	fi
	for n in $NODES; do
		plan crowd "$n" "$MB"
		plan crowd-tcp "$n" "$MB" unfair="$UNFAIR"
		[ "$n" -gt 128 ] || plan plain "$n" 33 direct=1
	done
	carry_out
	bench_end
	YMAX=1.1 bench_plot lines sim.svg \
		"Simulated: everybody reads $MB MB at the same moment" \
		"read throughput, parts of the link's payload" mean slowest
	bench_plot lines sim-conns.svg "Simulated: connections of a node" connections \
		conns most_conns
	bench_plot lines sim-memory.svg "What a router keeps of the others" MB view_MB
}

cases() {
	BENCH=sim-cases
	# shellcheck disable=SC2086 # split on purpose
	bench_begin 3 case nodes MB $COLUMNS
	plan quiet 1000 131
	plan slow-5% 1000 131 slow=10 slow-share=0.05
	plan slow-5%-in-trees 128 131 slow=10 slow-share=0.05 shun=0
	plan slow-5%-twice 128 131 slow=2 slow-share=0.05
	plan dying-10% 1000 131 die-share=0.1 die-at=5000
	plan dying-10%-kept 1000 131 die-share=0.1 die-at=5000 keep=60000
	plan racks 128 131 racks=8 trunk=0.1
	plan staggered-200ms 64 131 stagger=200
	plan joining-200ms 64 131 stagger=200 join=1
	plan leaving 64 131 stagger=200 leave=1
	fill='window=64 limit=64 depth=64 join=1 stagger=60'
	for n in 16 32; do
		small="budget=250 copies=$((n / 4))"
		# shellcheck disable=SC2086 # split on purpose
		{
			plan budget-1/4 "$n" 131 $small
			plan budget-1/4-tcp "$n" 131 $small unfair="$UNFAIR"
			plan budget-1/4-cold-tcp "$n" 131 budget=250 unfair="$UNFAIR"
			plan filling "$n" 540 $fill
			plan filling-tcp "$n" 540 $fill unfair="$UNFAIR"
		}
	done
	carry_out
	bench_end
	bench_plot bars sim-cases.svg "Simulated, 131 MB: readers that are not slow" \
		"mean read throughput, parts of the link's payload" fast
}

# boot NAME N SETTING...: plans a simulation of N machines that boot, as
# staggered.sh measures them, on links of 25 Mbit/s.
boot() {
	boot_name=$1 boot_n=$2
	shift 2
	plan "$boot_name" "$boot_n" 100 link=25 news=250 "$@" \
		"trace=$TOP/perf/boot.trace"
}

boots() {
	BENCH=sim-boots COLUMNS='median_s slowest_s seed_sent conns most_conns'
	# shellcheck disable=SC2086 # split on purpose
	bench_begin 3 case nodes MB $COLUMNS
	boot lone 1
	for n in 60 200 1000; do
		boot at-once "$n"
		boot at-once-profile "$n" profile=4
		boot at-once-trees "$n" line=0
	done
	for n in 60 1000; do
		boot joining "$n" join=1 stagger=$((12000 / n))
		boot joining-profile "$n" join=1 stagger=$((12000 / n)) profile=4
		boot joining-trees "$n" join=1 stagger=$((12000 / n)) line=0
	done
	carry_out
	bench_end
	bench_plot bars sim-boots.svg "Simulated: a boot's reads, links of 25 Mbit/s" \
		"seconds" slowest_s
}

plans=0
for part in $(list "${PARTS:-crowd,cases,boots}"); do
	case $part in
	crowd) crowds ;;
	cases) cases ;;
	boots) boots ;;
	*) fail "no part: $part" ;;
	esac
done
