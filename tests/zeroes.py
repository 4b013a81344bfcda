#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# zeroes.py OUT.vfm NAME CHUNK SIZE: the manifest (lib/manifest.h, version 1) of
# an image of zeroes, whatever its size, in no time.
import hashlib
import struct
import sys

out, name, chunk, size = (sys.argv[1], sys.argv[2].encode(), int(sys.argv[3]),
                          int(sys.argv[4]))
whole, rest = divmod(size, chunk)
hashes = hashlib.sha256(bytes(chunk)).digest() * whole
if rest:
    hashes += hashlib.sha256(bytes(rest)).digest()
with open(out, "wb") as f:
    f.write(b"VFMANIF\n" + struct.pack(">IIQ", 1, chunk, size) + bytes(16) +
            bytes([len(name)]) + name + hashes)
