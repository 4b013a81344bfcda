#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Strangers connect by TCP.  A stranger that claims to be another node, even a
# core node, is refused however often it tries; no client learns of a member
# from strangers; and the log stays short.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/member.subr"
need python3

vfield-member --run-dir "$TMP" --listen 127.0.0.1 --corosync no \
	--verbose >>"$TMP/member.log" 2>&1 &
wait_for 10 test -S "$TMP/member.sock"
core=6e1f3a30-0000-4000-8000-000000000001
guest=6e1f3a30-0000-4000-8000-000000000002
probe a "$PROBE" -s "$TMP/member.sock" -n a -u $core -a 192.0.2.1 -p 10810
probe b "$PROBE" -c 127.0.0.1 -n b -u $guest -a 192.0.2.2
prints a "^node b"
prints b "^node a .* core=10810"

# claim UUID TIMES: connects TIMES times and announces the node UUID each time;
# returns when the member has closed all these connections.
claim() {
	python3 - "$1" "$2" <<-'END'
		import socket, struct, sys, uuid
		hello = struct.pack(">IBIB", 5, 1, 2, 0)
		body = struct.pack(">H16sB1s", 9, uuid.UUID(sys.argv[1]).bytes, 1, b"x")
		body += bytes(10) + b"\xff\xff" + bytes([192, 0, 2, 66])
		body += struct.pack(">HHBQIQQB", 10809, 10810, 2, 1, 0, 0, 0, 0)
		node = struct.pack(">IB", len(body), 2) + body
		for i in range(int(sys.argv[2])):
		    s = socket.create_connection(("127.0.0.1", 10810))
		    s.settimeout(60)
		    try:
		        s.sendall(hello + node)
		        while s.recv(65536):
		            pass
		    except ConnectionError:
		        pass
		    s.close()
	END
}

echo "# neither the core node's place nor another guest's is taken"
forget a b
claim $core 400
claim $guest 400
probe c "$PROBE" -c 127.0.0.1 -n c -a 192.0.2.3
prints a "^node c .* core=0 .* satellite=1"
prints b "^node c"
for who in a b; do
	printed $who 192.0.2.66 && fail "$who believed a stranger"
	printed $who "^gone" && fail "$who lost a node to a stranger"
	printed $who "^peer" && fail "$who changed its member"
done
lines=$(grep -c 'another connection speaks' "$TMP/member.log")
[ "$lines" -ge 1 ] || fail "the log does not say who was refused"
[ "$lines" -le 20 ] || fail "the log has $lines lines of strangers"

echo "# a stranger's own node is a satellite that runs no member"
probe d "$PROBE" -c 127.0.0.1 -n d -a 192.0.2.4 -p 10810
prints a "^node d .* core=0 .* satellite=1"
prints b "^node d .* core=0"
