#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# 200 clients read at once: first from a router that holds nothing yet, then
# from nbdkit on the network.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 6000000
vfield image create "$image"
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1
wait_for 20 node_knows 2 2

for uri in "$(uri_sock 2)" "$(uri_tcp 2)"; do
	"$PYTHON" - "$uri" "$image" <<'END'
import random, sys, nbd
image = open(sys.argv[2], "rb").read()
block = 300000
crowd = []
for i in range(200):
    h = nbd.NBD()
    h.connect_uri(sys.argv[1])
    crowd.append(h)
todo = [list(range(0, len(image), block)) for h in crowd]
for offsets in todo[100:]:
    random.shuffle(offsets)
while any(todo):
    asked = []
    for h, offsets in zip(crowd, todo):
        for offset in offsets[:2]:
            buf = nbd.Buffer(min(block, len(image) - offset))
            asked.append((h, h.aio_pread(buf, offset), buf, offset))
        del offsets[:2]
    for h, cookie, buf, offset in asked:
        while not h.aio_command_completed(cookie):
            h.poll(-1)
        got = buf.to_bytearray()
        assert got == image[offset:offset + len(got)], offset
END
	echo "200 clients of $uri"
done
wait_for 30 status_is 2 '.clients.now <= 4'
