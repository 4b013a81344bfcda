#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Of a disk with btrfs, vfield-mkimage takes the subvolume that is the root, and
# on each directory the subvolume that fstab names for it.  In the layouts of
# Ubuntu, Debian, Fedora and openSUSE no file comes into the image twice, and
# none that the list of exclusions names.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"
need mkfs.btrfs btrfs
grep -qw btrfs /proc/filesystems || skip "this kernel has no btrfs"

DISK=$TMP/disk TOPDIR=$TMP/top
mkdir "$TOPDIR"

layout() {
	truncate -s 0 "$DISK"
	truncate -s 200M "$DISK"
	mkfs.btrfs -q "$DISK"
	uuid=$(blkid -o value -s UUID "$DISK")
	mount -o loop "$DISK" "$TOPDIR"
	for volume; do
		mkdir -p "$TOPDIR/$(dirname "$volume")"
		btrfs -q subvolume create "$TOPDIR/$volume"
	done
	system "$TOPDIR/$1"
	mkdir -p "$TOPDIR/$1/home" "$TOPDIR/$1/etc/ssh" "$TOPDIR/$2/alice/.cache"
	echo key >"$TOPDIR/$1/etc/ssh/ssh_host_rsa_key"
	echo alices >"$TOPDIR/$2/alice/diary"
	echo old >"$TOPDIR/$2/alice/.cache/old"
	echo "UUID=$uuid / btrfs defaults,subvol=$1 0 1
UUID=\"$uuid\" /home btrfs defaults,compress=zstd,subvol=/$2 0 2" \
		>"$TOPDIR/$1/etc/fstab"
}

# in_image NAME ROOT: makes the image NAME of the disk.  Fails the test unless
# the subvolume ROOT is taken as the root, and the image has one system, one
# home, and no file that belongs to one machine.
in_image() {
	umount "$TOPDIR"
	sum=$(sha256sum <"$DISK")
	makes "$1" "$DISK"
	[ "$(sha256sum <"$DISK")" = "$sum" ] || fail "the disk was changed"
	grep -q "subvol=$2) is the root" "$TMP/said" || [ -z "$2" ] ||
		fail "it does not say that $2 is the root"
	[ "$(cd "$TMP/$1" && find . -name diary -o -name old -o \
		-name os-release -o -name ssh_host_rsa_key | sort)" = \
		"./etc/os-release
./home/alice/diary" ] || fail "$1: $(find "$TMP/$1")"
}

# These are the layouts of Ubuntu and Mint, of Fedora, of Debian, and another
# one.
for names in '@ @home' 'root home' '@rootfs @home' '@root @homes'; do
	# shellcheck disable=SC2086 # split on purpose
	layout $names
	in_image "layout" "${names% *}"
done

# If there is a snapshot of the root beside it, the fstab in each tells which of
# the two is the root.
layout @ @home
btrfs -q subvolume snapshot "$TOPDIR/@" "$TOPDIR/@before" >/dev/null
in_image snapshot @
takes "$DISK" --subvolume @before
grep -q 'subvol=@before) is the root' "$TMP/said" || fail "not the chosen one"
mount -o loop "$DISK" "$TOPDIR"
: >"$TOPDIR/@/etc/fstab"
: >"$TOPDIR/@before/etc/fstab"
umount "$TOPDIR"
refuses '2 subvolumes are roots.*--subvolume' "$DISK"

# openSUSE: the default subvolume is a snapshot, in which others are mounted.
layout @/.snapshots/1/snapshot @/home @/var @/opt @/.snapshots/2
root=$TOPDIR/@/.snapshots/1/snapshot
for dir in var opt .snapshots; do
	mkdir -p "$root/$dir"
	echo "UUID=$uuid /$dir btrfs subvol=/@/$dir 0 0"
done >>"$root/etc/fstab"
sed -i '1s/,subvol=[^ ]*//' "$root/etc/fstab"
mkdir -p "$TOPDIR/@/var/lib/app" "$TOPDIR/@/var/cache/app" "$TOPDIR/@/opt/app"
touch "$TOPDIR/@/var/lib/app/data" "$TOPDIR/@/var/cache/app/old" \
	"$TOPDIR/@/opt/app/bin"
btrfs subvolume set-default "$root"
in_image opensuse ''
for file in var/lib/app/data opt/app/bin; do
	[ -f "$TMP/opensuse/$file" ] || fail "no $file"
done
[ -d "$TMP/opensuse/var/cache/app" ] || fail "no var/cache/app"
[ -z "$(ls -A "$TMP/opensuse/.snapshots")" ] || fail "snapshots are in it"

# A subvolume that does not exist is reported, and the exit status is 3.
layout @ @home
echo "UUID=$uuid /srv btrfs subvol=@srv 0 0" >>"$TOPDIR/@/etc/fstab"
umount "$TOPDIR"
MAKES_STATUS=3
makes lacking "$DISK"
grep -q 'its /srv .* is not in the image' "$TMP/said" || fail "it does not say so"
