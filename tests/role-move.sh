#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A role is moved by a signed word, to a host that can take it alone; it stays
# there.  A machine whose hook `can' says no, or that the site does not name,
# does not get it; an address that a stranger has is left to the stranger.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/site.subr"
. "$TOP/tests/role.subr"

# move HOST: by the administrator
move() {
	bed_vfield 1 role move log "$1" --key "$TMP/keys" >"$TMP/out" 2>&1
}

# refuses HOST TEXT
refuses() {
	! move "$1" || fail "the role was moved to $1"
	grep -q "$2" "$TMP/out" || fail "$(cat "$TMP/out")"
}

# waits N: whether N machines wait in the queue
waits() {
	[ "$(bed_vfield 1 role list --json |
		jq '.roles[0].waiting | length')" = "$1" ]
}

room 3 log
wait_for 60 held log
wait_for 60 waits 2

echo "# it is moved, and stays"
to=$((3 - $(holder log) % 2))
[ "$to" != "$(holder log)" ] || to=1
move "node$to" || fail "$(cat "$TMP/out")"
[ "$(holder log)" = "$to" ] || fail "n$(holder log) has it"
wait_for 60 started "$to"
one_owner
move "node$to" || fail "$(cat "$TMP/out")"
refuses node9 'it cannot take the role'
refuses node1x 'it cannot take the role'
! bed_vfield 1 role move lgo node1 >"$TMP/out" 2>&1 ||
	fail "a role that nobody has was moved"
grep -q 'no machine has that role' "$TMP/out" || fail "$(cat "$TMP/out")"
bed_vfield 1 role list >"$TMP/out"
grep -q "^log  *node$to  *$ROLE_IP  *node[1-3],node[1-3]\$" "$TMP/out" ||
	fail "$(cat "$TMP/out")"

echo "# the site takes it from its holder"
printf '[node%d]\nroles =\n' "$to" >>"$SITE/hosts"
publish
wait_for 60 elsewhere log "$to"
one_owner
refuses "node$to" 'it cannot take the role'

echo "# a hook takes another out"
other=$((6 - to - $(holder log)))
touch "$TMP/node$other/etc/role-cannot"
kill -KILL "$(agent_of "$other")"
wait_for 60 waits 0
refuses "node$other" 'it cannot take the role'

echo "# a stranger has the address"
last=$(holder log)
kill -KILL "$(agent_of "$last")"
ip addr add "$ROLE_IP/24" dev br0
says_blocked() {
	bed_vfield 1 role list | grep -q "its address is another machine's"
}
wait_for 60 says_blocked
[ -z "$(owners)" ] || fail "two have the address"
ip addr del "$ROLE_IP/24" dev br0
wait_for 60 held log
one_owner
