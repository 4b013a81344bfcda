#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Firmware with Secure Boot starts the signed program of kernel, initramfs and
# command line from a medium.  With one byte of the command line changed, the
# firmware refuses it.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/qemu/signed.subr"
boot_need
signed_need
need mformat grub-mkrescue

signed_image --iso "$TMP/lab.iso"
LC_ALL=C sed 's/vfield\.image=/vfield.imagf=/g' "$TMP/lab.iso" >"$TMP/changed.iso"
[ "$(cmp -l "$TMP/lab.iso" "$TMP/changed.iso" | wc -l)" -eq 2 ] ||
	fail "the words are not once in the menu of GRUB and once in the program"

bed_bridge
BOOT_SECURE=1 BOOT_MEMORY=512
boot_on 1 -drive "file=$TMP/lab.iso,media=cdrom,if=none,id=cd,readonly=on" \
	-device ide-cd,drive=cd,bootindex=0
boot_on 2 -drive "file=$TMP/changed.iso,media=cdrom,if=none,id=cd,readonly=on" \
	-device ide-cd,drive=cd,bootindex=0
boot_says 2 'Access Denied'
boot_off 2
boot_says 1 'Secure boot enabled'
boot_says 1 'vfield: V-FIELD ('
[ "$(boot_count 2 'Linux version')" -eq 0 ] || fail "a changed program was started"
