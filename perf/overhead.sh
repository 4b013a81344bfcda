#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures overhead on this machine, without shaped links: GB/s, and the CPU
# seconds per GB of all processes that take part (client, router, peers), when
# one nbdcopy with one connection reads the whole image in order.
#
#   MB=1024 FROM=nbdkit,nbd-server,qemu-nbd,straight,socat,proxy,store,
#   peer-1,peer-4
#
# store: the router holds the image. peer-1, peer-4: the router holds nothing
# and gets the image from one or four peers by TCP. straight: the client reads
# from that peer's TCP export itself. proxy and socat: it does so through the
# thinnest possible hops (hops.subr). nbdkit, nbd-server and qemu-nbd: it reads
# from that server by a Unix socket.  CPU is that of all processes in this
# benchmark's PID namespace.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hops.subr"
need nbdcopy nbd-server qemu-nbd jq

MB=${MB:-1024}
FROM=$(list "${FROM:-nbdkit,nbd-server,qemu-nbd,straight,socat,proxy,store,peer-1,peer-4}")
image=$RAM/image
make_image "$image" $((MB * MIB))
vfield image create "$image" >/dev/null

nbdkit -U "$TMP/nbdkit.sock" -P "$TMP/nbdkit.pid" -r file "$image"
printf '[generic]\nunixsock = %s\nport = 10899\n[image]\nexportname = %s\nreadonly = true\n' \
	"$TMP/nbd-server.sock" "$image" >"$TMP/nbd-server.conf"
nbd-server -C "$TMP/nbd-server.conf" -p "$TMP/nbd-server.pid"
qemu-nbd -r -t -f raw -e 8 -k "$TMP/qemu.sock" "$image" &
wait_for 10 test -s "$TMP/nbdkit.pid"
wait_for 10 test -S "$TMP/nbd-server.sock"
wait_for 10 test -S "$TMP/qemu.sock"

# Four nodes have the image file; two later nodes, with small stores, read it.
node_start 1 serve --image "$image"
for i in 2 3 4; do
	node_start $i serve --image "$image" --peer 127.0.0.1 --member 127.0.0.1
done
hop_nbdkit "$TMP/proxy.sock" "$(uri_tcp 1)"
hop_socat "$TMP/socat.sock" 127.0.0.1

uri_of() {
	case $1 in
	nbdkit) echo "nbd+unix:///?socket=$TMP/nbdkit.sock" ;;
	nbd-server) echo "nbd+unix:///image?socket=$TMP/nbd-server.sock" ;;
	qemu-nbd) echo "nbd+unix:///?socket=$TMP/qemu.sock" ;;
	straight) uri_tcp 1 ;;
	socat | proxy) echo "nbd+unix:///?socket=$TMP/$1.sock" ;;
	store) uri_sock 1 ;;
	peer-1) uri_sock 5 ;;
	peer-4) uri_sock 6 ;;
	esac
}

measure() {
	uri=$(uri_of "$1") before=$(others) cpu=$(cpu) began=$(now_ms)
	nbdcopy --connections=1 "$uri" null:
	took=$(($(now_ms) - began))
	bench_row "$1" "$(awk -v mb="$MB" -v ms=$took -v a="$cpu" -v b="$(cpu)" \
		'BEGIN { gb = mb * 1048576 / 1e9
			printf "%.2f %.2f", gb / ms * 1000, (b - a) / gb }')" \
		"$before"
}

bench_begin 1 from GB_s cpu_s_GB before
for _ in $(seq "$REPEAT"); do
	for from in $FROM; do
		# A new node each time: chunks in its store would be no misses.
		case $from in
		peer-1) node_start 5 join 127.0.0.1 --store 16M --direct ;;
		peer-4)
			node_start 6 join 127.0.0.1 --store 16M --no-fill
			wait_for 60 node_knows 6 5
			;;
		esac
		measure "$from"
		case $from in
		peer-1) node_stop 5 ;;
		peer-4) node_stop 6 ;;
		esac
	done
done
bench_end
bench_plot bars overhead.svg "One client, $MB MiB in order, unshaped" "GB/s" GB_s
bench_plot bars overhead-cpu.svg "CPU of client, router and servers" \
	"CPU seconds per GB" cpu_s_GB
