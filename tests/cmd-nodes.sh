#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Commands that show nodes take ranges, groups of the site and exclusions; a name
# that nobody has, a group that is none and a set that is empty are errors that
# name the word.
. "$(dirname "$0")/lib.sh"
need jq

make_image "$TMP/image" 1000000
mkdir "$TMP/site"
printf '[seat]\nhosts = n[2-3],shelf7\n' >"$TMP/site/hosts"
node_start 1 serve --image "$TMP/image"
node_start 2 join 127.0.0.1
wait_for 20 node_knows 1 2
set -- --run-dir "$TMP/n1" --site "$TMP/site"

# names NODES: prints the names of the nodes that are listed, and then those of
# the hosts that are absent.
names() {
	vfield node list --json "$@" | jq -r \
		'([.nodes[].name] | sort | join(" ")) + ";" + (.absent | join(" "))'
}

# refused STATUS PATTERN COMMAND...: fails unless COMMAND fails so.
refused() {
	wanted=$1 pattern=$2 rc=0
	shift 2
	"$@" >"$TMP/out" 2>"$TMP/err" || rc=$?
	cat "$TMP/err"
	[ $rc -eq "$wanted" ] || fail "$*: status $rc, not $wanted"
	grep -q -e "$pattern" "$TMP/err" || fail "$*: does not say $pattern"
}

is() {
	[ "$2" = "$3" ] || fail "$1: '$2', not '$3'"
}

is range "$(names 'n[1-2]' "$@")" 'n1 n2;'
is group "$(names '@seat!n3' "$@")" 'n2;shelf7'
is all "$(names '@all!n2' "$@")" 'n1;'
is rest "$(names '!@seat' "$@")" 'n1;'
vfield node list n2,shelf7 "$@" | tee "$TMP/out"
grep -q '^  n2 ' "$TMP/out" && ! grep -q '^> n1 ' "$TMP/out" ||
	fail "another node"
grep -q 'shelf7 is no node now' "$TMP/out" || fail "shelf7 is not said"

vfield map n2 "$@" | tee "$TMP/out"
grep -q '^  n2 ' "$TMP/out" && ! grep -q '^> n1 ' "$TMP/out" ||
	fail "map: another node"
vfield map --json n2 "$@" | json_is '[.images[].nodes[].name] == ["n2"]' ||
	fail "map --json"

for command in 'node list' map; do
	# shellcheck disable=SC2086 # split on purpose
	{
		refused 1 ': there is no node shelf1 (shelf7?)' \
			vfield $command shelf1 "$@"
		refused 1 'there is no node printer$' vfield $command printer "$@"
		refused 1 '@seats: no such group' vfield $command @seats "$@"
		refused 1 'n2!@seat: no machine is meant' \
			vfield $command 'n2!@seat' "$@"
		refused 1 "\[1-2: ']' is missing" vfield $command 'n[1-2' "$@"
		refused 2 'nodes, such as' vfield $command n1 n2 "$@"
	}
done
refused 1 'there is no site in' vfield node list @seat --run-dir "$TMP/n1" \
	--site "$TMP/none"
refused 1 'n4: the site has no such host (n2?)' vfield host list n4 \
	--site "$TMP/site"
refused 1 'n2!@seat: no host is meant' vfield host show 'n2!@seat' \
	--site "$TMP/site"
