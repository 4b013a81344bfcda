#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# What earlier runs have left is removed when its room is needed: chunks of an
# image that no node has any more, in a store directory that they fill; and
# stores in memory of nodes that were killed, but not those of nodes that live.
. "$(dirname "$0")/lib.sh"
need jq

make_image "$TMP/mem/old" 24000000
make_image "$TMP/mem/new" 24000000
mkdir "$TMP/disk"
mount -t tmpfs -o size=32m tmpfs "$TMP/disk"
at_exit 'umount -l "$TMP/disk"'
node_start 1 serve --image "$TMP/mem/old"
old=$(image_id "$TMP/mem/old.vfm")
node_start 2 join 127.0.0.1 --store-dir "$TMP/disk"
wait_for 60 node_complete 2
node_stop 2
node_stop 1
[ -s "$TMP/disk/$old/data" ] || fail "the store is gone"

node_start 1 serve --image "$TMP/mem/new"
node_start 2 join 127.0.0.1 --store-dir "$TMP/disk"
wait_for 60 node_complete 2
[ ! -e "$TMP/disk/$old" ] || fail "the old image lies there"
check_sum "the new image" "$(sum_sock 2)" "$(sum_file "$TMP/mem/new")"
node_stop 2

echo "# memory of who was killed"
stores() {
	ls -d /dev/shm/vfield-* | wc -l
}
node_start 3 join 127.0.0.1
wait_for 60 node_complete 3
[ "$(stores)" -eq 2 ] || fail "$(ls /dev/shm)"
node_kill 3
[ "$(stores)" -eq 2 ] || fail "$(ls /dev/shm)"
node_start 4 join 127.0.0.1
wait_for 60 node_complete 4
[ "$(stores)" -eq 2 ] || fail "$(ls /dev/shm)"
grep -q 'freed, .*its node was killed' "$TMP/n4/log" || fail "not said"
check_sum "who lives" "$(sum_sock 1)" "$(sum_file "$TMP/mem/new")"
# A node that was killed and comes back finds its own store.
node_kill 4
node_start 4 join 127.0.0.1
check_sum "who is back" "$(sum_sock 4)" "$(sum_file "$TMP/mem/new")"
status_is 4 '.chunks.fetched == 0' || fail "$(status_get 4 .chunks)"
