#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Firmware with Secure Boot boots from a medium to the end; and from `vfield boot`
# alone, which gives it the signed program by TFTP, tells it peers and name, and is
# told that it is up.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/qemu/signed.subr"
. "$TOP/tests/breadth/breadth.subr"
boot_need
signed_need

signed_image --iso "$TMP/lab.iso"
bed_bridge
bed_machine 1
bed_serve 1 --image "$TMP/lab/lab.squashfs" --trust "$trust" \
	--words "$TMP/lab/words"
bed_wait_ready 1
bed_start 1 "$TMP/service.log" vfield boot --range "$BED_NET.100-$BED_NET.149"
wait_for 60 grep -q 'boot: ready' "$TMP/service.log"

BOOT_SECURE=1 BOOT_MEMORY=512 BOOT_CARD=virtio-net-pci,romfile=
boot_on 1
boot_says 1 'Secure boot enabled'
boot_says 1 'V-FIELD is there already'
boot_says 1 "ROOT-IS-UP node01"
boot_says 1 "PASS 1 $sum"
is_up() {
	bed_vfield 1 status | grep -q "^node01 .* up "
}
boot_until 1 "status does not show it up" is_up
boot_off 1
cell busybox 'PXE, UEFI, Secure Boot' '6.1, .ko' '1 CPU, 512 MB' 'signed program'

boot_on 2 -drive "file=$TMP/lab.iso,media=cdrom,if=none,id=cd,readonly=on" \
	-device ide-cd,drive=cd,bootindex=0
boot_says 2 'the image is on /dev/sr0'
boot_says 2 "PASS 1 $sum"
cell busybox 'CD, UEFI, Secure Boot' '6.1, .ko' '1 CPU, 512 MB' 'signed program'
