#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures random reads by fio's nbd engine, all on this machine, without shaped
# links: through a router that holds the image (store), through one that holds
# nothing and has a peer (peer) or only the seed (seed), and from servers
# themselves.
#
#   MB=256 SECONDS_EACH=1 SIZES=4k,128k DEPTHS=1,32
#   CHUNKS=16K,4K    adds rows peer-16K and peer-4K: as peer, with reads of 4k
#                    and depth 1 only, of the same image in chunks of that size
#   THROUGH=...      only these rows
#
# peer and seed have a store of 2 MB, so that nearly every read is a miss, and a
# miss fetches the whole chunk of 128 KiB.  *-unix and *-tcp read from that
# server itself. proxy and socat read as peer-tcp does, through the thinnest
# possible hops (hops.subr).  Latencies are the client's, in microseconds.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/random.subr"
. "$(dirname "$0")/hops.subr"
need nbd-server

SIZES=$(list "${SIZES:-4k,128k}") DEPTHS=$(list "${DEPTHS:-1,32}")
THROUGH=$(list "${THROUGH:-nbd-server-unix,nbd-server-tcp,nbdkit-unix,store,peer-tcp,socat,proxy,peer,seed}")
random_images

# nbd_server LINE NAME: starts an nbd-server that listens where LINE of its
# configuration says; one server cannot listen on TCP and on a Unix socket.
nbd_server() {
	printf '[generic]\n%s\n[image]\nexportname = %s\nreadonly = true\n' \
		"$1" "$image" >"$TMP/$2.conf"
	nbd-server -C "$TMP/$2.conf" -p "$TMP/$2.pid"
	wait_for 10 test -s "$TMP/$2.pid"
}
nbd_server "unixsock = $TMP/nbd-server.sock" nbd-unix
nbd_server "port = 10899" nbd-tcp
nbdkit -U "$TMP/nbdkit.sock" -P "$TMP/nbdkit.pid" -r file "$image"
wait_for 10 test -s "$TMP/nbdkit.pid"
wait_for 10 test -S "$TMP/nbd-server.sock"

# shellcheck disable=SC2086 # split on purpose
node_start 1 serve --image "$image" $small
node_start 2 join 127.0.0.1 --store all
wait_for 60 node_complete 2
# Node 3 asks the seed alone, node 4 asks any of its peers.
node_start 3 join 127.0.0.1 --store 2M --direct
node_start 4 join 127.0.0.1 --store 2M --no-fill
hop_nbdkit "$TMP/proxy.sock" "$(uri_tcp 2)"
hop_socat "$TMP/socat.sock" 127.0.0.2

uri_of() {
	case $1 in
	nbd-server-unix) echo "nbd+unix:///image?socket=$TMP/nbd-server.sock" ;;
	nbd-server-tcp) echo nbd://127.0.0.1:10899/image ;;
	nbdkit-unix) echo "nbd+unix:///?socket=$TMP/nbdkit.sock" ;;
	peer-tcp) uri_tcp 2 ;;
	socat | proxy) echo "nbd+unix:///?socket=$TMP/$1.sock" ;;
	store) uri_sock 2 ;;
	seed) uri_sock 3 ;;
	peer) uri_sock 4 ;;
	peer-*) uri_sock 4 "${1#peer-}" ;;
	esac
}

measure() {
	random_row "$(uri_of "$1")" "$2" "$3" -- "$@"
}

# shellcheck disable=SC2086 # split on purpose
bench_begin 3 through size depth $RANDOM_COLUMNS
for size in $SIZES; do
	for depth in $DEPTHS; do
		for _ in $(seq "$REPEAT"); do
			before=$(others)
			for through in $THROUGH; do
				measure "$through" "$size" "$depth"
			done
			[ "$size $depth" = "4k 1" ] || continue
			for chunk in $CHUNKS; do
				measure "peer-$chunk" "$size" "$depth"
			done
		done
	done
done
bench_end
LOGY=1 bench_plot bars random.svg "Random reads: the median of latencies" \
	"p50, microseconds" p50_us
