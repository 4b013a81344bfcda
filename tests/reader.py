#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
"""reader: read an image again and again through libnbd and check every byte.

usage: reader.py URI IMAGE [--block BYTES] [--depth N] [--passes N]
                 [--pace BYTES_PER_S] [--start BYTES] [--reconnect]
                 [--beat FILE]

Reads in order, N requests in flight, for N passes (0: until SIGTERM), and
ends with one line of JSON: reads, bytes, the longest time between two replies
(ms), reconnects.  An error or a wrong byte ends it with status 1 and its
"error".  SIGUSR1 prints such a line now and starts the longest gap anew.
--reconnect opens a new connection when the server goes away and asks again.
--beat: a file that holds the number of bytes read so far, once anything is.
"""
import argparse
import errno
import json
import mmap
import os
import signal
import sys
import time

import nbd


class Reader:
    def __init__(self, args):
        self.args = args
        self.file = open(args.image, "rb")
        self.want = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)
        self.open = {}  # cookie of ours: (offset, buffer)
        self.spare = []  # whole buffers, used again: libnbd 1.14 leaks them
        self.done = []  # (ours, errno)
        self.count = 0
        self.reads = self.bytes = self.reconnects = 0
        self.gap = 0.0
        self.last = None
        self.stop = self.report = False
        self.error = None
        self.connect()

    def connect(self):
        limit = time.monotonic() + 30
        while True:
            self.h = nbd.NBD()
            try:
                self.h.connect_uri(self.args.uri)
                return
            except nbd.Error as e:
                if not self.args.reconnect or time.monotonic() > limit:
                    raise
                time.sleep(0.05)

    def ask(self, offset):
        length = min(self.args.block, len(self.want) - offset)
        whole = length == self.args.block
        buf = self.spare.pop() if whole and self.spare else nbd.Buffer(length)
        mine = self.count
        self.count += 1

        def complete(err):
            now = time.monotonic()
            if self.last is not None:
                self.gap = max(self.gap, now - self.last)
            self.last = now
            self.done.append((mine, getattr(err, "value", err)))
            return 1

        self.open[mine] = (offset, buf)
        self.h.aio_pread(buf, offset, complete)

    def check(self):
        while self.done:
            mine, err = self.done.pop(0)
            if mine not in self.open:
                continue
            offset, buf = self.open[mine]
            if err:
                if self.args.reconnect and (err == errno.ENOTCONN or
                                            self.h.aio_is_dead() or
                                            self.h.aio_is_closed()):
                    continue  # stays open: asked again
                raise RuntimeError("offset %d: errno %d" % (offset, err))
            got = buf.to_bytearray()
            if got != self.want[offset:offset + len(got)]:
                raise RuntimeError("offset %d: wrong bytes" % offset)
            del self.open[mine]
            if len(got) == self.args.block:
                self.spare.append(buf)
            self.reads += 1
            self.bytes += len(got)
        if self.args.beat and self.bytes:
            with open(self.args.beat + ".new", "w") as f:
                f.write("%d\n" % self.bytes)
            os.replace(self.args.beat + ".new", self.args.beat)

    def again(self):
        self.reconnects += 1
        self.h = None
        offsets = sorted(o for o, _ in self.open.values())
        self.open.clear()
        self.done.clear()
        self.connect()
        for offset in offsets:
            self.ask(offset)

    def step(self):
        try:
            self.h.poll(100)
        except nbd.Error:
            pass
        self.check()
        if self.h.aio_is_dead() or self.h.aio_is_closed():
            if not self.args.reconnect:
                raise RuntimeError("the server has closed the connection")
            self.again()
        if self.report:
            self.report = False
            self.say()
            self.gap = 0.0

    def one_pass(self, start):
        began, offset = time.monotonic(), start
        while (offset < len(self.want) or self.open) and not self.stop:
            pace = self.args.pace
            ahead = pace and (offset - start) / pace + began - time.monotonic()
            if offset < len(self.want) and len(self.open) < self.args.depth:
                if not pace or ahead <= 0:
                    if not self.open:
                        self.last = time.monotonic() if self.last else None
                    self.ask(offset)
                    offset += self.args.block
                    continue
            if self.open:
                self.step()
            elif pace:
                time.sleep(min(max(ahead, 0), 0.1))

    def run(self):
        passes, start = 0, self.args.start
        while not self.stop and (passes < self.args.passes or
                                 self.args.passes == 0):
            self.one_pass(start)
            passes, start = passes + 1, 0

    def say(self):
        said = {"reads": self.reads, "bytes": self.bytes,
                "longest_gap_ms": round(self.gap * 1000, 1),
                "reconnects": self.reconnects}
        if self.error:
            said["error"] = self.error
        print(json.dumps(said), flush=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("uri")
    p.add_argument("image")
    p.add_argument("--block", type=int, default=131072)
    p.add_argument("--depth", type=int, default=4)
    p.add_argument("--passes", type=int, default=1)
    p.add_argument("--pace", type=float, default=0)
    p.add_argument("--start", type=int, default=0)
    p.add_argument("--reconnect", action="store_true")
    p.add_argument("--beat")
    r = Reader(p.parse_args())

    def stop(*_):
        r.stop = True

    def report(*_):
        r.report = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGUSR1, report)
    try:
        r.run()
    except (RuntimeError, nbd.Error) as e:
        r.error = str(e)
    r.say()
    return 1 if r.error else 0


sys.exit(main())
