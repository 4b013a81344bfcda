#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Peers answer with wrong bytes, errors, too few bytes, nonsense or not at all.
# Chunks that fail their hash are neither given to a reader nor stored.
. "$(dirname "$0")/lib.sh"
need jq nbdkit

image=$TMP/image
make_image "$image" 16000000
make_image "$TMP/other" 16000000
head -c 7000000 "$image" >"$TMP/short"
id=$(vfield image create "$image")
want=$(sum_file "$image")
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1 --store-dir "$TMP/store2"
wait_for 60 node_complete 2
node_start 3 join 127.0.0.1 --store 2M
wait_for 20 node_knows 3 3

# The data in node 2's store changes without the node's knowledge.
dd if="$TMP/other" of="$TMP/store2/$id/data" conv=notrunc status=none
check_sum "one copy is all wrong" "$(sum_sock 3)" "$want"
status_is 3 '.chunks.hash_failures > 0' || fail "nothing was noticed"
status_is 3 '[.peers[].bad_hashes] | add > 0' || fail "nobody is to blame"

# impostor CMD...: runs the server CMD at node 2's address, which others take
# for node 2.
impostor() {
	[ -z "${IMPOSTOR-}" ] || {
		kill -KILL "$IMPOSTOR" || : # aborted by itself: see fail-slow
		wait "$IMPOSTOR" || :
	} 2>/dev/null
	"$@" >>"$TMP/impostor.log" 2>&1 &
	IMPOSTOR=$!
	wait_for 10 sh -c "ss -Hltn src 127.0.0.2:10809 | grep -q ."
}

hostile() {
	what=$1
	shift
	impostor "$@"
	# Node 3 starts anew, so that it has no opinion of this peer yet.
	node_stop 3
	node_start 3 join 127.0.0.1 --store 2M
	check_sum "$what" "$(sum_sock 3)" "$want"
	check_sum "$what, once more" "$(sum_tcp 3)" "$want"
}

server=$(node_child 2 nbdkit)
kill -STOP "$(node_pid 2)"
kill -KILL "$server"
wait_for 10 ended "$server"
proxy="$PYTHON $TOP/tests/proxy.py 127.0.0.2 10809"
nbdkit -U "$TMP/good.sock" file "$image"
hostile "another image" nbdkit -f -i 127.0.0.2 file "$TMP/other"
hostile "an error now and then" nbdkit -f -i 127.0.0.2 --filter=error \
	file "$image" error-rate=30%
hostile "always an error" nbdkit -f -i 127.0.0.2 --filter=error \
	file "$image" error=EIO error-rate=100%
hostile "a short image" nbdkit -f -i 127.0.0.2 file "$TMP/short"
hostile "an empty image" nbdkit -f -i 127.0.0.2 null
# shellcheck disable=SC2086 # split on purpose
{
	hostile "nonsense" $proxy garbage
	hostile "silence" $proxy silent
	hostile "a handshake and silence" $proxy deaf "$TMP/good.sock" 600
	hostile "an end amid a reply" $proxy cut "$TMP/good.sock" 200000
}

# Node 3 has stored no wrong chunk.
node_stop 3
node_start 3 join 127.0.0.1 --store 2M
check_sum "at the end" "$(sum_sock 3)" "$want"
