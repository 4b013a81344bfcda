#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures the flash crowd: machines start together with empty stores and read
# the same image in order over shaped links, from one seed.
#
#   NODES=1,2,4,8,16,24,32 MB=200         number of readers, size of the image
#   SUM=800 RATE=                         Mbit/s of all readers' links together,
#                                         200 a link at most: what this machine
#                                         can carry; or RATE, such as 25mbit,
#                                         of each link
#   MODES=nbd-server,nbdkit,vfield        nbd-server and nbdkit: plain NBD, from
#                                         the seed; direct: the same through our
#                                         router
#   PLAIN_S=5                             plain NBD reads as much as takes so
#                                         many seconds, at least 2 MB: its share
#                                         of the link does not depend on it
#   PLAIN_REPEAT=1                        repetitions of plain NBD, which varies
#                                         little
# The columns: see crowd.subr.  The links are the limit if busy stays well under
# the number of cores, and the seed's link is if seed_link is near 1.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crowd.subr"
need nbdcopy nbdkit nbd-server jq

NODES=$(list "${NODES:-1,2,4,8,16,24,32}") MODES=$(list "${MODES:-nbd-server,nbdkit,vfield}")
SUM=${SUM:-800} RATE=${RATE:-} MB=${MB:-200}
PLAIN_S=${PLAIN_S:-5} PLAIN_REPEAT=${PLAIN_REPEAT:-1}
most=$(echo "$NODES" | tr ' ' '\n' | sort -n | tail -n 1)

image() {
	[ -e "$RAM/$1" ] || {
		make_image "$RAM/$1" $(($1 * 1000000))
		vfield image create "$RAM/$1" >/dev/null
	}
	echo "$RAM/$1"
}

# plain_mb N: prints how many megabytes N readers by plain NBD read, so that it
# takes PLAIN_S seconds for any N.
plain_mb() {
	plain_n=$(($(bed_bits "$crowd_rate") * PLAIN_S / 8000000 / $1))
	echo $((plain_n > 2 ? plain_n : 2))
}

link_of() {
	link_mbit=$((SUM / $1))
	[ $link_mbit -le 200 ] || link_mbit=200
	echo "${RATE:-${link_mbit}mbit}"
}

measure() {
	case $1 in
	nbdkit | nbd-server)
		mb=$(plain_mb "$2")
		crowd_plain "$1" "$(image "$mb")"
		crowd_read "$2" "$mb" "$CROWD_URI"
		crowd_plain_stop
		;;
	direct)
		mb=$(plain_mb "$2")
		crowd_cluster "$2" "$(image "$mb")" --direct --store 16M
		crowd_read "$2" "$mb" "$CROWD_SOCKET"
		crowd_stop "$2"
		;;
	vfield)
		mb=$MB
		crowd_cluster "$2" "$(image "$mb")" --no-fill
		resent=$(seed_resent)
		crowd_read "$2" "$mb" "$CROWD_SOCKET"
		sources "$2" $(($(seed_resent) - resent))
		crowd_check "$2" "$(image "$mb")"
		crowd_stop "$2"
		;;
	*) fail "no mode: $1" ;;
	esac
	bench_row "$1" "$2" "$mb" "$crowd_rate" "$CROWD_ROW"
}

# seed_resent: prints how many TCP segments the seed has sent again.
seed_resent() {
	bed_in 1 awk '/^Tcp:/ { n = $13 } END { print n }' /proc/net/snmp
}

# sources N RESENT: writes to crowd.sources where the bytes came from, to
# explain a figure.  There, seed_answered also counts bytes from the seed that
# another node had already sent.
sources() {
	for i in $(crowd_readers "$1"); do
		bed_vfield "$i" status --json
	done | jq -s -c --arg n "$1" --arg resent "$2" '{nodes: $n, seed: map(.bytes.seed) | add,
		tree: map(.bytes.tree) | add, holder: map(.bytes.holder) | add,
		seed_answered: [.[].peers[] | select(.name == "n1").bytes] | add,
		hedged: map(.chunks.hedged) | add,
		refetched: map(.chunks.refetched) | add,
		hash_failures: map(.chunks.hash_failures) | add,
		seed_resent_segments: $resent}' \
		>>"$OUT/crowd.sources"
}

: >"$OUT/crowd.sources"
# shellcheck disable=SC2086 # split on purpose
bench_begin 4 mode nodes MB link $CROWD_COLUMNS
bench_note "readers: $NODES; payload is $PAYLOAD of a link"
crowd_machines "$most" "$(link_of "$most")"
for n in $NODES; do
	crowd_links "$n" "$(link_of "$n")"
	for round in $(seq "$REPEAT"); do
		for mode in $MODES; do
			[ "$mode" = vfield ] || [ "$round" -le "$PLAIN_REPEAT" ] ||
				continue
			measure "$mode" "$n"
		done
	done
done
bench_end
cat "$OUT/crowd.sources"
YMAX=1.1 bench_plot lines crowd.svg \
	"Everybody reads $MB MB at the same moment" \
	"read throughput, parts of the link's payload" mean slowest
bench_plot lines crowd-seed.svg "What leaves the seed" images seed_sent
