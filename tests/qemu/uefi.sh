#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# With UEFI as firmware, one machine boots from the medium as a CD, and another
# one from the network.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
boot_need_images
[ -d /usr/lib/grub/x86_64-efi ] || skip "grub-efi-amd64-bin is missing"
[ -r "$OVMF" ] || skip "ovmf is missing"

sum=$(cat "$BOOT/lab.sum")
boot_network
boot_image "$BOOT/lab" "vfield.peer=$(boot_addr 1)"

BOOT_UEFI=1 BOOT_MEMORY=512
boot_on 1 -drive "file=$BOOT/lab.iso,media=cdrom,if=none,id=cd,readonly=on" \
	-device ide-cd,drive=cd,bootindex=0
boot_says 1 'EFI v2'
boot_says 1 "PASS 1 $sum"
boot_on 2
boot_says 2 'EFI v2'
boot_says 2 "PASS 1 $sum"
