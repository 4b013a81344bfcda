#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A peer resets each connection after some bytes: reads are right all the same.
. "$(dirname "$0")/lib.sh"
need jq nbdkit

image=$TMP/image
make_image "$image" 16000000
vfield image create "$image"
want=$(sum_file "$image")
node_start 1 serve --image "$image"
node_start 2 serve --image "$image" --peer 127.0.0.1 --member 127.0.0.1
node_start 3 join 127.0.0.1 --store 2M
wait_for 20 node_knows 3 3

server=$(node_child 2 nbdkit)
kill -STOP "$(node_pid 2)"
kill -KILL "$server"
wait_for 10 ended "$server"
nbdkit -U "$TMP/good.sock" file "$image"
for bytes in 1 300 100000 1000000; do
	"$PYTHON" "$TOP/tests/proxy.py" 127.0.0.2 10809 reset \
		"$TMP/good.sock" $bytes >"$TMP/proxy.ready" &
	proxy=$!
	wait_for 10 test -s "$TMP/proxy.ready"
	for again in 1 2 3; do
		check_sum "reset after $bytes bytes, $again" "$(sum_sock 3)" "$want"
	done
	kill -KILL $proxy
	wait $proxy || :
	: >"$TMP/proxy.ready"
done
