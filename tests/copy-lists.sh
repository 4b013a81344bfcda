#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Lists of jobs that follow each other at once.  A machine that reads a list
# which no machine has any more goes on to the newer one; and vfield fetch ends
# when no byte comes, or when the word names another image.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"
need mksquashfs unsquashfs

copy() { # FILE NODES:PATH
	vfield copy --job --run-dir "$TMP/n2" --state "$TMP/state" \
		--key "$TMP/keys" "$@" >"$TMP/out" 2>"$TMP/said" ||
		fail "$(cat "$TMP/said")"
}

list_of() { # N: prints the id of the list in force
	vfield status --word jobs --run-dir "$TMP/n$1"
}

is_listed() { # N ID
	[ "$(list_of "$1")" = "$2" ]
}

knows() { # N ID
	vfield status --json --run-dir "$TMP/n$1" |
		json_is "any(.images[]; .id == \"$2\")"
}

has() { # PATH FILE
	cmp -s "$TMP/node1$1" "$2"
}

# running PATTERN: prints the processes of node 1 that match
running() {
	pgrep -s "$(node_pid 1)" -f "$1"
}

make_image "$TMP/image" 3000000
make_image "$TMP/one" 300000
make_image "$TMP/two" 200000
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
node_start 2 serve --image "$TMP/image" --trust "$trust"
vfield image default image --run-dir "$TMP/n2" --key "$TMP/keys" >/dev/null
printf '[room]\nhosts = node1, node3\ncopy_to = /srv\n' >"$SITE/hosts"
vfield site publish --site "$SITE" --state "$TMP/state" --key "$TMP/keys" \
	--run-dir "$TMP/n2" >/dev/null 2>"$TMP/said" || fail "$(cat "$TMP/said")"
system node1
# node 1 has of a list what it reads
node_start 1 join 127.0.0.2 --no-fill --trust "$trust" --agent \
	--agent-option=--root --agent-option="$TMP/node1" \
	--agent-option=--host --agent-option=node1
copy "$TMP/one" node1:/srv/one
wait_for 60 has /srv/one "$TMP/one"

echo "# a list whose machine is silent, and then has it no more"
wait_for 20 running 'vfield.* agent'
agent=$(running 'vfield.* agent' | head -n 1)
kill -STOP "$agent"
copy "$TMP/one" node3:/srv/one
older=$(list_of 2)
wait_for 20 is_listed 1 "$older"
wait_for 20 knows 1 "$older"
server=$(node_child 2 nbdkit)
kill -STOP "$server"
kill -CONT "$agent"
wait_for 20 running "fetch .*$older"
echo "# (another list, while the machine waits for this one)"
vfield copy --job --run-dir "$TMP/n2" --state "$TMP/state" --key "$TMP/keys" \
	"$TMP/two" node1:/srv/two >"$TMP/out" 2>"$TMP/said" &
copy=$!
wait_for 20 ended "$copy"
wait "$copy" || fail "$(cat "$TMP/said")"
wait_for 20 is_listed 1 "$(list_of 2)"
kill -CONT "$server"
wait_for 20 has /srv/two "$TMP/two"

echo "# fetch ends when no byte comes, and by the word"
gives_up() { # TEXT OPTION...
	text=$1
	shift
	! timeout 60 vfield fetch --run-dir "$TMP/n1" "$@" "$TMP/got" \
		2>"$TMP/said" || fail "it has got it"
	grep -q "$text" "$TMP/said" || fail "$(cat "$TMP/said")"
	[ ! -e "$TMP/got" ] || fail "something was left"
}
vfield image add --run-dir "$TMP/n2" "$TMP/one" >/dev/null 2>"$TMP/said"
id=$(image_id "$TMP/one.vfm")
wait_for 20 knows 1 "$id"
gives_up 'the word on jobs names another' --word jobs "$id"
kill -STOP "$server"
gives_up 'no byte has come for 2 s' --silence 2 "$id"
kill -CONT "$server"
vfield fetch --run-dir "$TMP/n1" --silence 60 --word none "$id" "$TMP/got" \
	2>"$TMP/said" || fail "$(cat "$TMP/said")"
cmp "$TMP/got" "$TMP/one" || fail "it differs"
