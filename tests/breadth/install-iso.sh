#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# One machine starts from a medium that was made with --install; two with blank
# disks beside it, one with BIOS and one with UEFI, are installed with no key
# pressed, are sent to their disks, and start from them with the network cut.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
boot_need
boot_need_installer

# disk NAME: QEMU's words for a disk, at first blank, from which a guest starts if
# it does not start from the network
disk() {
	[ -e "$TMP/disk$1" ] || truncate -s 1220M "$TMP/disk$1"
	echo "-drive file=$TMP/disk$1,format=raw,if=none,id=disk,cache=unsafe" \
		"-device virtio-blk-pci,drive=disk,bootindex=2"
}

# from_disk GUEST: it asks for a login, having been sent to its disk
from_disk() {
	sed -n '/starts from its disk/,$p' "$TMP/guest$1.serial" |
		grep -a -q ' login:'
}

bed_bridge
BOOT_MEMORY=640
boot_on 1 -drive "file=$BOOT/installer.iso,media=cdrom,if=none,id=cd,readonly=on" \
	-device ide-cd,drive=cd,bootindex=0
boot_says 1 'vfield boot: ready'
boot_says 1 'login:'
BOOT_AGAIN=1
# shellcheck disable=SC2046 # they are words
boot_on 2 $(disk 2)
BOOT_UEFI=1
# shellcheck disable=SC2046
boot_on 3 $(disk 3)
BOOT_UEFI=
for module in base boot finalize; do
	boot_says 2 " $module [0-9.]* s"
	boot_says 3 " $module [0-9.]* s"
done
for guest in 2 3; do
	boot_says $guest 'V-FIELD: [a-z]* starts from its disk'
	boot_until $guest "its disk has no login" from_disk $guest
	[ "$(boot_count $guest 'V-FIELD boots [a-z]')" -eq 1 ] ||
		fail "guest $guest was booted from the network again"
	boot_off $guest
done
boot_off 1

# --- the network is cut ---

BOOT_NETDEV=hubport,hubid=7 BOOT_AGAIN=''
for guest in 2 3; do
	BOOT_UEFI=
	[ $guest = 2 ] || BOOT_UEFI=1
	# shellcheck disable=SC2046
	boot_on $((guest + 3)) $(disk $guest)
	boot_log_in $((guest + 3)) 1
	boot_no_unit_failed $((guest + 3)) 1
done
boot_says 5 'beta login:'
boot_says 6 'gamma login:'
for firmware in BIOS UEFI; do
	cell 'Debian 12' 'PXE, then its disk' '6.1, .ko' "$firmware, 640 MB" \
		'installed from a medium with no key pressed'
done
