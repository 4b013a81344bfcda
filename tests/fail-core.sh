#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The only member dies: nodes keep the last view, and reads go on.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 16000000
vfield image create "$image"
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1
node_start 3 join 127.0.0.1 --store 2M
for n in 1 2 3; do
	wait_for 20 node_knows $n 3
done
wait_for 60 node_complete 2

reader_start "$(uri_sock 3)" "$image"
for again in 1 2 3; do
	member=$(node_child 1 vfield-member)
	kill -KILL "$member"
	reader_reads 16000000
	wait_for 30 status_is 3 '.membership.peer != null'
	wait_for 30 node_knows 3 3
	wait_for 30 node_knows 1 3
	[ "$(node_child 1 vfield-member)" != "$member" ] || fail "the same member"
	echo "the member died, $again"
done

# The whole core node dies, and does not come back.
node_kill 1
reader_reads 48000000
status_is 3 '.membership.nodes >= 2' || fail "$(status 3)"
wait_for 30 status_is 3 '.membership.peer == null'
reader_reads 48000000
reader_stop
