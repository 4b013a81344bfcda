#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Where the default image has a signed program of kernel, initramfs and command
# line, PCs with UEFI are told to load that, by TFTP or by HTTP, and others iPXE.
# When an image without one becomes the default they all get iPXE.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"
need mksquashfs

boot_files
for name in signed plain; do
	mkdir -p "$TMP/$name/boot/vfield"
	cp "$FILES/vmlinuz" "$FILES/initrd" "$TMP/$name/boot/vfield/"
done
make_image "$FILES/vfield.efi" 1200000
cp "$FILES/vfield.efi" "$TMP/signed/boot/vfield/"
mv "$FILES/vfield.efi" "$TMP/program"
for name in signed plain; do
	mksquashfs "$TMP/$name" "$TMP/$name.squashfs" -quiet -no-progress
	vfield image create "$TMP/$name.squashfs" --name $name >/dev/null
done

# is_told ARCH FILE: returns 0 if firmware of architecture ARCH is told to load
# FILE.
is_told() {
	boot_crowd 2 1 --until dhcp --arch "$1" >/dev/null
	grep -q " $2\$" "$TMP/crowd"
}

bed_bridge
bed_machine 1
bed_machine 2
bed_serve 1 --image "$TMP/signed.squashfs" --image "$TMP/plain.squashfs"
bed_wait_ready 1
boot_serve 1 --range "$BED_NET.100-$BED_NET.199"
boot_wait 1
at=$BED_NET.1
wait_for 20 is_told 7 vfield.efi
is_told 0 undionly.kpxe || fail "BIOS: $(cat "$TMP/crowd")"
is_told 16 "http://$at:10811/vfield.efi" || fail "HTTP: $(cat "$TMP/crowd")"
for url in "tftp://$at/vfield.efi" "http://$at:10811/vfield.efi"; do
	bed_in 2 curl -sf -m 30 -o "$TMP/got" "$url" || fail "$url"
	cmp "$TMP/got" "$TMP/program" || fail "$url has other bytes"
done
bed_vfield 1 image default plain
wait_for 20 is_told 7 snponly.efi
is_told 16 "http://$at:10811/snponly.efi" || fail "HTTP: $(cat "$TMP/crowd")"
