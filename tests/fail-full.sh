#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# There is no room for the store's chunks: the store holds fewer, and reads go
# on.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 24000000
vfield image create "$image"
want=$(sum_file "$image")
node_start 1 serve --image "$image"

twice() {
	check_sum "$1" "$(sum_sock "$2")" "$want"
	check_sum "$1, again" "$(sum_sock "$2")" "$want"
	check_sum "$1, from the network" "$(sum_tcp "$2")" "$want"
}

mount -o remount,size=8m /dev/shm
node_start 7 join 127.0.0.1 --store all
twice "little shared memory" 7
node_stop 7
mount -o remount,size=1g /dev/shm

mkdir "$TMP/small"
mount -t tmpfs -o size=6m tmpfs "$TMP/small"
at_exit "umount -l $TMP/small"
node_start 2 join 127.0.0.1 --store-dir "$TMP/small/store" --store 64M
twice "a disk of 6 MB" 2
head -c 100M /dev/zero >"$TMP/small/others" 2>/dev/null || :
twice "a disk that others have filled" 2
rm "$TMP/small/others"
twice "a disk with room again" 2

head -c 100M /dev/zero >"$TMP/small/others" 2>/dev/null || :
node_spawn 8 join 127.0.0.1 --store-dir "$TMP/small/store8" --store 64M
wait_for 20 grep -q "image image: not taken: No space left" "$TMP/n8/log"
rm "$TMP/small/others"
node_wait 8
twice "a disk that had no room for an image at all" 8
node_stop 8

node_start 3 join 127.0.0.1 --store 1M
twice "a budget of 8 chunks" 3
status_is 3 '.store.used <= .store.budget' || fail "over the budget: $(status 3)"

node_start 4 join 127.0.0.1 --store 64K
twice "a budget of less than a chunk" 4
node_start 5 join 127.0.0.1 --store 0
twice "no budget at all" 5
node_start 6 join 127.0.0.5 --store 1M
twice "by way of one that keeps nothing" 6
