#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
"""automount: mounts a tmpfs on DIR when a program first looks into it.

automount.py DIR        prints "ready", and goes on until it is killed
"""
import fcntl
import os
import struct
import subprocess
import sys

# linux/auto_fs.h: struct autofs_v5_packet, padded; AUTOFS_IOC_READY
PACKET = struct.Struct("=iiIIQIIIII256s4x")
READY = 0x9360

place = sys.argv[1]
os.setpgid(0, 0)
reads, writes = os.pipe()
os.set_inheritable(writes, True)
subprocess.run(["mount", "-i", "-t", "autofs", "-o",
                "fd=%d,pgrp=%d,minproto=5,maxproto=5,direct" %
                (writes, os.getpgrp()), "test", place],
               check=True, close_fds=False)
os.close(writes)
root = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
print("ready", flush=True)
while packet := os.read(reads, PACKET.size):
    subprocess.run(["mount", "-t", "tmpfs", "test", place], check=True)
    fcntl.ioctl(root, READY, PACKET.unpack(packet)[2])
