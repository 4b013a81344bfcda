#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Compares local hits with `nbdkit file`: the same clients read a held image in
# order through the router's socket and through nbdkit's Unix socket, by turns.
# Then measures the router's memory with a large image.
#
#   MB=1024 ROUNDS=5    size of the image, and how often each client reads it
#   GIB=4               size of the large image; 0: leave that part out
. "$(dirname "$0")/../tests/lib.sh"
need nbdcopy nbdkit fio jq

MB=${MB:-1024} ROUNDS=${ROUNDS:-5} GIB=${GIB:-4}
CLIENT_LIMIT=600

image=$TMP/image
make_image "$image" $((MB * 1048576))
vfield image create "$image" >/dev/null
nbdkit -U "$TMP/plain.sock" -P "$TMP/plain.pid" file "$image"
wait_for 10 test -s "$TMP/plain.pid"
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1
check_sum "seed" "$(sum_sock 1)" "$(sum_file "$image")"
check_sum "node" "$(sum_sock 2)" "$(sum_file "$image")"
wait_for 60 node_complete 2

uri_of() {
	case $1 in
	nbdkit) echo "nbd+unix:///?socket=$TMP/plain.sock" ;;
	seed) uri_sock 1 ;;
	node) uri_sock 2 ;;
	esac
}

client() {
	case $1 in
	nbdcopy) nbdcopy "$2" null: ;;
	nbdcopy-1) nbdcopy --connections=1 "$2" null: ;;
	fio-128k) fio --aux-path="$TMP" --name=x --ioengine=nbd --uri="$2" \
		--rw=read --bs=128k --iodepth=16 --size="${MB}m" >/dev/null ;;
	fio-4k-rand) fio --aux-path="$TMP" --name=x --ioengine=nbd --uri="$2" \
		--rw=randread --bs=4k --iodepth=16 --size="${MB}m" \
		--io_size=128m >/dev/null ;;
	esac
}

# amount HOW: prints how many bytes the client reads.
amount() {
	case $1 in
	fio-4k-rand) echo $((128 * 1048576)) ;;
	*) echo $((MB * 1048576)) ;;
	esac
}

for how in nbdcopy nbdcopy-1 fio-128k fio-4k-rand; do
	rm -f "$TMP"/times.*
	for _ in $(seq "$ROUNDS"); do
		for what in nbdkit seed node; do
			began=$(date +%s%N)
			client $how "$(uri_of $what)"
			echo $(($(date +%s%N) - began)) >>"$TMP/times.$what"
		done
	done
	for what in nbdkit seed node; do
		sort -n "$TMP/times.$what" | awk -v n="$(amount $how)" '
			{ t[NR] = $1 }
			END { printf "%.0f\n", n * 1000 / t[int((NR + 1) / 2)] }' \
			>"$TMP/median.$what"
	done
	awk -v how=$how -v plain="$(cat "$TMP/median.nbdkit")" \
		-v seed="$(cat "$TMP/median.seed")" \
		-v node="$(cat "$TMP/median.node")" 'BEGIN {
		printf "%-12s nbdkit file %5d MB/s  seed %5d MB/s (%.2f)  " \
			"node %5d MB/s (%.2f)\n", how, plain, seed, seed / plain,
			node, node / plain }'
done
echo "(medians of $ROUNDS; in brackets: times nbdkit file)"
[ "$GIB" -gt 0 ] || exit 0

# beside_store N WHO: prints the resident memory of node N's router, that of the
# pages of store and image apart.
beside_store() {
	pid=$(node_child "$1" vfield-router)
	dir=$(status_get "$1" .store.dir)
	awk -v dir="$dir/" -v image="$TMP/" -v who="$2" '
		/^[0-9a-f]+-[0-9a-f]+ / { ours = !(index($0, dir) ||
						   index($0, image)) }
		/^Rss:/ { if (ours) rss += $2; else store += $2 }
		END { printf "router of the %s: %.1f MiB, and %.1f MiB of the store\n",
			who, rss / 1024, store / 1024 }' "/proc/$pid/smaps"
}

node_stop 2
node_stop 1
rm "$image"
truncate -s "${GIB}G" "$TMP/large"
head -c 50M /dev/urandom | dd of="$TMP/large" conv=notrunc status=none
vfield image create "$TMP/large" >/dev/null
node_start 3 serve --image "$TMP/large"
node_start 4 join 127.0.0.3
nbdcopy "$(uri_sock 3)" null:
nbdcopy "$(uri_sock 4)" null:
echo "after a read of $GIB GiB:"
beside_store 3 seed
beside_store 4 node
