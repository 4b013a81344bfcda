#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# 300 clients vanish with reads in flight, 200 read at once, and some ask and
# never read the answers: the server keeps nothing for clients that have gone,
# and serves others meanwhile.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/nbd-server.subr"
need nbdcopy

image=$TMP/image
make_image "$image" $((16 << 20))
sum=$(sum_file "$image")
cat >"$TMP/crowd.py" <<'END'
import nbd, random, socket, struct, sys

sock, image = sys.argv[1], open(sys.argv[2], "rb").read()

def connected():
    h = nbd.NBD()
    h.connect_unix(sock)
    return h

def vanish(i):
    h = connected()
    bufs = [nbd.Buffer(1 << 20) for _ in range(12)]
    for n, b in enumerate(bufs):
        h.aio_pread(b, n << 20)
    h.aio_cache(1 << 20, 0)
    for _ in range(random.randrange(30)):
        h.poll(1)
    del h

def crowd(n):
    hs = [connected() for _ in range(n)]
    reads = []
    for i, h in enumerate(hs):
        b, at = nbd.Buffer(100000), i * 77777
        reads.append((h, b, at, h.aio_pread(b, at)))
    for h, b, at, cookie in reads:
        while not h.aio_command_completed(cookie):
            h.poll(-1)
        assert b.to_bytearray() == image[at:at + 100000], at

# asks for much, reads nothing, and keeps the connection
def mute():
    s = socket.socket(socket.AF_UNIX)
    s.connect(sock)
    go = b"IHAVEOPT" + struct.pack(">IIIH", 7, 6, 0, 0)
    s.sendall(struct.pack(">I", 3) + go)
    s.setblocking(False)
    try:
        for i in range(10000):
            s.sendall(struct.pack(">IHHQQI", 0x25609513, 0, 0, i, 0, 1 << 20))
    except BlockingIOError:
        pass
    return s

random.seed(1)
s = mute()
for i in range(300):
    vanish(i)
crowd(200)
for i in range(20):
    mute()
END

for how in '' '--delay 3' '--memory'; do
	# shellcheck disable=SC2086 # split on purpose
	toy_start toy $how "$TMP/toy.sock" "$image"
	timeout 120 "$PYTHON" "$TMP/crowd.py" "$TMP/toy.sock" "$image" ||
		fail "crowd.py $how"
	check_sum "after the crowd" "$(sum_uri "$(uri toy)")" "$sum"
	wait_for 10 toy_idle $SERVER
	toy_stop toy $SERVER
done
