#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A machine uses the disks that have a marker file: the system's writes, the
# machine's chunks and its swap go to them, and the next boot finds writes and
# chunks again.  The disks are ext4 first, then xfs, and vfat for swap.  No byte
# of any other disk changes, even if its journal would have to be replayed.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
need mkfs.ext4 debugfs mkfs.xfs mcopy

boot_busybox_root "$TMP/root"
boot_busybox_image 6000000

make_image "$TMP/letters" 16000000 # swapon refuses a file with holes

# disk FILE MARKER...: makes FILE an ext4 of 64 MB with an empty file of each
# name; vfield-swap gets content, which has no holes.
disk() {
	disk_file=$1
	shift
	mkdir -p "$TMP/content"
	rm -rf "$TMP/content/"*
	for marker; do
		: >"$TMP/content/$marker"
	done
	[ "$*" != vfield-swap ] || cp "$TMP/letters" "$TMP/content/vfield-swap"
	truncate -s 64M "$disk_file"
	mkfs.ext4 -q -F -d "$TMP/content" "$disk_file"
}

# xfs FILE MARKER...: makes FILE an xfs of 320 MB with an empty file of each
# name.  It is xfs's old version, in which names have no checksum, so that the
# test can change them in place.
xfs() {
	disk_file=$1
	shift
	{
		printf '/\n0 0\nd--755 0 0\n'
		printf '%s ---644 0 0 /dev/null\n' "$@"
		echo '$'
	} >"$TMP/proto"
	truncate -s 320M "$disk_file"
	mkfs.xfs -q -m crc=0 -n ftype=1 -p "$TMP/proto" "$disk_file" 2>/dev/null
}

# vfat FILE MARKER [CONTENT]: makes FILE a vfat of 64 MB with a copy of the file
# CONTENT, or an empty file, named MARKER.
vfat() {
	truncate -s 64M "$1"
	busybox mkdosfs "$1" >/dev/null
	mcopy -i "$1" "${3-/dev/null}" "::$2"
}

disk "$TMP/data.disk" vfield-data
disk "$TMP/store.disk" vfield-store
disk "$TMP/swap.disk" vfield-swap
disk "$TMP/plain.disk" vfield-something-else letters
disk "$TMP/dirty.disk" letters
debugfs -w -R 'feature needs_recovery' "$TMP/dirty.disk" >/dev/null 2>&1
vfat "$TMP/windows.disk" letters
xfs "$TMP/xplain.disk" letters
vfat "$TMP/vdata.disk" vfield-data # vfat cannot hold a system's writes
make_image "$TMP/raw.disk" 8000000
untouched='plain dirty windows raw xplain vdata'
for disk in $untouched; do
	sum_file "$TMP/$disk.disk" >"$TMP/$disk.before"
done

# drives DISK...: sets DRIVES to QEMU's arguments for these disks.  The first is
# a USB stick, which the guest finds a second later than the others.
drives() {
	DRIVES="-device qemu-xhci -device usb-storage,drive=stick"
	DRIVES="$DRIVES -drive file=$TMP/$1.disk,format=raw,if=none,id=stick"
	shift
	for disk; do
		DRIVES="$DRIVES -drive file=$TMP/$disk.disk,format=raw,if=virtio"
	done
}

boot_network
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs"
bed_wait_ready 1

# boots GUEST DISK...: boots the guest twice, with these disks and those that it
# must not touch.  The second boot must find what the first has kept.
boots() {
	boot=$1
	shift
	# shellcheck disable=SC2086 # split on purpose
	drives "$@" $untouched
	for kept in 0 1; do
		# shellcheck disable=SC2086
		boot_kernel "$boot" "vfield.peer=$(bed_addr 1) test.disks" $DRIVES
		boot_says "$boot" 'its vfield-data asks' $((kept + 1))
		boot_says "$boot" 'its vfield-store asks' $((kept + 1))
		boot_says "$boot" "KEPT $kept times, 1 swap"
		boot_ended "$boot"
	done
	boot_says "$boot" '[1-9][0-9]* of [0-9]* chunks held'
}

boots 1 data store swap

# The guests have powered off without unmounting, so that the journal of their
# xfs is not empty.
xfs "$TMP/xdata.disk" vfield-data
xfs "$TMP/xstore.disk" vfield-store
vfat "$TMP/vswap.disk" vfield-swap "$TMP/letters"
boots 2 xdata xstore vswap
sed 's/vfield-data/vfield-dat_/g' "$TMP/xdata.disk" >"$TMP/xdirty.disk"
sum_file "$TMP/xdirty.disk" >"$TMP/xdirty.before"
untouched="$untouched xdirty"
# shellcheck disable=SC2086
drives $untouched
# shellcheck disable=SC2086
boot_kernel 3 "vfield.peer=$(bed_addr 1) test.disks" $DRIVES
boot_says 3 'KEPT 0 times, 0 swap'
boot_ended 3

for disk in $untouched; do
	[ "$(sum_file "$TMP/$disk.disk")" = "$(cat "$TMP/$disk.before")" ] ||
		fail "the $disk disk was written to"
	echo "$disk: untouched"
done
