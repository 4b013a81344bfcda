#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Nodes that read one chunk after another at the same time stand in a line: each
# gets its chunks from the node that started before it, the first from the seed.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/line.subr"

line_begin 4 200
pids=
for n in 2 3 4; do
	read_slowly $n 200 &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || fail "a reader failed"
done

for n in 2 3 4; do
	got=$(($(peer_bytes $n $((n - 1))) / 131072))
	echo "node $n: $got of 200 chunks of the one before"
	[ $got -ge 150 ] || fail "that is too few: $(status $n |
		jq -c '[.peers[] | [.address, .bytes]]')"
done
