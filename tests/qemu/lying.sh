#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A replica begins to lie while a machine boots from it: each byte of its store
# is changed.  The machine boots all the same and reads the right bytes, and its
# status counts the chunks that failed their hash, in all and by peer.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
need jq

boot_busybox_root "$TMP/root"
boot_busybox_image 24000000
id=$(vfield image create "$TMP/busybox.squashfs")

boot_network
boot_files "vfield.peer=$(bed_addr 2),$(bed_addr 1) vfield.debug test.status"
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs"
bed_wait_ready 1
bed_machine 2
bed_join 2 "$(bed_addr 1)" --store-dir "$TMP/store2"
bed_wait_ready 2
wait_for 60 bed_status_is 2 '.images[0] | .held == .nchunks'

flip() {
	tr '\000-\377' '\001-\377\000' <"$TMP/store2/$id/data" >"$TMP/flipped"
	dd if="$TMP/flipped" of="$TMP/store2/$id/data" conv=notrunc bs=1M \
		status=none
}

boot_on 1
boot_says 1 'vfield: V-FIELD'
flip
boot_says 1 'a node of the cluster'
boot_says 1 "PASS 1 $sum"
boot_says 1 '"hash_failures": *[1-9]'
boot_says 1 '"bad_hashes": *[1-9]'
passes=$(boot_count 1 "PASS .* $sum")
boot_says 1 "PASS .* $sum" $((passes + 2))
[ "$(boot_count 1 PASS)" -eq "$(boot_count 1 "PASS .* $sum")" ] ||
	fail "a pass has read something else"
[ "$(boot_count 1 READ-ERROR)" -eq 0 ] || fail "a read has failed"
[ "$(boot_count 1 'I/O error')" -eq 0 ] || fail "I/O errors"
