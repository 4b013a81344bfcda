#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Nodes with the same name are different nodes to each other.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 9000000
want=$(sum_file "$image")
node_start 1 serve --image "$image" --name twin
node_start 2 join 127.0.0.1 --name twin
node_start 3 join 127.0.0.1 --name twin --store 2M
for n in 1 2 3; do
	wait_for 20 node_knows $n 3
done
for n in 3 2 1; do
	check_sum "node $n" "$(sum_sock $n)" "$want"
done
[ "$(status_get 3 '[.peers[].name] | join(" ")')" = "twin twin" ] ||
	fail "$(status 3)"
