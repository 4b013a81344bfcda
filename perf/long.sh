#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures one reader behind a link with a rate and a delay (perf/wire): it
# reads an image in order, by turns as a plain NBD client of the seed and
# through its own machine's router, with equal reads.
#
#   RTTS=1,3,10,30,80,100   round-trip times of the link, in ms
#   DEPTHS=4,64             reads in flight, of 128 KiB each
#   MBIT=200 MB=64          rate of the link, size of the image
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/../tests/testbed.sh"
need nbdcopy

MBIT=${MBIT:-200} MB=${MB:-64}
RTTS=$(list "${RTTS:-1,3,10,30,80,100}") DEPTHS=$(list "${DEPTHS:-4,64}")
[ -x "$BUILD/perf/wire" ] || skip "$BUILD/perf/wire is not built"
image=$RAM/image
make_image "$image" $((MB * MIB))
vfield image create "$image" >/dev/null

# Machine 1 has the image file; machine 2 is the reader's.
bed_bridge
bed_machine 1
bed_serve 1 --image "$image"
bed_wait_ready 1

# client_begin RTT: makes machine 2, without a node yet, behind a link of this
# round-trip time.
client_begin() {
	bed_machine 2
	ip link del v2
	"$BUILD/perf/wire" v2 w2 "$MBIT" $(($1 * 500)) &
	wire=$!
	wait_for 10 ip link show w2
	ip link set w2 netns "$(bed_init_pid 2)" name eth0
	ip link set v2 master br0 up
	bed_in 2 ip addr add "$(bed_addr 2)/24" brd + dev eth0
	bed_in 2 ip link set eth0 up
}

client_end() {
	kill $wire
	bed_power_cut 2
}

router_begin() {
	rm -f "$TMP/n2/ready"
	bed_join 2 "$(bed_addr 1)" --no-fill
	bed_wait_ready 2
}

router_end() {
	bed_in 2 sh -c 'kill $(pgrep -x vfield)'
	wait_for 20 bed_in 2 sh -c '! pgrep vfield >/dev/null'
}

# copy URI: prints the MB/s of a client that reads all of URI.
copy() {
	began=$(now_ms)
	bed_in 2 nbdcopy --connections=1 --requests="$depth" \
		--request-size=131072 "$1" null: || fail "nbdcopy $1"
	took=$(($(now_ms) - began))
	awk -v mb=$((MB * MIB)) -v ms=$took \
		'BEGIN { printf "%.2f", mb / 1000 / ms }'
}

right() {
	bed_in 2 nbdcopy "nbd+unix:///?socket=/run/vfield/router.sock" - |
		cmp -s - "$image" || fail "wrong bytes"
}

measure() {
	plain=$(copy "nbd://$(bed_addr 1)/")
	router_begin
	routed=$(copy "nbd+unix:///?socket=/run/vfield/router.sock")
	right
	router_end
	bench_row "$rtt" "$depth" "$plain" "$routed" \
		"$(awk -v a="$routed" -v b="$plain" \
			'BEGIN { printf "%.2f", a / b }')"
}

bench_begin 2 rtt_ms depth plain router ratio
bench_note "MB/s of one reader over a link of $MBIT Mbit/s, $MB MiB"
for rtt in $RTTS; do
	client_begin "$rtt"
	for depth in $DEPTHS; do
		for _ in $(seq "$REPEAT"); do
			measure
		done
	done
	client_end
done
bench_end
bench_plot bars long.svg "One reader over a long way of $MBIT Mbit/s" \
	"MB/s" plain router
