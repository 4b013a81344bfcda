#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Distributes an image to the stores of N machines, and measures the time until
# the last of them has all of it, from the moment when all are told to fetch it.
#
#   NODES=1,16 RATE=100mbit MB=135 MODES=vfield,aria2,torrent,udpcast
#
# vfield: nodes join with --store all, and nobody reads. aria2: BitTorrent with
# a tracker of our own on the seed, without DHT; all go on seeding. torrent:
# nbdkit's torrent plugin, with one reader in order on each machine, as the
# plugin fetches only what is read; aria2 is the seed. udpcast: multicast,
# limited to 0.9 of the link, since it fills queues and sends what was lost
# again.  Columns: seconds, until the last machine has all; wire, the same in
# parts of the time that one copy takes on a link; seed_sent, images that left
# the seed's machine.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crowd.subr"
. "$(dirname "$0")/torrent.subr"
need jq

NODES=$(list "${NODES:-1,16}") RATE=${RATE:-100mbit} MB=${MB:-135}
MODES=$(list "${MODES:-vfield,aria2,torrent,udpcast}")
most=$(echo "$NODES" | tr ' ' '\n' | sort -n | tail -n 1)
image=$RAM/image
make_image "$image" $((MB * 1000000))
vfield image create "$image" >/dev/null

# torrent_node I: starts nbdkit with the torrent plugin on machine I, and a
# client that reads all of it.
torrent_node() {
	bed_in "$1" mkdir -p /run/download
	bed_start "$1" "$TMP/n$1/nbdkit.log" nbdkit -f -U /run/torrent.sock \
		torrent "$TMP/torrent" cache=/run/download
	bed_start "$1" "$TMP/n$1/nbdkit.log" sh -c 'until [ -S "$1" ]; do
		sleep 0.05; done; nbdcopy --connections=1 "nbd+unix:///?socket=$1" \
		null: && touch "$2"' sh /run/torrent.sock "$TMP/mem/done$1"
}

# udpcast N: sends the image to N machines by udpcast, and waits until all have
# it.  Its first message is a broadcast, the rest is multicast.
udpcast() {
	udpcast_pids=
	for i in $(crowd_readers "$1"); do
		bed_in "$i" mkdir -p /run/download
		bed_start "$i" "$TMP/n$i/udpcast.log" udp-receiver --interface eth0 \
			--nokbd --file /run/download/image
		udpcast_pids="$udpcast_pids $BED_PID"
	done
	bed_in 1 udp-sender --interface eth0 --nokbd --file "$image" \
		--min-receivers "$1" --rexmit-hello-interval 200 \
		--max-bitrate "$(($(bed_bits "$RATE") * 9 / 10000))k" \
		>>"$TMP/n1/udpcast.log" 2>&1
	# shellcheck disable=SC2086 # split on purpose
	wait $udpcast_pids
}

not_done() {
	for i in $(crowd_readers "$1"); do
		[ -e "$TMP/mem/done$i" ] || echo "$i"
	done
}

# wait_done MODE N: waits until N machines have all, for at most 10 times the
# time that one copy takes.  In Debian 12's torrent plugin a read may wait for
# ever for a piece that is there.
wait_done() {
	give_up=$((began + MB * 80000000000 / $(bed_bits "$RATE")))
	until [ -z "$(not_done "$2")" ]; do
		if [ "$(now_ms)" -gt $give_up ]; then
			bench_note "$1: given up, with machine" \
				"$(not_done "$2" | paste -s -d ' ')"
			return
		fi
		sleep 0.1
	done
}

complete() {
	bed_status_is "$1" '.images[0].held == .images[0].nchunks'
}

# go MODE N: distributes the image to N machines, and sets TOOK to the
# milliseconds that this took.
go() {
	began=$(now_ms)
	case $1 in
	vfield)
		for i in $(crowd_readers "$2"); do
			bed_join "$i" "$(bed_addr 1)" --store all
		done
		# shellcheck disable=SC2046 # split on purpose
		bed_wait_ready $(crowd_readers "$2")
		for i in $(crowd_readers "$2"); do
			wait_for 600 complete "$i"
		done
		;;
	aria2)
		for i in $(crowd_readers "$2"); do
			aria2 "$i" /run/download false
		done
		wait_done "$1" "$2"
		;;
	udpcast) udpcast "$2" ;;
	torrent)
		for i in $(crowd_readers "$2"); do
			torrent_node "$i"
		done
		wait_done "$1" "$2"
		;;
	esac
	TOOK=$(($(now_ms) - began))
}

before_go() {
	rm -f "$TMP"/mem/done*
	case $1 in
	vfield) bed_serve 1 --image "$image" && bed_wait_ready 1 ;;
	udpcast)
		for i in 1 $(crowd_readers "$2"); do
			bed_in "$i" ip route replace 224.0.0.0/4 dev eth0
		done
		;;
	*)
		aria2_seed "$image"
		;;
	esac
}

# after_go MODE N: compares what the N machines have got with the image, and
# removes it.
after_go() {
	for i in $(crowd_readers "$2"); do
		case $1 in
		vfield) bed_in "$i" nbdcopy "$CROWD_SOCKET" - | cmp - "$image" ;;
		udpcast) bed_in "$i" cmp /run/download/image "$image" ;;
		*) [ ! -e "$TMP/mem/done$i" ] ||
			bed_in "$i" cmp /run/download/image "$image" ;;
		esac || fail "$1: machine $i: wrong"
	done
	case $1 in
	vfield) crowd_stop "$2" ;;
	udpcast)
		for i in $(crowd_readers "$2"); do
			bed_in "$i" rm -rf /run/download
		done
		;;
	*)
		for i in 1 $(crowd_readers "$2"); do
			aria2_stop "$i"
			bed_in "$i" rm -rf /run/download /run/torrent.sock
		done
		;;
	esac
}

measure() {
	before_go "$1" "$2"
	before=$(others) sent=$(bed_sent 1) busy=$(ticks)
	go "$1" "$2"
	busy=$(cores_busy $(($(ticks) - busy)) "$TOOK")
	bench_row "$1" "$2" "$(awk -v ms="$TOOK" -v sent=$(($(bed_sent 1) - sent)) \
		-v mb="$MB" -v bits="$(bed_bits "$RATE")" -v payload=$PAYLOAD '
		BEGIN { printf "%.2f %.3f %.3f", ms / 1000,
			ms / 1000 / (mb * 8e6 / bits / payload),
			sent / mb / 1e6 }')" "$busy" "$before"
	after_go "$1" "$2"
}

bench_begin 2 mode nodes seconds wire seed_sent busy before
rivals aria2=aria2c=aria2 torrent=aria2c=aria2 udpcast=udp-sender=udpcast
bench_note "$MB MB, links of $RATE; $(aria2c --version 2>/dev/null | head -n 1)"
crowd_machines "$most" "$RATE"
for n in $NODES; do
	for _ in $(seq "$REPEAT"); do
		for mode in $MODES; do
			measure "$mode" "$n"
		done
	done
done
bench_end
bench_plot lines distribution.svg "$MB MB to everybody's store, links of $RATE" \
	"seconds until the last has it" seconds
