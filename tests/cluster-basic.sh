#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# One seed and three nodes that start with empty stores: every node is a
# complete NBD server, on its router's socket and on the network, for clients
# that are not ours.
. "$(dirname "$0")/lib.sh"
need nbdcopy nbdinfo qemu-img fio jq

# fio writes the image with checksums, so that it can check what it reads; the
# bytes after that make a short last chunk.
image=$TMP/debian
fio --aux-path="$TMP" --name=image --filename="$image" --rw=write \
	--bs=64k --size=32m --verify=crc32c --do_verify=0 >/dev/null
head -c 12345 /dev/urandom >>"$image"
size=$(stat -c %s "$image")
want=$(sum_file "$image")

id=$(vfield image create "$image")
[ "$(sum_file "$image.vfm")" = "$id" ] || fail "the id is not the manifest's"
vfield image verify "$image"

node_start 1 serve --image "$image"
for n in 2 3 4; do
	node_spawn $n join 127.0.0.1
done
for n in 2 3 4; do
	node_wait $n
done
for n in 1 2 3 4; do
	wait_for 20 node_knows $n 4
done

for n in 4 3 2 1; do
	check_sum "node $n, socket" "$(sum_sock $n)" "$want"
	check_sum "node $n, socket, by name" "$(sum_sock $n debian)" "$want"
	check_sum "node $n, network" "$(sum_tcp $n)" "$want"
	check_sum "node $n, network, by id" "$(sum_tcp $n "$id")" "$want"
done

for uri in "$(uri_sock 2)" "$(uri_tcp 3)"; do
	nbdinfo --json "$uri" >"$TMP/info"
	json_is ".exports[0] | .[\"export-size\"] == $size and .is_read_only and
		.can_multi_conn" <"$TMP/info" ||
		fail "$uri: $(cat "$TMP/info")"
	nbdinfo --list "$uri" | grep -q 'export="debian"' ||
		fail "$uri lists no debian"
	qemu-img compare -f raw -F raw "$image" "$uri" || fail "qemu-img: $uri"
	for rw in read randread; do
		fio --aux-path="$TMP" --name=nbd --ioengine=nbd --uri="$uri" \
			--rw=$rw --bs=64k --size=32m --iodepth=8 --verify=crc32c \
			>"$TMP/fio.log" 2>&1 || fail "fio: $(cat "$TMP/fio.log")"
	done
	! fio --aux-path="$TMP" --name=nbd --ioengine=nbd --uri="$uri" \
		--rw=write --bs=64k --size=1m >/dev/null 2>&1 ||
		fail "$uri can be written"
done
echo "nbdinfo, qemu-img and fio are content"

nbdcopy "$(uri_tcp 3 debian/manifest)" - | cmp - "$image.vfm" ||
	fail "the manifest of node 3"
wait_for 60 node_complete 3
held=$(nbdinfo --map --json "$(uri_tcp 3 debian/held)" |
	jq '[.[] | select(.type == 0) | .length] | add')
[ "$held" = "$size" ] || fail "node 3 holds $held of $size bytes"

"$PYTHON" - "$(uri_tcp 4 debian)" "$image" <<'END'
import sys, nbd
image = open(sys.argv[2], "rb").read()
h = nbd.NBD()
h.connect_uri(sys.argv[1])
for offset, length in ((0, 1), (131071, 2), (100000, 300000),
                       (len(image) - 12345, 12345), (len(image) - 1, 1)):
    assert h.pread(length, offset) == image[offset:offset + length]
h.cache(1000000, 0)
h.shutdown()
END
echo "libnbd is content"

for n in 2 3 4 1; do
	node_stop $n
	[ "$NODE_STATUS" -eq 0 ] || fail "node $n ended with $NODE_STATUS"
done
