#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A machine boots from the network alone: iPXE is in its card's ROM, kernel and
# initramfs come by TFTP, and its root from V-FIELD.  Then the first node, which
# had the image file, loses its power, and a second machine boots from the first
# machine.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need

boot_busybox_root "$TMP/root"
boot_busybox_image 6000000

boot_network
boot_files "vfield.peer=$(bed_addr 1),$(boot_addr 1)"
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs"
bed_wait_ready 1

boot_on 1
boot_says 1 'ROOT-IS-UP'
boot_says 1 'OVERLAY written'
boot_says 1 "PASS 1 $sum"

echo "the node that had the image has no power any more"
bed_power_cut 1
passes=$(boot_count 1 "PASS .* $sum")
boot_says 1 "PASS .* $sum" $((passes + 2))

boot_on 2
boot_says 2 'ROOT-IS-UP'
boot_says 2 "PASS 1 $sum"

echo "nor has the first machine"
boot_off 1
passes=$(boot_count 2 "PASS .* $sum")
boot_says 2 "PASS .* $sum" $((passes + 3))
for guest in 1 2; do
	[ "$(boot_count $guest READ-ERROR)" -eq 0 ] || fail "guest $guest: errors"
	[ "$(boot_count $guest 'I/O error')" -eq 0 ] || fail "guest $guest: I/O"
done
