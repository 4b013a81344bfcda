#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A role: one of the hosts that the site names holds it, and has its address;
# whoever has it loses it with its process, and another takes it.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/site.subr"
. "$TOP/tests/role.subr"

echo "# one of three holds it, and answers at its address"
room 3 log
wait_for 60 held log
first=$(holder log)
bed_in "$first" ip -o addr show to "$ROLE_IP" | grep -q eth0 ||
	fail "n$first does not have the address"
for i in 1 2 3; do
	bed_in "$i" busybox ping -c 1 -W 5 -q "$ROLE_IP" >/dev/null ||
		fail "n$i does not reach the address"
done
[ "$(cat "$TMP/node$first/etc/role")" = start ] || fail "start was not run"

echo "# its agent is killed: another has it, and 'stop' is run here"
kill -KILL "$(agent_of "$first")"
wait_for 60 elsewhere log "$first"
second=$(holder log)
wait_for 60 stopped "$first"
one_owner

echo "# its keeper is killed, which takes the address with it"
kill -KILL "$(keeper_of "$second")"
wait_for 60 elsewhere log "$second"
one_owner

echo "# both are: nothing of the machine is left that could take it away"
third=$(holder log)
kill -STOP "$(supervisor_of "$third")"
kill -KILL "$(agent_of "$third")" "$(keeper_of "$third")"
wait_for 60 elsewhere log "$third"
one_owner
kill -CONT "$(supervisor_of "$third")"

echo "# what it has started dies"
fourth=$(holder log)
wait_for 60 started "$fourth"
echo dead >"$TMP/node$fourth/etc/role"
wait_for 60 elsewhere log "$fourth"
one_owner
