#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Peers that serve a reader are killed: there is no error and no wrong byte
# while one copy lives, and a peer that comes back is used again.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 16000000
vfield image create "$image"
node_start 1 serve --image "$image"
node_start 2 serve --image "$image" --peer 127.0.0.1 --member 127.0.0.1
node_start 3 join 127.0.0.1
node_start 4 join 127.0.0.1 --store 2M
wait_for 20 node_knows 4 4
wait_for 60 node_complete 3

reader_start "$(uri_sock 4)" "$image"
reader_reads 16000000
for victim in 2 3 2 3 1 2 3 1; do
	node_kill $victim
	reader_reads 16000000
	case $victim in
	1) node_start 1 serve --image "$image" ;;
	2) node_start 2 serve --image "$image" --peer 127.0.0.1 --member 127.0.0.1 ;;
	3) node_start 3 join 127.0.0.1 && wait_for 60 node_complete 3 ;;
	esac
	peer_used 4 $victim
	echo "node $victim was killed, came back and is used"
done

# Two of the three peers are killed at once.
node_kill 2
node_kill 3
reader_reads 32000000
reader_stop
