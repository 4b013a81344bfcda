#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Machines boot from `vfield boot` alone: by the iPXE in a card's ROM, and by
# UEFI's own PXE, which loads iPXE first.  `vfield status` shows how far each
# machine has come.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
[ -r /usr/lib/ipxe/snponly.efi ] || skip "ipxe is missing"

# status_has GUEST STAGE: returns 0 if `vfield status` shows the guest at STAGE.
status_has() {
	bed_vfield 1 status | tee "$TMP/status.log" |
		grep -q "^node.* $(boot_mac "$1") *$2 "
}

boot_busybox_root "$TMP/root"
boot_busybox_image 6000000
boot_service_files

bed_bridge
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs"
bed_wait_ready 1
bed_start 1 "$TMP/service.log" vfield boot --files "$TMP/files" \
	--append 'console=ttyS0 panic=10' --range "$BED_NET.100-$BED_NET.149"
wait_for 60 grep -q 'boot: ready' "$TMP/service.log"

boot_on 1
boot_says 1 'V-FIELD boots node01'
boot_until 1 "status does not show rom or later" status_has 1 '[a-z]*'
boot_says 1 "node01 is $BED_NET.100"
boot_says 1 "ROOT-IS-UP node01"
boot_says 1 "PASS 1 $sum"
boot_until 1 "status does not show it up" status_has 1 up
cat "$TMP/status.log"

if [ -r "$OVMF" ]; then
	BOOT_UEFI=1 BOOT_MEMORY=512 BOOT_CARD=virtio-net-pci,romfile=
	boot_on 2
	boot_says 2 'V-FIELD boots node02'
	boot_says 2 "ROOT-IS-UP node02"
	boot_says 2 "PASS 1 $sum"
	boot_until 2 "status does not show it up" status_has 2 up
	BOOT_UEFI='' BOOT_MEMORY=256 BOOT_CARD=''
	boot_off 2
	boot_until 1 "status does not show it gone" status_has 2 gone
fi

# The first guest boots again and gets the same name.
boot_off 1
boot_on 1
boot_says 1 "ROOT-IS-UP node01" 2
boot_off 1
[ "$(boot_count 1 READ-ERROR)" -eq 0 ] || fail "guest 1: errors"
