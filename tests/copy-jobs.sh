#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield copy --job: the agents of the machines make a copy that a signed job
# orders, each once, also those that come later; below directories that the site
# allows alone, to which no link adds others.  A file that is there stays unless
# the job may replace it, and the failure is reported.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"
need mksquashfs unsquashfs

site_is() { # HOSTS-LINE
	printf '[room]\nhosts = node1, node3\n%s\n' "$1" >"$SITE/hosts"
	vfield site publish --site "$SITE" --state "$TMP/state" \
		--key "$TMP/keys" --run-dir "$TMP/n2" >/dev/null 2>"$TMP/said" ||
		fail "$(cat "$TMP/said")"
}

agent_start() { # N
	system "node$1"
	node_start "$1" join 127.0.0.2 --trust "$trust" --agent \
		--agent-option=--root --agent-option="$TMP/node$1" \
		--agent-option=--host --agent-option="node$1"
}

copy() { # FILE NODES:PATH [OPTION]...
	vfield copy --job --run-dir "$TMP/n2" --state "$TMP/state" \
		--key "$TMP/keys" "$@" >"$TMP/out" 2>"$TMP/said"
}

has() { # N PATH FILE
	cmp -s "$TMP/node$1$2" "$3"
}

hears() { # N JQ-CONDITION: of the machine's report, as another node hears it
	vfield node list --json --run-dir "$TMP/n2" |
		jq -e ".nodes[] | select(.name == \"n$1\").host | $2" >/dev/null
}

logged() { # N TEXT
	grep -q "$2" "$TMP/n$1/log"
}

make_image "$TMP/image" 3000000
make_image "$TMP/one" 5000000
make_image "$TMP/two" 1000000
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
node_start 2 serve --image "$TMP/image" --trust "$trust"
vfield image default image --run-dir "$TMP/n2" --key "$TMP/keys" >/dev/null
site_is 'copy_to = /scratch/data, /srv'
agent_start 1

! copy "$TMP/one" 'node1:/scratch/../etc/passwd' || fail "a path of .."
grep -q 'no path that a job can have' "$TMP/said" || fail "$(cat "$TMP/said")"
copy "$TMP/one" 'node[1,3]:/scratch/data/sub/' || fail "$(cat "$TMP/said")"
grep -q '^job [0-9]*: 2 machines copy it within 24 hours' "$TMP/out" ||
	fail "$(cat "$TMP/out")"
wait_for 60 has 1 /scratch/data/sub/one "$TMP/one"

echo "# one that comes later"
agent_start 3
wait_for 60 has 3 /scratch/data/sub/one "$TMP/one"

echo "# once"
wait_for 30 test -s "$TMP/node1/scratch/data/sub/.one.copied"
echo mine >"$TMP/node1/scratch/data/sub/one"
copy "$TMP/two" 'node1:/srv/two' || fail "$(cat "$TMP/said")"
wait_for 60 has 1 /srv/two "$TMP/two"
[ "$(cat "$TMP/node1/scratch/data/sub/one")" = mine ] || fail "made twice"

echo "# a note that a user has made"
echo 9223372036854775807 >"$TMP/node1/srv/.three.copied"
chown 1000 "$TMP/node1/srv/.three.copied"
ln "$TMP/node1/srv/.two.copied" "$TMP/node1/srv/.four.copied"
for name in three four; do
	copy "$TMP/two" node1:/srv/$name || fail "$(cat "$TMP/said")"
	wait_for 60 has 1 /srv/$name "$TMP/two"
done
noted() { [ "$(stat -c '%a %u' "$TMP/node1/srv/.three.copied")" = '600 0' ]; }
wait_for 20 noted

echo "# a file that is there"
copy "$TMP/two" 'node1:/scratch/data/sub/one' || fail "$(cat "$TMP/said")"
wait_for 60 logged 1 '/scratch/data/sub/one: job [0-9]* has not made it'
[ "$(cat "$TMP/node1/scratch/data/sub/one")" = mine ] || fail "it was replaced"
wait_for 60 hears 1 '.failed == 1 and .text == "1 copies have failed"'
copy --force "$TMP/two" 'node1:/scratch/data/sub/one' || fail "$(cat "$TMP/said")"
wait_for 60 has 1 /scratch/data/sub/one "$TMP/two"

echo "# elsewhere"
mkdir "$TMP/node1/else"
ln -s /else "$TMP/node1/srv/link"
ln -s ../../else "$TMP/node1/srv/up"
copy "$TMP/two" 'node1:/else/two' || fail "$(cat "$TMP/said")"
wait_for 60 logged 1 '/else/two: not below what the site allows'
for link in link up; do
	copy "$TMP/two" "node1:/srv/$link/two" || fail "$(cat "$TMP/said")"
	wait_for 60 logged 1 "/srv/$link/two: job [0-9]* has"
done
[ -z "$(ls "$TMP/node1/else")" ] || fail "a path has left what is allowed"

echo "# taken back"
! copy --cancel node1:/srv/nothing || fail "there was no such job"
grep -q 'none of these machines has' "$TMP/said" || fail "$(cat "$TMP/said")"
! copy --cancel "$TMP/two" node1:/srv/two || fail "two operands"
copy "$TMP/two" 'node[1,3]:/other/two' || fail "$(cat "$TMP/said")"
copy --cancel node1:/other/two || fail "$(cat "$TMP/said")"
grep -qx '1 taken back' "$TMP/out" || fail "$(cat "$TMP/out")"

echo "# the site allows it"
site_is 'copy_to = /scratch/data, /srv, /else, /other'
wait_for 60 has 1 /else/two "$TMP/two"
wait_for 60 has 3 /other/two "$TMP/two"
[ ! -e "$TMP/node1/other/two" ] || fail "one that was taken back was made"
