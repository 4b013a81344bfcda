#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A user of the group "vfield" sees the status, and can do nothing else.  Other
# users see nothing.
. "$(dirname "$0")/lib.sh"
need jq setpriv

group=4711
cp /etc/group "$TMP/group"
sed -i '/^vfield:/d' "$TMP/group"
echo "vfield:x:$group:" >>"$TMP/group"
mount --bind "$TMP/group" /etc/group

make_image "$TMP/image" 1000000
node_start 1 serve --image "$TMP/image"

as() { # GROUP COMMAND...: runs the command as some user of that group
	as_group=$1
	shift
	setpriv --reuid 4321 --regid 4321 --groups "$as_group" --no-new-privs \
		"$@"
}

as $group vfield status --run-dir "$TMP/n1" >"$TMP/said" 2>&1 ||
	fail "the group does not see the status: $(cat "$TMP/said")"
grep -q '^node ' "$TMP/said" || fail "no status: $(cat "$TMP/said")"
[ "$(as $group vfield status --json --run-dir "$TMP/n1" | jq .node.id)" = \
	"$(status_get 1 .node.id | jq -R .)" ] || fail "another status"
as $group vfield status --check --run-dir "$TMP/n1" >"$TMP/said" ||
	fail "--check: $(cat "$TMP/said")"

for what in map "node list" "image default image" "image remove image"; do
	# shellcheck disable=SC2086 # some are two words
	! as $group vfield $what --run-dir "$TMP/n1" >"$TMP/said" 2>&1 ||
		fail "the group may do: $what"
	grep -q 'as root' "$TMP/said" || fail "$what: $(cat "$TMP/said")"
done

cat >"$TMP/ask.py" <<'END'
import socket, sys
s = socket.socket(socket.AF_UNIX)
try:
    s.connect(sys.argv[1])
except PermissionError:
    sys.exit("refused")
s.sendall(sys.argv[2].encode() + b"\n")
print(s.makefile().read())
END
chmod 644 "$TMP/ask.py"
ask() { # GROUP SOCKET LINE
	as "$1" "$PYTHON" "$TMP/ask.py" "$TMP/n1/$2" "$3" 2>&1
}
[ "$(ask $group status.ctl status | jq -r .node.id)" = \
	"$(status_get 1 .node.id)" ] || fail "status.ctl gives no status"
# every line of control.h
for line in map nodes "reads image" default "default image" "resolve image" \
	"word 00" "remove image" "remove force image" "add $TMP/image" group \
	"core 10810" "member 127.0.0.9:1" "status " ""; do
	[ "$(ask $group status.ctl "$line" | jq -r .error)" = \
		'this socket answers "status" alone' ] ||
		fail "status.ctl: $line: $(ask $group status.ctl "$line")"
done
for socket in router.ctl plugin.sock member.sock; do
	[ "$(ask $group $socket status)" = refused ] ||
		fail "the group may connect to $socket"
done

as $group ls "$(status_get 1 .store.dir)" >"$TMP/said" 2>&1 &&
	fail "the group sees the store"

[ "$(ask 4321 status.ctl status)" = refused ] || fail "others see the status"
! as 4321 vfield status --run-dir "$TMP/n1" >"$TMP/said" 2>&1 ||
	fail "others see the status"
grep -q 'or as one of the group vfield' "$TMP/said" ||
	fail "$(cat "$TMP/said")"
