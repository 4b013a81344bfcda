#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures random reads, one at a time, as random.sh does, but the client has a
# machine of its own behind a link with a rate and a delay (perf/wire).  So it
# shows what a hop costs where the way to the peer costs something, too.
#
#   MB=256 SECONDS_EACH=1 SIZES=4k,128k
#   MBIT=1000 DELAYS=100   rate of the link; its delays in microseconds, each
#                    way; TCP=cubic is the congestion control
#   CHUNKS=16K,4K    adds rows peer-16K and peer-4K: as peer, with reads of 4k
#                    only, of the same image in chunks of that size
#
# straight: reads from the peer's port. socat, proxy: through the thinnest
# possible hops (hops.subr). peer: through a router.  Hops and router are on the
# client's machine.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/random.subr"
. "$(dirname "$0")/hops.subr"
. "$(dirname "$0")/../tests/testbed.sh"

MBIT=${MBIT:-1000}
SIZES=$(list "${SIZES:-4k,128k}") DELAYS=$(list "${DELAYS:-100}")
[ -x "$BUILD/perf/wire" ] || skip "$BUILD/perf/wire is not built"
random_images

# Machine 1 has the image file; machine 2 is the client's.
bed_bridge
bed_machine 1
bed_tcp 1 "${TCP:-cubic}"
# shellcheck disable=SC2086 # split on purpose
bed_serve 1 --image "$image" $small
bed_wait_ready 1

# client_begin DELAY: makes machine 2 behind a link with this delay, and starts
# a node with an empty store and the hops on it.
client_begin() {
	bed_machine 2
	ip link del v2
	"$BUILD/perf/wire" v2 w2 "$MBIT" "$1" &
	wire=$!
	wait_for 10 ip link show w2
	ip link set w2 netns "$(bed_init_pid 2)" name eth0
	ip link set v2 master br0 up
	bed_in 2 ip addr add "$(bed_addr 2)/24" brd + dev eth0
	bed_in 2 ip link set eth0 up
	bed_tcp 2 "${TCP:-cubic}"
	bed_join 2 "$(bed_addr 1)" --store 2M --no-fill
	bed_wait_ready 2
	hop_nbdkit "$TMP/proxy.sock" "nbd://$(bed_addr 1)/" bed_in 2
	hop_socat "$TMP/socat.sock" "$(bed_addr 1)" bed_in 2
}

client_end() {
	bed_in 2 sh -c 'kill $(pgrep -x vfield)'
	wait_for 20 bed_in 2 sh -c '! pgrep vfield'
	rm "$TMP/proxy.sock" "$TMP/socat.sock"
	kill $wire
	bed_power_cut 2
}

uri_of() {
	case $1 in
	straight) echo "nbd://$(bed_addr 1)/" ;;
	socat | proxy) echo "nbd+unix:///?socket=$TMP/$1.sock" ;;
	peer) echo "nbd+unix:///?socket=/run/vfield/router.sock" ;;
	peer-*) echo "nbd+unix:///${1#peer-}?socket=/run/vfield/router.sock" ;;
	esac
}

measure() {
	random_row "$(uri_of "$1")" "$2" 1 bed_in 2 -- "$1" "$2" "$delay"
}

# shellcheck disable=SC2086 # split on purpose
bench_begin 3 through size delay_us $RANDOM_COLUMNS
bench_note "a link of $MBIT Mbit/s, ${TCP:-cubic}"
for delay in $DELAYS; do
	client_begin "$delay"
	for size in $SIZES; do
		for _ in $(seq "$REPEAT"); do
			before=$(others)
			for through in straight socat proxy peer; do
				measure "$through" "$size"
			done
			[ "$size" = 4k ] || continue
			for chunk in $CHUNKS; do
				measure "peer-$chunk" "$size"
			done
		done
	done
	client_end
done
bench_end
bench_plot bars random-link.svg "Random reads over a link of $MBIT Mbit/s" \
	"p50, microseconds" p50_us
