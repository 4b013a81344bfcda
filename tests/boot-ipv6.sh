#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# If a boot ROM looks for an IPv6 router, the boot service tells it at once that
# there is none; it answers no other machine.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"

bed_bridge
boot_files 1000 1000
boot_node 1
bed_machine 2
boot_serve 1
boot_wait 1
boot_crowd 2 1 --until dhcp
cat >"$TMP/ask.py" <<'END'
# the stranger asks first, and whatever is sent to him is seen first
import socket, struct
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x86DD))
wire.bind(("eth0", 0))
wire.settimeout(20)
def ask(mac):
    own = bytes.fromhex("fe80" + "00" * 6) + bytes([mac[0] ^ 2]) + mac[1:3]
    own += b"\xff\xfe" + mac[3:]
    routers = bytes.fromhex("ff02" + "00" * 13 + "02")
    head = struct.pack("!IHBB", 6 << 28, 8, 58, 255) + own + routers
    data = b"\x85" + bytes(7)
    total = sum(struct.unpack("!24H", head[8:] + struct.pack("!II", 8, 58)
                              + data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    data = b"\x85\0" + struct.pack("!H", ~total & 0xFFFF) + bytes(4)
    wire.send(b"\x33\x33\0\0\0\2" + mac + b"\x86\xdd" + head + data)
    return own
stranger, known = bytes.fromhex("525400990099"), bytes.fromhex("525400990001")
ask(stranger)
own = ask(known)
while True:
    frame = wire.recv(2000)
    if frame[20] == 58 and frame[54] == 134:
        break
assert frame[:6] == known, frame[:6].hex()
assert frame[38:54] == own and frame[21] == 255
assert frame[54 + 4:] == bytes(12), "lifetime, times and options"
print("told", frame[:6].hex(":"), "from", frame[22:38].hex())
END
bed_in 2 "$PYTHON" "$TMP/ask.py"
