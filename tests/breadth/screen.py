#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# screen: keyboard and screen of a machine in QEMU, whose QMP is at SOCKET.
#
#   screen.py type SOCKET KEY...   press these keys, as QEMU names them
#   screen.py dump SOCKET FILE     write the screen to FILE, as a PPM
#   screen.py share FILE RRGGBB    print the percentage of pixels of that colour
#   screen.py differ FILE FILE     print that of pixels that differ; 100 where the
#                                  screens have other sizes
#
# The top TOP lines, where a greeter has its clock, do not count.
import json
import socket
import sys
import time

TOP = 40


def command(path, lines):
    """Has the machine's monitor do each of the lines."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        f = s.makefile("rw")
        ask = ["qmp_capabilities"] + lines
        f.readline()
        for line in ask:
            what = {"execute": line}
            if line is not ask[0]:
                what = {"execute": "human-monitor-command",
                        "arguments": {"command-line": line}}
                time.sleep(0.1)  # an emulated machine reads one key at a time
            f.write(json.dumps(what) + "\n")
            f.flush()
            while "return" not in (said := json.loads(f.readline())):
                if "error" in said:
                    sys.exit(str(said["error"]))
            if said["return"]:
                sys.exit(said["return"])


def pixels(path):
    """The size of the screen, and the pixels below its top."""
    with open(path, "rb") as f:
        assert f.readline() == b"P6\n"
        width, height = map(int, f.readline().split())
        assert f.readline() == b"255\n"
        f.seek(TOP * width * 3, 1)
        data = f.read()
    return (width, height), [data[i:i + 3] for i in range(0, len(data), 3)]


def percent(pairs):
    """The percentage of pairs of equal things."""
    return 100 * sum(a == b for a, b in pairs) / len(pairs)


what, *args = sys.argv[1:]
if what == "type":
    command(args[0], ["sendkey " + key for key in args[1:]])
elif what == "dump":
    command(args[0], ["screendump " + args[1]])
elif what == "share":
    colour = bytes.fromhex(args[1])
    print("%.2f" % percent([(p, colour) for p in pixels(args[0])[1]]))
else:
    (size, a), (other, b) = map(pixels, args)
    print("%.2f" % (100 - percent(list(zip(a, b))) if size == other else 100))
