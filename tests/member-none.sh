#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The machine of the only member is gone.  A newcomer that asks a machine that
# stays hears which image is the default, signed or not, and which site is in
# force.
. "$(dirname "$0")/lib.sh"
need jq mksquashfs

make_image "$TMP/base" 3000000
make_image "$TMP/other" 2000000
for name in base other; do
	vfield image create "$TMP/$name" >/dev/null
done
other=$(image_id "$TMP/other.vfm")
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
mkdir "$TMP/site"
printf '[room]\nhosts = node[1-3]\n' >"$TMP/site/hosts"

default_is() { # NODE ID
	[ "$(vfield image default --run-dir "$TMP/n$1")" = "$2" ]
}

complete() { # NODE: it holds all of two images, or three with the site
	status_is "$1" '[.images[] | select(.complete)] | length >= 2'
}

alone() { # NODE: no member answers it
	status_is "$1" '.membership.peer == null'
}

echo "# signed"
node_start 1 serve --image "$TMP/base" --image "$TMP/other" --trust "$trust"
vfield image default other --key "$TMP/keys" --run-dir "$TMP/n1" >/dev/null
node_start 2 join 127.0.0.1 --trust "$trust"
site=$(vfield site publish --site "$TMP/site" --state "$TMP/state" \
	--key "$TMP/keys" --run-dir "$TMP/n1" 2>"$TMP/said") ||
	fail "$(cat "$TMP/said")"
wait_for 30 status_is 2 '[.images[] | select(.complete)] | length == 3'
wait_for 10 default_is 2 "$other"
node_kill 1
wait_for 30 alone 2
node_start 3 join 127.0.0.2 --trust "$trust"
wait_for 20 default_is 3 "$other"
wait_for 20 status_is 3 '[.authority.words[] | .subject] | sort ==
	["default", "site"]'
wait_for 20 status_is 3 '[.images[] | select(.id == $id and .complete)] != []' \
	--arg id "$site"
check_sum "the default image" "$(sum_sock 3)" "$(sum_file "$TMP/other")"
node_kill 2
node_kill 3

echo "# open"
rm -r "$TMP"/n[123]
node_start 1 serve --image "$TMP/base" --image "$TMP/other"
node_start 2 join 127.0.0.1
vfield image default other --run-dir "$TMP/n1" >/dev/null
wait_for 10 default_is 2 "$other"
wait_for 30 complete 2
node_kill 1
wait_for 30 alone 2
node_start 3 join 127.0.0.2
wait_for 20 default_is 3 "$other"
check_sum "the default image" "$(sum_sock 3)" "$(sum_file "$TMP/other")"
