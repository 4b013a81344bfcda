#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Bytes that nbdkit sends to the network are counted, those for other nodes and
# those for plain clients apart.  `vfield status` and the export /stats show the
# counts, and nbdkit's death loses none of them.
. "$(dirname "$0")/lib.sh"
need jq

make_image "$TMP/image" 9000000
node_start 1 serve --image "$TMP/image"
status_is 1 '.served_bytes == 0' || fail "at first: $(status 1)"
sum_tcp 1 image >/dev/null
status_is 1 '.served.clients.bytes == 9000000 and
	.served.clients.connections >= 1 and .served.peers.bytes == 0' ||
	fail "a plain client: $(status 1)"
node_start 2 join 127.0.0.1
wait_for 60 node_complete 2
status_is 1 '.served.peers.bytes >= 9000000 and
	.served.clients.bytes == 9000000 and
	.served_bytes == .served.peers.bytes + 9000000' ||
	fail "a node: $(status 1)"
vfield status --run-dir "$TMP/n1" | grep -q '^served ' || fail "not shown"

# Requests that nbdkit sends to the router do not count as a client's.
node_start 3 join 127.0.0.1 --no-fill
sum_tcp 3 image >/dev/null
status_is 3 '.clients.requests == 0 and .clients.relay_requests > 0' ||
	fail "nbdkit is a client: $(status 3)"
nbdcopy "$(uri_sock 3)" null:
status_is 3 '.clients.requests > 0' || fail "a client is none: $(status 3)"

# stats CONDITION: fails the test unless /stats is 1024 bytes of JSON of which
# jq's CONDITION is true.
stats() {
	nbdcopy "$(uri_tcp 1 /stats)" - >"$TMP/stats"
	[ "$(wc -c <"$TMP/stats")" -eq 1024 ] || fail "$(wc -c <"$TMP/stats") bytes"
	json_is "$1" <"$TMP/stats" || fail "/stats: $(cat "$TMP/stats")"
}
stats '.stats == 1 and .served.clients.bytes == 9000000'

kill -KILL "$(node_child 1 nbdkit)"
again() {
	nbdinfo --size "$(uri_tcp 1 image)"
}
wait_for 20 again
status_is 1 '.served.clients.bytes == 9000000' || fail "forgotten: $(status 1)"
