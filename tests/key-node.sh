#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node shows its member the key of its id.  It has its place back at once from a
# connection that is dead, from a stranger, too; and nobody without the key takes
# the place from it, whatever he says.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/member.subr"
need python3

vfield-member --run-dir "$TMP" --listen 127.0.0.1 --corosync no \
	--verbose >>"$TMP/member.log" 2>&1 &
wait_for 10 test -S "$TMP/member.sock"
mkdir "$TMP/key"
probe w "$PROBE" -s "$TMP/member.sock" -n w
# node NAME [ADDRESS]: a node with the key, at ADDRESS.
node() {
	probe "$1" "$PROBE" -c 127.0.0.1 -n "$1" -K "$TMP/key" \
		-a "${2:-192.0.2.1}"
}
node a
prints w "^node a "
[ "$(stat -c %a "$TMP/key/node.key")" = 600 ] || fail "others read the key"
uuid=$(sed -n 's/^node a \([^ ]*\) .*/\1/p' "$TMP/w.out" | head -n 1)

# stranger HOW: announces the node, from 192.0.2.66, and prints "closed" once it is
# refused, or "in" once it has its place, which it keeps.  HOW says what it shows.
cat >"$TMP/stranger.py" <<'END'
import os, socket, struct, sys, uuid
how, node = sys.argv[1], uuid.UUID(sys.argv[2]).bytes

def frame(kind, body):
    return struct.pack(">IB", len(body), kind) + body

def address(last, port):
    return bytes(10) + b"\xff\xff" + bytes([192, 0, 2, last]) + struct.pack(
        ">H", port)

s = socket.create_connection(("127.0.0.1", 10810))
s.settimeout(60)
s.sendall(frame(1, struct.pack(">IB", 2, 0)))
if how not in ("old", "unasked"):
    s.sendall(frame(4, b"vfrange\0" + struct.pack(">II", 2, 5)))
left = b""
def frames():
    global left
    while True:
        while len(left) < 5 or len(left) < 5 + struct.unpack(">I", left[:4])[0]:
            try:
                more = s.recv(65536)
            except ConnectionError:
                more = b""
            if not more:
                print("closed", flush=True)
                sys.exit()
            left += more
        n = struct.unpack(">I", left[:4])[0]
        kind, body, left = left[4], left[5:5 + n], left[5 + n:]
        yield kind, body
def say(data):
    try:
        s.sendall(data)
    except ConnectionError:
        pass
if how == "wrong":
    for kind, body in frames():
        if kind == 12:
            break
    say(frame(13, os.urandom(32) + address(66, 10809) + bytes(10) +
        b"\xff\xff\x7f\0\0\1" + struct.pack(">H", 10810) + os.urandom(64)))
if how == "unasked":
    say(frame(13, os.urandom(132)))
say(frame(2, struct.pack(">H", 9) + node + b"\1x" + address(66, 10809) +
    struct.pack(">HBQIQQB", 0, 2, 1, 0, 0, 0, 0)))
say(frame(6, b""))
for kind, body in frames():
    if kind == 7:
        print("in", flush=True)
END
stranger() {
	python3 "$TMP/stranger.py" "$1" "$uuid"
}

echo "# strangers are refused, whatever version they speak and whatever they show"
forget w
for how in old new wrong unasked old new wrong; do
	[ "$(stranger $how)" = closed ] || fail "$how: it was let in"
done
printed w '192.0.2.66' && fail "a stranger was believed"
printed w '^gone a' && fail "a stranger has put the node out"
for words in 'a key, which it has not shown' 'node.s key is wrong' \
	'a key that it was not asked for'; do
	grep -q "closed: .*$words" "$TMP/member.log" ||
		fail "no '$words' in: $(cat "$TMP/member.log")"
done
grep -q ' has the id of ' "$TMP/a.log" && fail "the node was told of a twin"

echo "# the node comes back from a connection that is dead"
# A round in which the member has given the connection up before says nothing.
last=a
for b in b e f g h ''; do
	[ -n "$b" ] || fail "it waits until the connection is given up"
	forget w
	kill -STOP "$(probe_pid $last)" # its connection stays, and is silent
	from=$(date +%s%N)
	node $b
	prints w "^node $b .* 192.0.2.1:10809"
	echo "after $((($(date +%s%N) - from) / 1000000)) ms"
	stopped=$last
	last=$b
	! grep -q "($stopped): closed: it is silent" "$TMP/member.log" || continue
	printed w '^gone' && fail "the node was gone in between"
	kill -KILL "$(probe_pid $stopped)"
	break
done

echo "# a copy of its key, at another address, does not get its place"
node c 192.0.2.3
says_copy() {
	grep -q '(c): closed: another connection speaks for its node: '"$b at" \
		"$TMP/member.log"
}
wait_for 20 says_copy
printed w '^node c' && fail "the copy has the place"
kill -KILL "$(probe_pid c)"

echo "# who has left it to a stranger has it back"
echo quit >"$TMP/$b.in"
prints w '^gone'
stranger new >"$TMP/stranger.out" &
prints w '^node x .*192.0.2.66'
forget w
node d
prints w '^node d .* 192.0.2.1:10809'
wait_for 20 grep -q closed "$TMP/stranger.out"
exit 0
