#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# All nodes that hold a chunk are gone: the read waits, the status names the
# chunks, its verdict is FAILED, and the read goes on when a node with the chunk
# is back.  With --io-timeout the read fails instead.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 16000000
vfield image create "$image"
want=$(sum_file "$image")
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1 --store 1M
node_start 3 join 127.0.0.1 --store 1M --io-timeout 2
wait_for 20 node_knows 2 3
node_kill 1

sum_sock 2 >"$TMP/sum" &
reader=$!
wait_for 30 status_is 2 '.images[0] | .waiting_reads > 0 and
	(.waiting_chunks | length > 0)'
# verdict: prints the exit status and the line of `vfield status --check` on
# node 2.
verdict() {
	rc=0
	said=$(vfield status --check --run-dir "$TMP/n2") || rc=$?
	echo "$rc $said"
}
# verdict_is PATTERN: returns 0 if the regular expression matches the verdict.
verdict_is() {
	verdict | grep -q "$1"
}
wait_for 20 verdict_is '^2 FAILED: .*[0-9]* reads* of image waits*'
verdict
! sum_uri "$(uri_sock 3)" 2>"$TMP/error" | grep "$want" ||
	fail "node 3 read what nobody has"
grep -qi 'error' "$TMP/error" || fail "node 3: $(cat "$TMP/error")"
! ended $reader || fail "the read of node 2 has not waited"
status_is 2 '.images[0].waiting_reads > 0' || fail "$(status 2)"

node_start 1 serve --image "$image"
wait_for 60 ended $reader
check_sum "node 2, when the holder was back" "$(cat "$TMP/sum")" "$want"
wait_for 10 status_is 2 '.images[0].waiting_reads == 0'
wait_for 60 verdict_is '^[01] '
check_sum "node 3, after its error" "$(sum_sock 3)" "$want"
