#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A peer hangs: first only its nbdkit, then all its processes; in the end the
# reader's own nbdkit, and the member.  Reads go on, and the peer is used again
# once it answers.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 16000000
vfield image create "$image"
node_start 1 serve --image "$image"
node_start 2 serve --image "$image" --peer 127.0.0.1 --member 127.0.0.1
node_start 3 join 127.0.0.1 --store 2M
wait_for 20 node_knows 3 3

reader_start "$(uri_sock 3)" "$image"
for victim in 2 1 2 1; do
	server=$(node_child $victim nbdkit)
	kill -STOP "$server"
	reader_reads 32000000
	kill -CONT "$server"
	peer_used 3 $victim
	echo "the server of node $victim hung"

	node_signal $victim STOP
	reader_reads 32000000
	node_signal $victim CONT
	wait_for 30 node_knows 3 3
	peer_used 3 $victim
	echo "node $victim hung"
done

kill -STOP "$(node_child 3 nbdkit)"
reader_reads 16000000
kill -CONT "$(node_child 3 nbdkit)"
kill -STOP "$(node_child 1 vfield-member)"
reader_reads 32000000
kill -CONT "$(node_child 1 vfield-member)"
wait_for 30 node_knows 3 3
reader_stop
