#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# One machine boots from a CD, a second one from a stick with the same bytes,
# and a third one from the network, from those two.  Each becomes the host that
# the site on the medium names.  Then both machines with the media lose their
# power: the third one runs on, and a fourth boots from it.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
boot_need_images
[ -d /usr/lib/grub/i386-pc ] || skip "grub-pc-bin is missing"

sum=$(cat "$BOOT/lab.sum")
boot_network
boot_image "$BOOT/lab" \
	"vfield.peer=$(boot_addr 1),$(boot_addr 2),$(boot_addr 3)"

boot_on 1 -drive "file=$BOOT/lab.iso,media=cdrom,if=none,id=cd,readonly=on" \
	-device ide-cd,drive=cd,bootindex=0
boot_says 1 'the image is on /dev/sr0'
boot_says 1 'ROOT-IS-UP seat1'
boot_says 1 "PASS 1 $sum"

cp "$BOOT/lab.iso" "$TMP/stick"
boot_on 2 -device qemu-xhci -drive \
	"file=$TMP/stick,format=raw,if=none,id=stick,readonly=on" \
	-device usb-storage,drive=stick,bootindex=0
boot_says 2 'the image is on /dev/sd'
boot_says 2 'ROOT-IS-UP seat2'
boot_says 2 "PASS 1 $sum"

boot_on 3
boot_says 3 'ROOT-IS-UP seat3'
boot_says 3 "PASS 1 $sum"
boot_off 1
boot_off 2
passes=$(boot_count 3 "PASS .* $sum")
boot_says 3 "PASS .* $sum" $((passes + 3))

# No core node is left, and words about the site come from one.
boot_image "$BOOT/lab" "vfield.peer=$(boot_addr 3) vfield.site=optional"
boot_on 4
boot_says 4 "PASS 1 $sum"
for guest in 3 4; do
	[ "$(boot_count $guest READ-ERROR)" -eq 0 ] || fail "guest $guest: errors"
	[ "$(boot_count $guest 'I/O error')" -eq 0 ] || fail "guest $guest: I/O"
done
cmp "$BOOT/lab.iso" "$TMP/stick" || fail "the stick was written to"
