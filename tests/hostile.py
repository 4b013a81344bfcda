#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# hostile.py WHAT N [ARG] DONE: N connections to nbd://$SERVER:$PORT (127.0.0.1:10809),
# until it is killed; the file DONE says that all have done what they do.
#   greedy N BYTES     ask for so much at once, and read nothing
#   silent N ADDRESS   connect from this address, and say nothing
#   waiting N ADDRESS  connect from this address, and ask for the first bytes and
#                      for some at random places; wait for none
#   nonsense N         ask for an export that is not there, and for bytes beyond
#                      the end
import collections
import os
import random
import resource
import socket
import struct
import sys
import time

what, count, arg, done = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[-1]
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def connect(source=None):
    s = socket.socket()
    s.settimeout(60)
    if source:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((source, 0))
    s.connect((os.environ.get("SERVER", "127.0.0.1"),
               int(os.environ.get("PORT", "10809"))))
    return s


def hello(s, name=b"im"):
    s.sendall(struct.pack(">I", 3))
    s.sendall(b"IHAVEOPT" + struct.pack(">III", 7, 6 + len(name), len(name)) +
              name + b"\0\0")


def read(s, offset, size):
    s.sendall(struct.pack(">IHHQQI", 0x25609513, 0, 0, 1, offset, size))


def greedy():
    s = connect()
    hello(s)
    s.recv(18 + 20 + 12 + 20, socket.MSG_WAITALL)
    read(s, 0, int(arg))
    return s


def silent():
    return connect(arg)


def admitted():
    while True: # until others have gone
        s = connect(arg)
        hello(s, b"")
        b = s.recv(18 + 20 + 12 + 20, socket.MSG_WAITALL)
        if len(b) == 70:
            return s, struct.unpack(">Q", b[40:48])[0]
        s.close()
        time.sleep(0.1)


def waiting():
    s, size = admitted()
    read(s, 0, 4096)
    read(s, random.randrange(size - 4096), 4096)
    return s


def nonsense():
    s = connect()
    hello(s, b"nothing")
    s.recv(18 + 20, socket.MSG_WAITALL)
    s.close()
    s = connect()
    hello(s)
    s.recv(18 + 20 + 12 + 20, socket.MSG_WAITALL)
    for _ in range(20):
        read(s, 1 << 60, 4096)
    for _ in range(20):
        s.recv(16, socket.MSG_WAITALL)
    s.close()


# the newest of them, if there are more than there can be descriptors
kept = collections.deque(maxlen=hard - 100)
for _ in range(count):
    try:
        kept.append(globals()[what]())
    except OSError:
        pass
open(done, "w").close()
time.sleep(600)
