#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node with --direct asks the seed for every chunk, as a plain NBD client
# does.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 16000000
vfield image create "$image"
want=$(sum_file "$image")
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1
wait_for 60 node_complete 2
node_start 3 join 127.0.0.1 --direct --store 1M
wait_for 20 node_knows 3 3
check_sum "direct" "$(sum_sock 3)" "$want"
check_sum "direct, network" "$(sum_tcp 3)" "$want"
status_is 3 '.bytes.seed >= 16000000 and .bytes.tree == 0 and
	.bytes.holder == 0' || fail "$(status 3)"
status_is 3 .node.direct || fail "the status does not say it"
[ "$(peer_bytes 3 2)" -eq 0 ] || fail "node 2 was asked"
