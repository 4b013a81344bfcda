#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A machine with an ARM processor of 64 bits boots an image for such machines,
# which was made on this one with a V-FIELD that was compiled on this one, and
# reads its root over several leases.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
boot_need
need qemu-system-aarch64
[ -e "$BOOT/arm64.done" ] || skip "no arm64 in $BOOT: make check-breadth makes it"

room_network 10
bed_machine 1
bed_serve 1 --image "$BOOT/arm64/lab/lab.squashfs"
bed_wait_ready 1
BOOT_QEMU='qemu-system-aarch64 -machine virt -cpu cortex-a57'
BOOT_MEMORY=512 boot_on 1 -kernel "$BOOT/arm64/lab/vmlinuz" \
	-initrd "$BOOT/arm64/lab/initrd" \
	-append "console=ttyAMA0 panic=10 vfield.peer=$(bed_addr 1)"
lives 1 1
had=$(grep -a -o 'eth0=[0-9./]*' "$TMP/guest1.serial" | head -n 1)
lives 1 14
boot_off 1
all=$(boot_count 1 ROOT-LIVES)
[ -n "$had" ] && [ "$all" -eq "$(boot_count 1 "ROOT-LIVES [0-9]* $had ")" ] ||
	fail "the card has not always had $had alone"
cell 'busybox, arm64' 'kernel by QEMU' '6.1, .ko' '1 CPU, 512 MB' \
	'V-FIELD, initramfs and image made on amd64'
