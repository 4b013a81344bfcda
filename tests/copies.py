#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# copies: how many of some nodes hold each chunk of an image, as their exports
# NAME/held say.
#
#   copies.py NAME CHUNK ADDR...
# prints "LEAST MEAN MOST SD", copies a chunk, and after them how many chunks have
# 0, 1, 2, ... copies.  A node that does not answer holds nothing.
import math
import sys

import nbd


def held(addr, name, chunk):
    """The chunks that the node at addr holds, and how many there are."""
    h = nbd.NBD()
    h.add_meta_context(nbd.CONTEXT_BASE_ALLOCATION)
    h.connect_uri("nbd://%s/%s/held" % (addr, name))
    size = h.get_size()
    chunks = set()

    def extents(_context, offset, entries, _error):
        for length, flags in zip(entries[::2], entries[1::2]):
            if not flags & nbd.STATE_HOLE:
                chunks.update(range(offset // chunk,
                                    -(-(offset + length) // chunk)))
            offset += length
            extents.at = offset

    extents.at = 0
    while extents.at < size:
        h.block_status(min(size - extents.at, 1 << 30), extents.at, extents)
    h.shutdown()
    return chunks, -(-size // chunk)


def main():
    name, chunk = sys.argv[1], int(sys.argv[2])
    nodes, total = [], 0
    for addr in sys.argv[3:]:
        try:
            chunks, total = held(addr, name, chunk)
            nodes.append(chunks)
        except nbd.Error:
            pass
    if total == 0:
        sys.exit("copies: nobody answers")
    copies = [sum(c in n for n in nodes) for c in range(total)]
    mean = sum(copies) / total
    sd = math.sqrt(sum((k - mean) ** 2 for k in copies) / total)
    by = [copies.count(k) for k in range(max(copies) + 1)]
    print("%d %.3f %d %.3f" % (min(copies), mean, max(copies), sd), *by)


main()
