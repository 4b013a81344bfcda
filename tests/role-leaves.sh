#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A site that takes a role from its holder and the role's plugin as well still has
# the plugin's hook `stop' run there, before the plugin's files go; the same where
# it takes the plugin alone, and where the agent is killed meanwhile.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/site.subr"
. "$TOP/tests/role.subr"

# takes MACHINE LINES: has the site give its host these lines, and waits until
# `stop' was run there
takes() {
	printf '[node%d]\n%s\n' "$1" "$2" >>"$SITE/hosts"
	publish
	wait_for 60 stopped "$1"
	[ "$(cat "$TMP/node$1/etc/saw")" = "a file" ] ||
		fail "node$1: stop saw '$(cat "$TMP/node$1/etc/saw")'"
	wait_for 60 gone "$1"
}

gone() {
	[ ! -e "$TMP/node$1/etc/file" ]
}

room 3 log
echo 'a file' >"$SITE/plugins/role-test/root/etc/file"
cat >>"$SITE/plugins/role-test/role" <<'END'
[ "$1" != stop ] || cat /etc/file >/etc/saw
END
publish
wait_for 60 held log
for i in 1 2 3; do
	wait_for 60 test -e "$TMP/node$i/etc/file"
done

echo "# role and plugin"
first=$(holder log)
wait_for 60 started "$first"
takes "$first" 'roles =
plugins ='
wait_for 60 elsewhere log "$first"
one_owner

echo "# the plugin alone"
second=$(holder log)
wait_for 60 started "$second"
takes "$second" 'plugins ='
wait_for 60 elsewhere log "$second"
one_owner

echo "# from a machine whose agent was stopped, and is killed"
third=$(holder log)
wait_for 60 started "$third"
agent=$(agent_of "$third")
kill -STOP "$agent"
printf '[node%d]\nroles =\nplugins =\n' "$third" >>"$SITE/hosts"
publish
kill -KILL "$agent"
wait_for 60 stopped "$third"
wait_for 60 gone "$third"
