#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield fetch overwrites a disk or a partition only if it is blank, or with
# --wipe; never one that is mounted, of which a part is, or that is too small.
. "$(dirname "$0")/lib.sh"
need losetup sfdisk partx mkfs.ext4

# loop NAME BYTES: makes $NAME a loop device of so many zeros.
loop() {
	truncate -s "$2" "$TMP/mem/disk.$1"
	device=$(losetup -f --show "$TMP/mem/disk.$1") ||
		skip "there is no loop device"
	at_exit "losetup -d $device"
	eval "$1=\$device"
}

fetch() {
	vfield fetch --run-dir "$TMP/n1" image "$@" 2>"$TMP/error"
}

# refused WHY ARGS...: fetch refuses, and changes no byte of the device.
refused() {
	why=$1
	shift
	before=$(sum_file "$1")
	fetch "$@" >/dev/null && fail "$1 was taken"
	grep -q -e "$why" "$TMP/error" || fail "$(cat "$TMP/error")"
	[ "$(sum_file "$1")" = "$before" ] || fail "$1 was changed"
}

# written DEVICE: the device begins with the image.
written() {
	check_sum "$1" "$(head -c 6000000 "$1" | sum_file /dev/stdin)" "$want"
}

make_image "$TMP/image" 6000000
want=$(sum_file "$TMP/image")
node_start 1 serve --image "$TMP/image"

# shellcheck disable=SC2154 # set by loop
{
	loop blank 24M
	fetch "$blank" >/dev/null || fail "$(cat "$TMP/error")"
	written "$blank"
	refused 'not blank' "$blank"
	fetch "$blank" --wipe >/dev/null || fail "$(cat "$TMP/error")"
	written "$blank"

	loop small 4M
	refused 'no space: 6000000 bytes are needed and it has 4194304' \
		"$small" --wipe

	loop end 24M
	printf x | dd of="$end" bs=1 seek=$((24 * 1048576 - 1)) conv=notrunc status=none
	refused 'not blank' "$end"

	loop used 24M
	mkfs.ext4 -q "$used"
	refused 'not blank' "$used" --force
	mkdir "$TMP/mounted"
	mount "$used" "$TMP/mounted"
	fetch "$used" --wipe && fail "a mounted file system was overwritten"
	grep -q 'it is mounted, or in use' "$TMP/error" ||
		fail "$(cat "$TMP/error")"
	umount "$TMP/mounted"

	loop disk 40M
	echo 'size=20M' | sfdisk -q --no-tell-kernel --label gpt "$disk"
	refused 'not blank' "$disk"
	partx -a "$disk"
	name=${disk#/dev/}p1
	dev=$(cat "/sys/class/block/$name/dev")
	mknod "$TMP/part" b "${dev%:*}" "${dev#*:}"
	mkfs.ext4 -q "$TMP/part"
	mount "$TMP/part" "$TMP/mounted"
	fetch "$disk" --wipe && fail "a mounted partition was overwritten"
	grep -q 'in use' "$TMP/error" || fail "$(cat "$TMP/error")"
	umount "$TMP/mounted"
	refused 'not blank' "$TMP/part"
	fetch "$TMP/part" --wipe >/dev/null || fail "$(cat "$TMP/error")"
	written "$TMP/part"
	partx -d "$disk"
}
