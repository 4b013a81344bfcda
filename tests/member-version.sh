#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node that speaks no version in common is refused, by members and by clients,
# and the log says so.  A node of a later version that speaks this one, too, is
# heard; what it adds is ignored, or handed on.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/member.subr"
need python3

echo "# a member refuses an older client, and goes on with the others"
vfield-member --run-dir "$TMP" --listen 127.0.0.1 --corosync no \
	--ready-fd 3 3>"$TMP/ready" >>"$TMP/member.log" 2>&1 &
wait_for 10 test -s "$TMP/ready"
python3 - <<'END' || fail "it was not closed"
import socket, struct
s = socket.create_connection(("127.0.0.1", 10810))
s.settimeout(60)
s.sendall(struct.pack(">IBIB", 5, 1, 1, 0))
while s.recv(4096):
    pass
END
grep -q 'it speaks version 1 of the membership.s protocol, and this member 2 to 5' \
	"$TMP/member.log" || fail "no word of it: $(cat "$TMP/member.log")"
probe a "$PROBE" -s "$TMP/member.sock" -n a -i sys=1000:10 -f words
prints a "^peer $TMP/member.sock"

echo "# a later version adds frames, flags, fields; an earlier one hears nothing new"
python3 - <<'END' || fail "two versions did not understand each other"
import socket, struct

def frame(kind, body=b""):
    return struct.pack(">IB", len(body), kind) + body

def span(low, high):
    return frame(4, b"vfrange\0" + struct.pack(">II", low, high))

def node(number, name, flags=2, rest=b""):
    return frame(2, struct.pack(">H", number) + name.ljust(16, b"x") +
        bytes([len(name)]) + name + socket.inet_pton(socket.AF_INET6,
        "::ffff:192.0.2.1") + struct.pack(">HHBQIQQB", 10809, 0, flags, 0, 0,
        0, 0, 0) + rest)

class Client:
    def __init__(self, hello):
        self.s = socket.create_connection(("127.0.0.1", 10810))
        self.s.settimeout(60)
        self.s.sendall(hello)
        self.left = b""
    def frames(self):
        while True:
            while len(self.left) >= 5:
                n, kind = struct.unpack(">IB", self.left[:5])
                if len(self.left) < 5 + n:
                    break
                body, self.left = self.left[5:5 + n], self.left[5 + n:]
                yield kind, body
            more = self.s.recv(4096)
            assert more, "closed"
            self.left += more
    def node(self, name):
        for kind, body in self.frames():
            if kind == 2 and body[19:19 + body[18]] == name:
                return body
    def gone(self, name):
        for kind, body in self.frames():
            if kind == 4 and body.startswith(name.ljust(16, b"x")):
                return body[16:]

fields = struct.pack(">HH", 9, 4) + b"word"
now = Client(frame(1, struct.pack(">IB", 2, 0)) + span(2, 3))
old = Client(frame(1, struct.pack(">IB", 2, 0)))
later = Client(frame(1, struct.pack(">IBQ", 2, 0xf8, 7)) + span(2, 9) +
    frame(99, b"?" * 65536) + frame(6, b"??") +
    node(0, b"later", 0xf2, fields))
assert now.node(b"a").endswith(b"words")
assert now.node(b"later").endswith(fields), "fields are not handed on"
assert not old.node(b"later").endswith(b"word"), "version 2 is told of fields"
assert later.node(b"a").endswith(b"words")
later.s.sendall(frame(4, b"later".ljust(16, b"x") + b"\2?"))
assert now.gone(b"later") == b"\1", "it left"
assert old.gone(b"later") == b"", "version 2 is told why"
END
printed a '^node later ' || fail "a heard nothing of the later one"
prints a '^gone later left$'

echo "# a client does not use a newer member, and says so once"
cat >"$TMP/newer.py" <<'END'
import socket, struct
listener = socket.create_server(("127.0.0.1", 10811))
while True:
    s = listener.accept()[0]
    s.sendall(struct.pack(">IBIBQ", 13, 1, 9, 0, 1))
    while s.recv(4096):
        pass
END
python3 "$TMP/newer.py" &
probe b "$PROBE" -c 127.0.0.1:10811 -n b
refused() {
	grep -q 'member 127.0.0.1:10811: not used: it speaks version 9' \
		"$TMP/b.log"
}
wait_for 10 refused
sleep 1
[ "$(grep -c 'not used' "$TMP/b.log")" -eq 1 ] || fail "$(cat "$TMP/b.log")"
printed b "^peer 127" && fail "it was used"
exit 0
