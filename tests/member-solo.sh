#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A member without corosync tells routers, by its Unix socket and by TCP, what
# other routers announce.  A node that leaves is gone at once, and one whose
# connection ends after a grace.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/member.subr"
need python3
GRACE_NS=2000000000 # RECONNECT_GRACE_MS

member() {
	vfield-member --run-dir "$TMP" --listen 127.0.0.1 --corosync no \
		--verbose >>"$TMP/member.log" 2>&1 &
	MEMBER=$!
	wait_for 10 test -S "$TMP/member.sock"
}
member

echo "# two nodes see each other; \"any\" becomes an address"
probe a "$PROBE" -s "$TMP/member.sock" -n a -p 10810 -i sys=1000:10
prints a "^peer $TMP/member.sock"
probe b "$PROBE" -c 127.0.0.1 -n b -i sys=1000:1000
prints a "^node b .* 127.0.0.1:10809 core=0 active=0 satellite=1 boots=0 sys=all"
prints b "^node a .* 127.0.0.1:10809 core=10810 active=0 satellite=0 boots=0 sys=some"
prints b "^hold a sys 10"
printed b "^node b" && fail "b was told of itself"

echo "# what changes is said"
echo "hold 999" >"$TMP/a.in"
prints b "^hold a sys 11"
echo "active 1" >"$TMP/a.in"
prints b "^node a .* active=1"

echo "# a node of the same name is another node"
probe b2 "$PROBE" -c 127.0.0.1 -n b -a 192.0.2.7
prints a "^node b .* 192.0.2.7:10809"
prints a "^view .* 2$"
echo quit >"$TMP/b2.in"
prints a "^gone b left$"

echo "# of two connections with one UUID the newer one waits for the older's end"
id=6e1f3a30-0000-4000-8000-000000000001
probe c "$PROBE" -c 127.0.0.1 -n c1 -u $id
prints a "^node c1"
forget a c
kill -STOP "$(probe_pid c)"
probe c2 "$PROBE" -c 127.0.0.1 -n c2 -u $id
prints a "^node c2"
kill -KILL "$(probe_pid c)"
echo quit >"$TMP/c2.in"
prints a "^gone c2"

echo "# killed: gone after the grace, not before; back within it: not gone"
forget a
kill -KILL "$(probe_pid b)"
prints a "^gone b lost$"
probe d "$PROBE" -c 127.0.0.1 -n d -u $id
prints a "^node d"
for last in 8 9 10 11 12 13; do
	forget a
	began=$(date +%s%N)
	kill -KILL "$(probe_pid d)"
	probe d "$PROBE" -c 127.0.0.1 -n d -u $id -a 192.0.2.$last
	prints a "^node d .* 192.0.2.$last:"
	printed a "^gone" || break
	# On a busy machine d may come back only after the grace is over.
	[ $(($(date +%s%N) - began)) -ge "$GRACE_NS" ] ||
		fail "d went though it came back"
done

echo "# the member is killed: nobody is gone, and all are there again"
forget a d
kill -KILL $MEMBER
wait $MEMBER 2>/dev/null || :
prints a "^peer none"
prints d "^peer none"
member
prints a "^peer $TMP"
prints d "^peer 127.0.0.1:10810"
prints d "^node a"
prints a "^node d"
printed a "^gone" && fail "a lost a node with the member"
probe e "$PROBE" -c 127.0.0.1 -n e -i big=2000000:1999999
prints a "^hold e big 1999999"
printed a "^gone" && fail "a lost a node with the member"

echo "# what is no frame ends a connection, and no more"
python3 - <<-'END'
	import os, socket, struct
	def talk(data):
	    s = socket.create_connection(("127.0.0.1", 10810))
	    s.settimeout(60)
	    try:
	        s.sendall(data)
	        while s.recv(65536):
	            pass
	    except ConnectionError:
	        pass
	hello = struct.pack(">IBIB", 5, 1, 2, 0)
	for data in (b"GET / HTTP/1.0\r\n\r\n", hello + b"\xff" * 64,
	             struct.pack(">IBI", 4, 1, 99), b"\0" * 5,
	             hello + struct.pack(">IB", 7, 2) + b"x" * 7,
	             struct.pack(">IB", 16, 4) + b"x" * 16):
	    talk(data)
	for i in range(20):
	    talk(hello + b"\xff" + os.urandom(1000))
END
# The log has at most five lines of a kind, not one for each stranger.
lines=$(grep -c 'closed: it ' "$TMP/member.log")
[ "$lines" -ge 6 ] || fail "the log does not say who was closed"
[ "$lines" -le 20 ] || fail "the log has $lines lines of strangers"

echo "# 200 clients at once, then a clean end"
forget a
python3 - <<-'END'
	import socket, struct
	hello = struct.pack(">IBIB", 5, 1, 2, 0)
	all = [socket.create_connection(("127.0.0.1", 10810)) for i in range(200)]
	for s in all:
	    s.sendall(hello)
	for s in all:
	    s.settimeout(60)
	    got = b""
	    while len(got) < 500:
	        more = s.recv(65536)
	        assert more
	        got += more
END
echo "hold 500" >"$TMP/a.in"
prints e "^hold a sys"
kill -TERM $MEMBER
wait $MEMBER || fail "the member ended with $?"
[ ! -e "$TMP/member.sock" ] || fail "its socket is left"

echo "# corosync is wanted and not there: better than nothing"
vfield-member --run-dir "$TMP" --listen none --corosync yes --ready-fd 3 \
	3>"$TMP/ready" 2>>"$TMP/member.log" &
MEMBER=$!
wait_for 10 test -s "$TMP/ready"
probe f "$PROBE" -s "$TMP/member.sock" -n f -i sys=1000:7
forget a
prints a "^hold f sys 7"
wait_for 20 grep -q 'corosync: it does not answer: this node is in no group' \
	"$TMP/member.log"
kill -TERM $MEMBER
wait $MEMBER || fail "the member ended with $?"
