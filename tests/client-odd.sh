#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Clients send odd requests: reads beyond the end, of no byte, of 64 MiB, not
# aligned, and writes.  The server may answer with an error where the protocol
# has one; it must not send a wrong byte, hang or end.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 70000001
vfield image create "$image"
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1 --store 8M

for uri in "$(uri_sock 2)" "$(uri_tcp 2)" "$(uri_sock 1)"; do
	timeout "$CLIENT_LIMIT" "$PYTHON" - "$uri" "$image" <<'END' ||
import errno, sys, nbd
image = open(sys.argv[2], "rb").read()
size = len(image)

def connect():
    h = nbd.NBD()
    h.connect_uri(sys.argv[1])
    h.set_strict_mode(0)
    assert h.get_size() == size
    return h

def error_of(f, *args):
    try:
        f(*args)
    except nbd.Error as e:
        return e.errnum
    return 0

def fine(h):
    assert h.pread(5, size - 5) == image[-5:]

h = connect()
for offset, length in ((size, 1), (size - 1, 2), (size + 4096, 512),
                       (1 << 62, 512), ((1 << 64) - 512, 512),
                       ((1 << 63) - 1, 131072)):
    e = error_of(h.pread, length, offset)
    assert e in (errno.EINVAL, errno.EIO, errno.ENOSPC), (offset, length, e)
    fine(h)
for offset in (0, 1, size, size // 2):
    error_of(h.pread, 0, offset)
    if h.aio_is_dead():
        h = connect()
    fine(h)

for offset, length in ((0, 1), (1, 1), (131071, 1), (131071, 2), (131072, 1),
                       (511, 131073), (12345, 54321), (size - 1, 1),
                       (0, 4 << 20), (777, 32 << 20), (3 << 20, 33554431)):
    if length > h.get_block_size(nbd.SIZE_MAXIMUM):
        # more than the server says that it takes: refused, and hung up on
        assert error_of(h.pread, length, offset) == errno.EINVAL
        h = connect()
        fine(h)
        length = h.get_block_size(nbd.SIZE_MAXIMUM)
    assert h.pread(length, offset) == image[offset:offset + length]

# more than a server must take
for offset in (0, 1):
    length = 64 << 20
    try:
        assert h.pread(length, offset) == image[offset:offset + length]
    except nbd.Error as e:
        assert e.errnum != errno.ETIMEDOUT, e
        h = connect()
    fine(h)

for f, args in ((h.pwrite, (b"x" * 512, 0)), (h.zero, (512, 0)),
                (h.trim, (512, 0)), (h.flush, ())):
    e = error_of(f, *args)
    assert e in (errno.EPERM, errno.EINVAL, errno.EOPNOTSUPP, 0), (f, e)
    assert e or f == h.flush, f
    if h.aio_is_dead():
        h = connect()
        break
    fine(h)
fine(h)

# exports that are not there
for name in ("nothing", "x" * 4000, "/held", "../debian", "image/held/held",
             "\u00fc", "0" * 64, "image/"):
    h = nbd.NBD()
    h.set_opt_mode(True)
    h.connect_uri(sys.argv[1])
    h.set_export_name(name)
    e = error_of(h.opt_go)
    if name not in ("/held",):
        assert e, name
    else:
        continue
    h.set_export_name("")
    h.opt_go()
    fine(h)
END
		fail "$uri"
	echo "$uri: as it should be"
done
