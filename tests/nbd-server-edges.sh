#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The server answers requests that libnbd sends only without its checks: each
# gets the error that NBD's specification names, and the connection goes on.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/nbd-server.subr"

image=$TMP/image
make_image "$image" 50000001
toy_start toy --fail-at 40000000 "$TMP/toy.sock" "$image"
cat >"$TMP/edges.py" <<'END'
import errno, nbd, sys

image = open(sys.argv[2], "rb").read()
SIZE = len(image)
MB = 1 << 20

def opened(structured):
    h = nbd.NBD()
    h.set_request_structured_replies(structured)
    h.add_meta_context("base:allocation")
    h.connect_uri(sys.argv[1])
    h.set_strict_mode(0)
    return h

def fails(h, error, f, *args):
    try:
        f(*args)
    except nbd.Error as e:
        assert e.errno == error, (f, args, e)
    else:
        raise AssertionError((f, args))
    right(h, 12345, 678)

def right(h, offset, n, flags=0):
    assert h.pread(n, offset, flags) == image[offset:offset + n], (offset, n)

def edges(h):
    read = h.pread
    right(h, SIZE - 1, 1)
    right(h, 0, 32 * MB)
    for offset, n in (1, 1), (511, 1025), (131071, 2), (131073, 999999):
        right(h, offset, n)
    fails(h, "EINVAL", read, 1, SIZE)
    fails(h, "EINVAL", read, 2, SIZE - 1)
    fails(h, "EINVAL", read, 512, 1 << 62)
    fails(h, "EINVAL", read, 0, 0)
    fails(h, "EINVAL", read, 32 * MB + 1, 0)
    fails(h, "EINVAL", read, 64 * MB, 0)
    fails(h, "EINVAL", read, 9, 9, 1)
    fails(h, "EINVAL", h.cache, 9, SIZE)
    fails(h, "EINVAL", h.cache, 64 * MB, 0)
    fails(h, "EINVAL", h.flush)
    fails(h, "EPERM", h.pwrite, b"x" * 100000, 0)
    fails(h, "EPERM", h.pwrite, b"", 0)
    fails(h, "EPERM", h.trim, 100, 0)
    fails(h, "EPERM", h.zero, 100, 0)
    fails(h, "EIO", read, 1000, 40000000 - 500)
    fails(h, "EIO", read, 4 * MB, 40000000 - 3 * MB)
    h.cache(30 * MB, 7)

def extents(h, n, offset, flags=0):
    got = []
    h.block_status(n, offset, lambda c, o, e, err: got.append((c, o, e)), flags)
    return got

h = opened(False)
edges(h)
fails(h, "EINVAL", h.pread, 9, 9, nbd.CMD_FLAG_DF)
h.shutdown()

h = opened(True)
edges(h)
right(h, 100, 2 * MB, nbd.CMD_FLAG_DF)
fails(h, "EOVERFLOW", h.pread, 33 * MB, 0, nbd.CMD_FLAG_DF)
fails(h, "EIO", h.pread, 4 * MB, 40000000 - 3 * MB, nbd.CMD_FLAG_DF)
assert extents(h, SIZE, 0) == [("base:allocation", 0, [SIZE, 0])]
assert extents(h, 5, 9, nbd.CMD_FLAG_REQ_ONE) == [("base:allocation", 9, [5, 0])]
fails(h, "EINVAL", extents, h, SIZE, 1)
fails(h, "EINVAL", extents, h, 0, 1)
# an error in the middle comes after what is before it
offsets = []
try:
    h.pread_structured(4 * MB, 40000000 - 3 * MB,
                       lambda b, o, s, err: offsets.append(o))
    raise AssertionError("no error")
except nbd.Error as e:
    assert e.errno == "EIO" and len(offsets) > 20, (e, offsets)
h.shutdown()

# more than 32 MiB to write: the connection ends, others go on
h = opened(True)
try:
    h.pwrite(bytes(33 * MB), 0)
    raise AssertionError("no error")
except nbd.Error:
    pass
assert h.aio_is_dead() or h.aio_is_closed()
right(opened(True), 0, 1)
END
timeout 60 "$PYTHON" "$TMP/edges.py" "$(uri toy)" "$image" || fail edges.py
wait_for 10 toy_idle $SERVER
toy_stop toy $SERVER
