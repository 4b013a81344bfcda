#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
"""A switch's port that is a tagged member of one VLAN, and of nothing else.

vlan.py TAP ID PORT PEER: the untagged side is the new interface TAP, the
tagged one are frames in datagrams between the UDP ports PORT (its own) and
PEER of 127.0.0.1, as of QEMU's -netdev socket,udp=...
"""
import fcntl
import os
import select
import socket
import struct
import sys

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 2, 0x1000
ETHERTYPE = b"\x81\x00"


def open_tap(name):
    fd = os.open("/dev/net/tun", os.O_RDWR)
    request = struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI)
    fcntl.ioctl(fd, TUNSETIFF, request)
    return fd


def main():
    name, vlan, port, peer = sys.argv[1], *map(int, sys.argv[2:])
    tag = ETHERTYPE + struct.pack("!H", vlan)
    tap = open_tap(name)
    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.bind(("127.0.0.1", port))
    while True:
        for ready in select.select([tap, wire], [], [])[0]:
            if ready is wire:
                frame = wire.recv(65536)
                if frame[12:16] == tag:
                    os.write(tap, frame[:12] + frame[16:])
            else:
                frame = os.read(tap, 65536)
                try:
                    wire.sendto(frame[:12] + tag + frame[12:],
                                ("127.0.0.1", peer))
                except OSError:
                    pass  # the machine is off


main()
