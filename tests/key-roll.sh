#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The cluster key is replaced while nodes run and others read: a second key is
# added on all, then the first is retired on one after the other.  No reader
# sees an error, who comes with the new key joins, and the old one opens
# nothing any more.
. "$(dirname "$0")/lib.sh"
need jq nbdinfo python3

N=3
make_image "$TMP/image" 12000000
vfield image create "$TMP/image" >/dev/null
sum=$(sum_file "$TMP/image")
vfield key cluster --file "$TMP/key" 2>/dev/null
cp -p "$TMP/key" "$TMP/old"
for i in $(seq $N); do
	mkdir "$TMP/k$i"
	cp -p "$TMP/key" "$TMP/k$i/cluster.key"
done
node_start 1 serve --image "$TMP/image" --cluster-key "$TMP/k1/cluster.key"
for i in $(seq 2 $N); do
	node_start $i join 127.0.0.1 --no-fill --store 8388608 \
		--cluster-key "$TMP/k$i/cluster.key"
done
for i in $(seq $N); do
	wait_for 20 node_knows $i $N
done

# give N FILE: gives node N the key in FILE, and waits until it is in force.
give() {
	cp -p "$2" "$TMP/k$1/fresh"
	mv "$TMP/k$1/fresh" "$TMP/k$1/cluster.key"
	vfield key cluster psk --file "$2" >"$TMP/want"
	wait_for 10 cmp -s "$TMP/want" "$TMP/n$1/nbd.psk"
}

# reconnect: ends all connections between nodes, and reads by new ones.
reconnect() {
	for i in $(seq $N); do
		kill -KILL "$(node_child "$i" nbdkit)"
	done
	check_sum "node $N" "$(sum_sock $N)" "$sum"
	reader_reads 2000000
}

reader_start "$(uri_sock 2)" "$TMP/image" --pace 4000000
vfield key cluster --file "$TMP/key" --add 2>"$TMP/said"
grep -q 'when all have it' "$TMP/said" || fail "$(cat "$TMP/said")"
! vfield key cluster --file "$TMP/key" --add 2>/dev/null || fail "a third key"
[ "$(vfield key cluster show --file "$TMP/key" | cut -d ' ' -f 2 | tr '\n' ' ')" = \
	"used accepted " ] || fail "show"
echo "# the new key is added, on one after the other"
for node in $(seq $N); do
	give "$node" "$TMP/key"
	reconnect
done
vfield key cluster --file "$TMP/key" --retire
! vfield key cluster --file "$TMP/key" --retire 2>/dev/null || fail "no key"
echo "# the old key is retired, on one after the other"
for node in $(seq $N); do
	give "$node" "$TMP/key"
	reconnect
done
reader_stop

echo "# who comes with the new key, and with the old one"
node_start 5 join 127.0.0.1 --cluster-key "$TMP/key"
check_sum "node 5" "$(sum_sock 5)" "$sum"
vfield key cluster psk --file "$TMP/old" >"$TMP/old.psk"
name=$(cut -d : -f 1 "$TMP/old.psk")
! timeout 20 nbdinfo --size \
	"nbds://$name@127.0.0.1/?tls-psk-file=$TMP/old.psk" 2>/dev/null ||
	fail "the old key opens"
node_spawn 6 join 127.0.0.1 --member 127.0.0.1 --cluster-key "$TMP/old"
refused() {
	grep -q "does not accept this node's cluster key" "$TMP/n6/log"
}
wait_for 20 refused
