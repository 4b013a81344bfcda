#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Clients that are not ours read the right bytes: nbdinfo, nbdcopy, qemu-img and
# fio.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/nbd-server.subr"
need nbdinfo nbdcopy qemu-img fio jq

image=$TMP/image
make_image "$image" 50000001
sum=$(sum_file "$image")

check_clients() {
	u=$(uri toy)
	check_sum nbdcopy "$(sum_uri "$u")" "$sum"
	nbdcopy --connections=1 --requests=128 --request-size=4096 "$u" - |
		cmp - "$image" || fail "nbdcopy, 4096 bytes a request"
	nbdcopy --synchronous --request-size=33554432 "$u" "$TMP/copy"
	cmp "$image" "$TMP/copy" || fail "nbdcopy, 32 MiB a request"
	qemu-img compare -f raw -F raw "$u" "$image" || fail "qemu-img compare"
	qemu-img convert -m 16 -W -f raw -O raw "$u" "$TMP/copy"
	head -c 50000001 "$TMP/copy" | cmp - "$image" ||
		fail "qemu-img convert"
	fio --aux-path="$TMP" --name=r --ioengine=nbd --uri="$u" \
		--rw=randread --bsrange=1-1M --bs_unaligned --iodepth=32 \
		--size=40M --io_size=40M --output-format=json >"$TMP/fio" || fail "fio: $(cat "$TMP/fio")"
}

toy_start toy --exports 20 "$TMP/toy.sock" "$image"
check_clients
nbdinfo --json "$(uri toy toy)" | json_is '.exports[0] |
	."export-size" == 50000001 and .is_read_only and .can_multi_conn and
	.can_cache and .can_df and (.can_trim or .can_zero or .can_flush | not)
	and .block_size_minimum == 1 and .block_size_preferred == 131072 and
	.block_size_maximum == 33554432 and .contexts == ["base:allocation"]' ||
	fail "nbdinfo: $(nbdinfo --json "$(uri toy toy)")"
[ "$(nbdinfo --map "$(uri toy)" | tr -s ' ')" = " 0 50000001 0 data" ] ||
	fail "nbdinfo --map: $(nbdinfo --map "$(uri toy)")"
[ "$(nbdinfo --list --json "$(uri toy)" | jq '.exports | length')" -eq 21 ] ||
	fail "nbdinfo --list"
nbdinfo "$(uri toy nothing)" && fail "an export that is none"
toy_stop toy $SERVER

toy_start toy --memory --chunk 4096 "$TMP/toy.sock" "$image"
check_clients
toy_stop toy $SERVER

toy_start toy --delay 1 --chunk 1048576 "$TMP/toy.sock" "$image"
check_sum "nbdcopy, late answers" "$(sum_uri "$(uri toy)")" "$sum"
toy_stop toy $SERVER

: >"$TMP/empty"
toy_start toy "$TMP/toy.sock" "$TMP/empty"
[ "$(nbdinfo --size "$(uri toy)")" = 0 ] || fail "size of an empty image"
toy_stop toy $SERVER
