#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A machine boots from `vfield boot` in each way that firmware has: PXE by BIOS,
# PXE by UEFI, and HTTP by UEFI.  WAYS chooses some of bios, efi and http.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
boot_need
[ -r "$OVMF" ] && [ -r /usr/lib/ipxe/snponly.efi ] ||
	skip "ovmf or ipxe is missing"

boot_busybox_root "$TMP/root"
boot_busybox_image 2000000
boot_service_files
bed_bridge
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs"
bed_wait_ready 1
bed_start 1 "$TMP/service.log" vfield boot --files "$TMP/files" \
	--append "$BOOT_WORDS" --range "$BED_NET.100-$BED_NET.149"
wait_for 60 grep -q 'boot: ready' "$TMP/service.log"

# booted GUEST WAY MACHINE: waits until the guest has read its root once,
# switches it off, and adds a row to the table.
booted() {
	boot_says "$1" "PASS 1 $sum"
	boot_off "$1"
	cell busybox "$2" '6.1, .ko' "$3" ''
}
for way in ${WAYS:-bios efi http}; do
	case $way in
	bios)
		boot_on 1
		booted 1 'PXE, BIOS' '1 CPU, 256 MB'
		;;
	efi)
		BOOT_UEFI=1 BOOT_MEMORY=512 BOOT_CARD=virtio-net-pci,romfile=
		boot_on 2
		booted 2 'PXE, UEFI' '1 CPU, 512 MB'
		;;
	http)
		BOOT_UEFI=1 BOOT_MEMORY=512 BOOT_CARD=virtio-net-pci,romfile=
		boot_on 3 -fw_cfg \
			name=opt/org.tianocore/IPv4PXESupport,string=n \
			-fw_cfg name=opt/org.tianocore/IPv6PXESupport,string=n
		booted 3 'HTTP, UEFI' '1 CPU, 512 MB'
		;;
	esac
done
