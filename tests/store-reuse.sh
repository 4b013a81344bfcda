#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The next run uses a store on disk again, after checking its chunks.  If a
# chunk or the map is damaged, the chunks concerned count as missing.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 16000000
id=$(vfield image create "$image")
want=$(sum_file "$image")
node_start 1 serve --image "$image"

join() {
	node_start 2 join 127.0.0.1 --store-dir "$TMP/store"
}

join
check_sum "at first" "$(sum_sock 2)" "$want"
wait_for 60 node_complete 2
node_stop 2
[ -s "$TMP/store/$id/data" ] || fail "the store is gone"

join
check_sum "again" "$(sum_sock 2)" "$want"
status_is 2 '.chunks.fetched == 0' || fail "fetched: $(status 2)"
node_kill 2

join
check_sum "after a kill" "$(sum_sock 2)" "$want"
status_is 2 '.chunks.fetched == 0' || fail "fetched: $(status 2)"
node_stop 2

# Damages some bytes of chunk 5.
printf 'damage' | dd of="$TMP/store/$id/data" bs=1 seek=$((5 * 131072 + 77)) \
	conv=notrunc status=none
cmp -s "$image" "$TMP/store/$id/data" && fail "nothing is damaged"
join
check_sum "with a damaged chunk" "$(sum_sock 2)" "$want"
check_sum "with a damaged chunk, network" "$(sum_tcp 2)" "$want"
status_is 2 '.chunks.fetched == 1' || fail "fetched: $(status 2)"
node_stop 2

for damage in short long random empty gone; do
	map=$TMP/store/$id/map
	case $damage in
	short) truncate -s 10 "$map" ;;
	long) truncate -s +4096 "$map" ;;
	random) head -c "$(stat -c %s "$map")" /dev/urandom >"$map" ;;
	empty) : >"$map" ;;
	gone) rm "$map" ;;
	esac
	join
	check_sum "map: $damage" "$(sum_sock 2)" "$want"
	check_sum "map: $damage, network" "$(sum_tcp 2)" "$want"
	wait_for 60 node_complete 2
	node_stop 2
done

truncate -s 1000000 "$TMP/store/$id/data"
join
check_sum "data that was cut" "$(sum_sock 2)" "$want"
node_stop 2
head -c 500 /dev/urandom >"$TMP/store/$id/manifest"
join
check_sum "a damaged manifest" "$(sum_sock 2)" "$want"
