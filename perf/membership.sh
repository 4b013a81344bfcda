#!/bin/sh
# Cost of membership: what an idle cluster takes, by the number of nodes.
#
#   NODES=2,8,16 SECONDS_EACH=10 MB=32
#
# One seed and N - 1 nodes that hold all of the image, and nobody reads.  CPU in
# percent of a core: node is router + nbdkit + supervisor of a joined node, on
# average; member is the seed's vfield-member.  bytes: put on the wire in a
# second by a joined node on average, and by the seed.  The reads of
# status that wait for all this are over by then.  There is no peer to compare
# with: plain NBD has no membership.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crowd-lib.sh"
need nbdcopy jq

NODES=$(list "${NODES:-2,8,16}") SECONDS_EACH=${SECONDS_EACH:-10} MB=${MB:-32}
most=$(echo "$NODES" | tr ' ' '\n' | sort -n | tail -n 1)
image=$RAM/image
make_image "$image" $((MB * 1000000))
vfield image create "$image" >/dev/null

# CPU ns of the machine's processes of that name; a process's own schedstat is
# its first thread's
cpu_of() {
	bed_in "$1" sh -c "for pid in \$(pgrep '$2'); do
		cat /proc/\$pid/task/*/schedstat; done" 2>/dev/null |
		awk '{ sum += $1 } END { printf "%.0f", sum }'
}

complete() {
	bed_status_is "$1" '.images[0].held == .images[0].nchunks'
}

# cpu and bytes until now, in that order
sample() {
	for i in 1 $(crowd_readers $(($1 - 1))); do
		echo "$i $(cpu_of "$i" '^(vfield|vfield-router|nbdkit)$')" \
			"$(cpu_of "$i" '^vfield-member$') $(bed_sent "$i")"
	done
}

measure() {
	crowd_cluster $(($1 - 1)) "$image"
	for i in $(crowd_readers $(($1 - 1))); do
		wait_for 120 complete "$i"
	done
	sleep 2
	for _ in $(seq "$REPEAT"); do
		before=$(others)
		sample "$1" >"$TMP/was"
		began=$(now_ms)
		sleep "$SECONDS_EACH"
		sample "$1" >"$TMP/now"
		# the samples take their time: the same for both
		took=$(($(now_ms) - began))
		bench_row idle "$1" "$(paste -d ' ' "$TMP/was" "$TMP/now" |
			awk -v ms=$took '
			$1 == 1 { seed = $8 - $4; member = $7 - $3; next }
			{ cpu += $6 - $2; sent += $8 - $4; n++ }
			END { printf "%.3f %.3f %.0f %.0f", cpu / n / ms / 1e4,
				member / ms / 1e4, sent / n / ms * 1000,
				seed / ms * 1000 }')" "$before"
	done
	crowd_stop $(($1 - 1))
}

bench_begin 2 mode nodes node_cpu member_cpu node_bytes seed_bytes before
crowd_machines $((most - 1)) 200mbit
for n in $NODES; do
	measure "$n"
done
bench_end
bench_plot lines membership.svg "An idle cluster" "percent of a core" \
	node_cpu member_cpu
bench_plot lines membership-bytes.svg "An idle cluster" "bytes a second" \
	node_bytes seed_bytes
