#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures what the membership costs in a busy cluster and in an idle one, by
# the number of nodes.
#
#   NODES=2,8,16 SECONDS_EACH=5 RATE=25mbit MB=81
#
# One seed and N - 1 nodes that join. busy: all joined nodes read the image in
# order with empty stores, so that each has news for all others. idle: they hold
# all of it, and nobody reads.  CPU columns are in percent of a core: node_cpu
# is router, nbdkit and supervisor of a joined node, on average, which in the
# busy cluster includes the work on the image's bytes; member_cpu is the seed's
# vfield-member.  Other columns are bytes on the wire in a second, with headers:
# node_says is what a joined node sends the member, on average, and member_says
# what the seed's member sends all of them (both by TCP port 10810 alone);
# node_sent and seed_sent are all bytes that they send.  The benchmark's own
# reads of the status are over by then.  There is no other program to compare
# with: plain NBD has no membership.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crowd.subr"
need nbdcopy jq ss

NODES=$(list "${NODES:-2,8,16}") SECONDS_EACH=${SECONDS_EACH:-5}
RATE=${RATE:-25mbit} MB=${MB:-81} MODES=${MODES:-busy,idle}
SEGMENT_HEAD=66 # Ethernet, IP, and TCP with a time stamp
most=$(echo "$NODES" | tr ' ' '\n' | sort -n | tail -n 1)
image=$RAM/image
make_image "$image" $((MB * 1000000))
vfield image create "$image" >/dev/null

# cpu_of I PATTERN: prints the CPU nanoseconds of machine I's processes whose
# names match.  Adds up threads, since a process's own schedstat is that of its
# first thread.
cpu_of() {
	bed_in "$1" sh -c "for pid in \$(pgrep '$2'); do
		cat /proc/\$pid/task/*/schedstat; done" 2>/dev/null |
		awk '{ sum += $1 } END { printf "%.0f", sum }'
}

# told I: prints how many bytes machine I has sent on connections of the
# member's port so far.
told() {
	bed_in "$1" ss -Htin state established \
		'( sport = :10810 or dport = :10810 )' | tr ' ' '\n' |
		awk -F : -v head=$SEGMENT_HEAD '
			$1 == "bytes_sent" { sum += $2 }
			$1 == "segs_out" { sum += $2 * head }
			END { printf "%.0f", sum }'
}

nobody_asks() {
	! bed_in "$1" ss -Htn state established '( sport = :10809 )' |
		grep -q .
}

complete() {
	bed_status_is "$1" '.images[0].held == .images[0].nchunks'
}

# sample N: prints a line for each of the N nodes: the time, and up to then CPU
# of the node, CPU of its member, bytes told, bytes sent.
sample() {
	for i in 1 $(crowd_readers $(($1 - 1))); do
		echo "$(now_ms) $(cpu_of "$i" '^(vfield|vfield-router|nbdkit)$')" \
			"$(cpu_of "$i" '^vfield-member$') $(told "$i")" \
			"$(bed_sent "$i")"
	done
}

observe() {
	for _ in $(seq "$REPEAT"); do
		before=$(others)
		sample "$2" >"$TMP/was"
		sleep "$SECONDS_EACH"
		sample "$2" >"$TMP/now"
		bench_row "$1" "$2" "$(paste -d ' ' "$TMP/was" "$TMP/now" |
			awk '
			{ s = ($6 - $1) / 1000 }
			NR == 1 { member = ($8 - $3) / s; mtold = ($9 - $4) / s
				  seed = ($10 - $5) / s; next }
			{ cpu += ($7 - $2) / s; told += ($9 - $4) / s
			  sent += ($10 - $5) / s; n++ }
			END { printf "%.3f %.3f %.0f %.0f %.0f %.0f",
				cpu / n / 1e7, member / 1e7, told / n, mtold,
				sent / n, seed }')" "$before"
	done
}

measure() {
	crowd_cluster $(($1 - 1)) "$image" --no-fill
	pids=
	for i in $(crowd_readers $(($1 - 1))); do
		bed_in "$i" nbdcopy --connections=1 "$CROWD_SOCKET" null: &
		pids="$pids $!"
	done
	case ,$MODES, in
	*,busy,*)
		sleep 3
		observe busy "$1"
		for pid in $pids; do
			kill -0 "$pid" 2>/dev/null && continue
			bench_note "a reader of $1 was done: a larger MB"
			break
		done
		;;
	esac
	case ,$MODES, in
	*,idle,*)
		# shellcheck disable=SC2086 # split on purpose
		wait $pids
		for i in $(crowd_readers $(($1 - 1))); do
			wait_for 30 complete "$i"
		done
		# Connections end first, and with them nbdkit's threads and
		# their CPU time.
		for i in 1 $(crowd_readers $(($1 - 1))); do
			wait_for 60 nobody_asks "$i"
		done
		observe idle "$1"
		;;
	*)
		for i in $(crowd_readers $(($1 - 1))); do
			# shellcheck disable=SC2016 # expanded there
			bed_in "$i" sh -c 'kill $(pgrep -x nbdcopy)' || :
		done
		# shellcheck disable=SC2086 # split on purpose
		wait $pids || :
		;;
	esac
	crowd_stop $(($1 - 1))
}

bench_begin 2 mode nodes node_cpu member_cpu node_says member_says \
	node_sent seed_sent before
bench_note "links of $RATE"
crowd_machines $((most - 1)) "$RATE"
for n in $NODES; do
	measure "$n"
done
bench_end
bench_plot lines membership.svg "Membership" "percent of a core" member_cpu
bench_plot lines membership-bytes.svg "Membership" "bytes a second" \
	node_says member_says
