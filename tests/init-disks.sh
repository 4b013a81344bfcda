#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# What the initramfs does with a disk or stick that has files vfield-key,
# vfield-data, vfield-store or vfield-swap: of a write-protected one it takes the
# key, and says that it does not do what else the stick asks for.  (qemu/disks
# has real disks.)
. "$(dirname "$0")/lib.sh"
need busybox

# Its function look_at, with others in the place of those that need a disk.
{
	sed -n '/^look_at() {/,/^}/p' "$TOP/initramfs/init" |
		sed "s|/disk/look|$TMP/look|g"
	cat <<-'END'
		blockdev() {
			[ "$1" != --getro ] || echo "$PROTECTED"
			[ "$1" = --getro ] || echo "blockdev $1"
		}
		type_of() { echo vfat; }
		look_mount() { :; }
		umount() { :; }
		keep_key() { [ ! -f "$1" ] || echo "key of the $2"; }
		use_disk() { echo "use $1 $3"; }
		say() { echo "say: $*"; }
		look_at /dev/sdx
	END
} >"$TMP/part"
grep -q 'keep_key .*vfield-key' "$TMP/part" || fail "init has no such part"
mkdir "$TMP/look"

# looks PROTECTED WANTED...: fails the test unless look_at prints the lines
# WANTED, besides those on switching the protection.
looks() {
	PROTECTED=$1 busybox sh "$TMP/part" >"$TMP/said" 2>&1 ||
		fail "status $?: $(cat "$TMP/said")"
	shift
	said=$(grep -v '^blockdev' "$TMP/said")
	[ "$said" = "$(printf '%s\n' "$@")" ] || fail "$said, not $*"
}

touch "$TMP/look/vfield-key"
looks 0 'key of the disk'
tail -n 1 "$TMP/said" | grep -qx 'blockdev --setrw' ||
	fail "left read-only: $(cat "$TMP/said")"
looks 1 'key of the disk'
grep -q 'setrw' "$TMP/said" && fail "made writable: $(cat "$TMP/said")"
touch "$TMP/look/vfield-store" "$TMP/look/vfield-swap"
looks 0 'key of the disk' 'use /dev/sdx store' 'use /dev/sdx swap'
looks 1 'key of the disk' \
	'say: /dev/sdx is write-protected, so that what it asks for is not done: store swap'
