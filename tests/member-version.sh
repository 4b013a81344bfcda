#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node of another version of the membership's protocol is refused, both ways,
# and the log says so.
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
grep -q 'it speaks version 1 of the membership.s protocol, and this is 2' \
	"$TMP/member.log" || fail "no word of it: $(cat "$TMP/member.log")"
probe a "$PROBE" -s "$TMP/member.sock" -n a -i sys=1000:10
prints a "^peer $TMP/member.sock"

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
