#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A client that does not finish its handshake is disconnected after a while; one
# that sends garbage, at once.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/nbd-server.subr"
need nbdcopy

image=$TMP/image
make_image "$image" 1000000
toy_start toy "$TMP/toy.sock" "$image"
cat >"$TMP/half.py" <<'END'
import socket, sys, time

def connected(says):
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    s.sendall(says)
    return s

def drained(s):
    s.settimeout(30)
    try:
        while s.recv(65536):
            pass
    except ConnectionResetError:
        pass

HALVES = (b"", b"\0", b"\0\0\0\3", b"\0\0\0\3IHAVE",
          b"\0\0\0\3IHAVEOPT\0\0\0\7\0\0\1\0abc")
BAD = (b"\xff" * 4, b"GET / HTTP/1.1\r\n\r\n" * 3, b"\0\0\0\3" + bytes(16),
       b"\0\0\0\3IHAVEOPT\0\0\0\7\xff\xff\xff\xff")
began = time.monotonic()
waiting = [connected(h) for h in HALVES]
for b in BAD:
    drained(connected(b))
for s in waiting:
    s.setblocking(False)
    try:
        while s.recv(65536):
            pass
        raise AssertionError("it went no later than the garbled ones")
    except BlockingIOError:
        pass
for s in waiting:
    drained(s)
assert time.monotonic() - began > 5
END
timeout 60 "$PYTHON" "$TMP/half.py" "$TMP/toy.sock" || fail half.py
wait_for 10 toy_idle $SERVER
check_sum "after that" "$(sum_uri "$(uri toy)")" "$(sum_file "$image")"

"$TOY" "$TMP/toy.sock" "$image" 2>"$TMP/second" && fail "two on one socket"
grep -q 'Address already in use' "$TMP/second" || fail "$(cat "$TMP/second")"
kill -KILL $SERVER
wait $SERVER || :
toy_start toy "$TMP/toy.sock" "$image" # replaces the socket file
wait_for 10 nbdcopy "$(uri toy)" null:
toy_stop toy $SERVER
