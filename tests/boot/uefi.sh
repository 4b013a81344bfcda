#!/bin/sh
# UEFI: one machine boots from the medium as a CD, another one from the network.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot/boot.subr"
boot_need
need grub-mkrescue xorriso mformat
[ -d /usr/lib/grub/x86_64-efi ] || skip "grub-efi-amd64-bin is missing"
[ -r "$OVMF" ] || skip "ovmf is missing"

boot_busybox_root "$TMP/lab"
boot_borrow_kernel "$TMP/lab"
make_image "$TMP/lab/data" 6000000
sum=$(sum_file "$TMP/lab/data")
vfield-mkimage "$TMP/lab" -o "$TMP/image" --iso "$TMP/lab.iso" --level 3 \
	--append "$BOOT_WORDS" >"$TMP/made" 2>"$TMP/mkimage.log"

boot_network
boot_image "$TMP/image"
sed -i "s/vfield.peer=[^ ]*/vfield.peer=$(boot_addr 1)/" "$TMP/tftp/boot.ipxe"

BOOT_UEFI=1 BOOT_MEMORY=512
boot_on 1 -drive "file=$TMP/lab.iso,media=cdrom,if=none,id=cd,readonly=on" \
	-device ide-cd,drive=cd,bootindex=0
boot_says 1 'EFI v2'
boot_says 1 "PASS 1 $sum"
boot_on 2
boot_says 2 'EFI v2'
boot_says 2 "PASS 1 $sum"
