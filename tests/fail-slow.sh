#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A peer is far slower than the other one: reads take longer, but are right.
. "$(dirname "$0")/lib.sh"
need jq nbdkit

image=$TMP/image
make_image "$image" 16000000
vfield image create "$image"
want=$(sum_file "$image")
node_start 1 serve --image "$image"
node_start 2 serve --image "$image" --peer 127.0.0.1 --member 127.0.0.1

server=$(node_child 2 nbdkit)
kill -STOP "$(node_pid 2)"
kill -KILL "$server"
wait_for 10 ended "$server"

slow() {
	what=$1
	shift
	nbdkit -f -i 127.0.0.2 -P "$TMP/slow.pid" "$@" &
	impostor=$!
	wait_for 10 test -s "$TMP/slow.pid"
	node_start 3 join 127.0.0.1 --store 2M
	check_sum "$what" "$(sum_sock 3)" "$want"
	check_sum "$what, again" "$(sum_sock 3)" "$want"
	node_stop 3
	# An nbdkit of version 1.32 may have aborted by itself when its client
	# hung up in the middle of a reply (raw_send_socket's assertion).
	kill -KILL $impostor 2>/dev/null || :
	wait $impostor || :
	rm "$TMP/slow.pid"
}

slow "1 Mbit/s" --filter=rate file "$image" rate=1M
slow "half a second a request" --filter=delay file "$image" rdelay=500ms
slow "a minute a request" --filter=delay file "$image" rdelay=60
