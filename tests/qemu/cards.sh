#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The initramfs has all modules that it should have, no library too many, and
# less than 12 MB; made again, it has the same bytes.  On a machine whose card
# it has no driver for, the screen says so; --all-cards packs the drivers of all
# cards.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
need cpio zstd

size=$(stat -c %s "$BOOT/initrd")
echo "initramfs: $size bytes"
[ "$size" -lt 12000000 ] || fail "it has 12 MB or more"
vfield-mkinitramfs --root "$BOOT/kernel" -o "$TMP/again"
cmp "$BOOT/initrd" "$TMP/again" || fail "the same source gives other bytes"

cpio --quiet -t <"$BOOT/initrd.cpio" >"$TMP/files"
for module in nbd squashfs overlay virtio_net virtio_blk e1000e igb ixgbe r8169 \
	tg3 bnx2 vmxnet3 r8152 ahci nvme usb-storage sd_mod sr_mod isofs ext4 \
	xfs vfat 8021q; do
	grep -q "/$module\\.ko$" "$TMP/files" || fail "it has no $module"
done

# The initramfs has none of these libraries, which no program in it needs.
for library in p11-kit gcrypt pcre2 nftnl icu; do
	! grep "/lib$library" "$TMP/files" || fail "it has a library too many"
done

# An initramfs with few modules and no driver of a real card.  It is not
# compressed, since zstd's best level takes long.
echo 'nbd squashfs overlay virtio_pci' >"$TMP/few"
vfield-mkinitramfs --root "$BOOT/kernel" --modules "$TMP/few" \
	--compress none -o "$TMP/few.img"
vfield-mkinitramfs --root "$BOOT/kernel" --modules "$TMP/few" --all-cards \
	--compress none -o "$TMP/all.img"
cpio --quiet -t <"$TMP/all.img" | sed -n 's/.*\/\(.*\.ko\)$/\1/p' |
	sort >"$TMP/all"
find "$BOOT/kernel/lib/modules/" -path '*/drivers/net/ethernet/*.ko*' |
	sed 's/.*\///; s/\.[xg]z$//; s/\.zst$//' | sort >"$TMP/cards"
echo "--all-cards: $(wc -l <"$TMP/cards") drivers"
[ "$(comm -23 "$TMP/cards" "$TMP/all" | wc -l)" -eq 0 ] ||
	fail "not there: $(comm -23 "$TMP/cards" "$TMP/all" | paste -s)"

boot_busybox_root "$TMP/root"
mksquashfs "$TMP/root" "$TMP/busybox.squashfs" -quiet -no-progress -all-root
boot_network
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs"
bed_wait_ready 1
BOOT_CARD=e1000e
BOOT_INITRD=$TMP/few.img
boot_kernel 1 "vfield.peer=$(bed_addr 1)"
boot_says 1 'No network card was found'
boot_off 1
BOOT_MEMORY=512 BOOT_INITRD=$TMP/all.img
boot_kernel 2 "vfield.peer=$(bed_addr 1)"
boot_says 2 'ROOT-IS-UP'
