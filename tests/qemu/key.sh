#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Machines boot from a cluster with a key: one has the key on a stick, a vfat
# that is not written to, another from its console.  A third has none: it waits,
# and says what is missing.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
need mcopy

boot_busybox_root "$TMP/root"
boot_busybox_image 6000000
[ -n "${BOOT_INITRD-}" ] || {
	BOOT_INITRD=$TMP/initrd.cpio
	vfield-mkinitramfs --root "$BOOT/kernel" --tls --compress none \
		-o "$BOOT_INITRD"
}
vfield key cluster --file "$TMP/key" 2>/dev/null
truncate -s 64M "$TMP/stick"
busybox mkdosfs "$TMP/stick" >/dev/null
mcopy -i "$TMP/stick" "$TMP/key" ::vfield-key
before=$(sum_file "$TMP/stick")

boot_network
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs" --cluster-key "$TMP/key"
bed_wait_ready 1
words=vfield.peer=$(bed_addr 1)

boot_kernel 1 "$words vfield.key=ask" -device qemu-xhci \
	-drive "file=$TMP/stick,format=raw,if=none,id=stick" \
	-device usb-storage,drive=stick
boot_says 1 'the cluster key is from the disk'
boot_says 1 "PASS 1 $sum"
boot_off 1
[ "$(sum_file "$TMP/stick")" = "$before" ] || fail "the stick was written to"

boot_kernel 2 "$words vfield.key=ask"
boot_says 2 'the cluster key, 64 digits'
boot_type 2 "$(cat "$TMP/key")"
boot_says 2 'the cluster key is from the console'
boot_says 2 "PASS 1 $sum"
boot_off 2

boot_kernel 3 "$words"
boot_says 3 'no view of the cluster: Required key not available'
