#!/bin/sh
# A machine uses the disks that carry a marker file: what the system writes, its
# chunks and its swap are on them, and the next boot finds the first two again.
# Every other disk has the same bytes afterwards, even one whose journal would
# have to be replayed.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot/boot.subr"
boot_need
need mkfs.ext4 debugfs

boot_busybox_root "$TMP/root"
make_image "$TMP/root/data" 6000000
mksquashfs "$TMP/root" "$TMP/busybox.squashfs" -quiet -no-progress \
	-comp zstd -all-root

# disk FILE MARKER...: an ext4 of 64 MB with these files in it
disk() {
	disk_file=$1
	shift
	mkdir -p "$TMP/content"
	rm -rf "$TMP/content/"*
	for marker; do
		: >"$TMP/content/$marker"
	done
	[ "$*" != vfield-swap ] ||
		make_image "$TMP/content/vfield-swap" 16000000 # no holes
	truncate -s 64M "$disk_file"
	mkfs.ext4 -q -F -d "$TMP/content" "$disk_file"
}
disk "$TMP/data.disk" vfield-data
disk "$TMP/store.disk" vfield-store
disk "$TMP/swap.disk" vfield-swap
disk "$TMP/plain.disk" vfield-something-else letters
disk "$TMP/dirty.disk" letters
debugfs -w -R 'feature needs_recovery' "$TMP/dirty.disk" >/dev/null 2>&1
truncate -s 64M "$TMP/windows.disk"
busybox mkdosfs "$TMP/windows.disk" >/dev/null
make_image "$TMP/raw.disk" 8000000
untouched='plain dirty windows raw'
for disk in $untouched; do
	sum_file "$TMP/$disk.disk" >"$TMP/$disk.before"
done

set --
for disk in data store swap $untouched; do
	set -- "$@" -drive "file=$TMP/$disk.disk,format=raw,if=virtio"
done

boot_network
boot_files "vfield.peer=$(bed_addr 1) test.disks"
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs"
bed_wait_ready 1

boot_on 1 "$@"
boot_says 1 'its vfield-data asks'
boot_says 1 'its vfield-store asks'
boot_says 1 'KEPT 0 times, 1 swap'
boot_ended 1
boot_on 1 "$@"
boot_says 1 'KEPT 1 times, 1 swap'
boot_says 1 '[1-9][0-9]* of [0-9]* chunks held'
boot_ended 1

for disk in $untouched; do
	[ "$(sum_file "$TMP/$disk.disk")" = "$(cat "$TMP/$disk.before")" ] ||
		fail "the $disk disk was written to"
	echo "$disk: untouched"
done
