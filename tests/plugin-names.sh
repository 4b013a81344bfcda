#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Export names come from outside and may be hostile: a name means one of the
# plugin's exports, or the client is refused.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/plugin.subr"

image=$TMP/image
make_image "$image" 10000
ID=$("$STORETOOL" manifest "$image" "$image.vfm" good 4096)
mkdir "$TMP/store" "$TMP/secret"
"$STORETOOL" put "$TMP/store" "$image" "$image.vfm" 0-2
"$STORETOOL" put "$TMP/secret" "$image" "$image.vfm" 0-2
echo secret >"$TMP/secret/view"

# The script exits with 0 if all good names and no bad name are accepted.
cat >"$TMP/try" <<'END'
import nbd, sys
uri, ident = sys.argv[1:3]
good = ["", "good", ident, "/held", "good/held", "good/line", "/manifest", "good/manifest",
        ident + "/manifest", ident.upper()]
bad = ["..", ".", "/", "//", "../store", "../../etc/passwd", "../secret",
       "names", "names/good", "default", "good/", "/good", "good/held/held",
       "good/held/", "a/b/c", "../held", "..%2f..", "./good", "good ",
       " good", "good\n", "good\nheld", "\x1b[31mgood", "g\u00f6\u00f6d",
       ".good", "-good", "map", "view", "//view", "/view/",
       "/view/held", "%s%s%s%n", "*", "$(id)", "held", "manifest", "/Held",
       ident[:-1], ident + "0", ident[:-1] + "g", "f" * 64, "a" * 65,
       "a" * 64 + "/held", "a" * 4096, "/" * 4096, "../" * 1365,
       ident + "/" + ident, "good/map", "good/data", ident + "/data"]

def accepted(name):
    h = nbd.NBD()
    h.set_export_name(name)
    try:
        h.connect_unix(uri)
        return True
    except nbd.Error:
        return False

wrong = [n for n in good if not accepted(n)] + [n for n in bad if accepted(n)]
print(wrong)
sys.exit(bool(wrong))
END

check() {
	timeout 100 env LC_ALL=C.UTF-8 "$PYTHON" "$TMP/try" "$TMP/$1.sock" "$ID" ||
		fail "names of $1"
	expect "$1 still serves" "$(sum_uri "$(uri "$1" good)")" \
		"$(sum_file "$image")"
}

server_start node "$PLUGIN" store="$TMP/store" router="$TMP/none"
check node
server_stop $SERVER
server_start plain "$PLUGIN" image="$image"
check plain

# For names that are not text, or longer than the protocol allows, nbdkit
# refuses the option or closes the connection, and lives.
"$PYTHON" - "$TMP/plain.sock" <<'END' || fail "not even a name"
import socket, struct, sys
bodies = [b"a" * 4097, b"a" * 65535, b"a" * 65536, b"a" * (1 << 20),
          b"\xff\xfe", b"\0\0", b"good\0/held"]
bodies = [(len(b) + 6, struct.pack(">I", len(b)) + b + b"\0\0")
          for b in bodies]
bodies += [(0xffffff00, b"a" * 4096), (6, b"\xff\xff\xff\xff\0\0"),
           (0, b""), (3, b"\0\0\0")]
for length, body in bodies:
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(sys.argv[1])
    s.recv(18, socket.MSG_WAITALL)
    s.sendall(struct.pack(">I", 3))
    try:
        s.sendall(b"IHAVEOPT" + struct.pack(">II", 7, length) + body)
        s.shutdown(socket.SHUT_WR)
        while s.recv(4096):
            pass
    except ConnectionError:
        pass
    s.close()
END
check plain
server_stop $SERVER
! grep -q '[^[:print:][:space:]]' "$TMP/node.log" ||
	fail "the log repeats what clients send"
echo "names: right"
