#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Some nodes stand in a line, each reading from the one before it, while others
# read all chunks in order by trees, in which the nodes stand in another order:
# no nodes wait for each other in a circle.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/line.subr"

line_begin 6 800
pids=
for n in 2 4 6; do
	read_slowly $n 100 3 &
	pids="$pids $!"
done
sleep 0.6 # the time in which all hear that they read
for n in 3 5; do
	(nbdcopy --connections=1 "$(uri_sock $n "$id")" - | cmp - "$TMP/image") &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || fail "a reader failed"
done
