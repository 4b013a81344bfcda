#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Another image becomes the default while a machine runs.  A machine that is
# switched on after that boots the new image with the initramfs that is in it;
# the first machine goes on running from the old image.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
need cpio

# image NAME: makes the image $TMP/NAME.squashfs.  Its init and the init of the
# initramfs in it print NAME.
image() {
	dir=$TMP/$1/boot/vfield
	boot_busybox_root "$TMP/$1"
	sed -i "s/^echo .ROOT-IS-UP/echo SYSTEM-OF $1\n&/" "$TMP/$1/sbin/init"
	make_image "$TMP/$1/data" 4000000
	mkdir -p "$dir" "$TMP/over"
	cp "$BOOT/vmlinuz" "$dir/"
	# An archive appended to the initramfs replaces its init.
	sed "s/^say \"V-FIELD (.*/&\nsay \"INITRAMFS-OF $1\"/" \
		"$TOP/initramfs/init" >"$TMP/over/init"
	chmod 755 "$TMP/over/init"
	(cd "$TMP/over" && echo init | cpio --quiet -o -H newc | gzip) |
		cat "$BOOT/initrd" - >"$dir/initrd"
	mksquashfs "$TMP/$1" "$TMP/$1.squashfs" -quiet -no-progress -comp zstd \
		-all-root
	vfield image create "$TMP/$1.squashfs" --name "$1" >/dev/null
}

# runs GUEST NAME: waits until the guest has booted image NAME with the
# initramfs of that image and has read its data once.
runs() {
	boot_says "$1" "INITRAMFS-OF $2"
	boot_says "$1" "SYSTEM-OF $2"
	boot_says "$1" "PASS 1 $(sum_file "$TMP/$2/data")"
}

image old
image new
chmod 755 "$TMP"
bed_bridge
bed_machine 1
bed_serve 1 --image "$TMP/old.squashfs"
bed_wait_ready 1
bed_start 1 "$TMP/service.log" vfield boot --append "$BOOT_WORDS test.calm" \
	--range "$BED_NET.100-$BED_NET.149"
wait_for 60 grep -q 'boot: ready' "$TMP/service.log"

boot_on 1
runs 1 old

bed_vfield 1 image add "$TMP/new.squashfs"
bed_vfield 1 image default new
wait_for 60 grep -q 'machines boot new' "$TMP/service.log"
boot_on 2
runs 2 new

passes=$(boot_count 1 'PASS ')
boot_says 1 "PASS .* $(sum_file "$TMP/old/data")" $((passes + 2))
for guest in 1 2; do
	[ "$(boot_count $guest READ-ERROR)" -eq 0 ] || fail "guest $guest: errors"
done
