#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# If something is missing when a machine boots, its screen says what, and shows
# what is known of the network; when the missing thing comes, the machine boots
# on by itself.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need

boot_busybox_root "$TMP/root"
mksquashfs "$TMP/root" "$TMP/busybox.squashfs" -quiet -no-progress -all-root
boot_network
bed_machine 1

boot_kernel 1 "vfield.peer=$(bed_addr 1) vfield.timeout=3"
ip link set tap1 nomaster
boot_says 1 'No address came from the network'
boot_says 1 "Card .*$(boot_mac 1)"
ip link set tap1 master br0
boot_says 1 "is $(boot_addr 1) on eth0"
boot_says 1 'No node of the cluster answers'
boot_type 1 ''
boot_says 1 'a shell; leave it to go on'
boot_type 1 'echo IN-THE-SHELL $$'
boot_says 1 'IN-THE-SHELL [0-9]'
boot_type 1 exit
passes=$(boot_count 1 'No node of the cluster')
boot_says 1 'No node of the cluster' $((passes + 1))
bed_serve 1 --image "$TMP/busybox.squashfs"
boot_says 1 'ROOT-IS-UP'
[ "$(boot_count 1 'Kernel panic')" -eq 0 ] || fail "a panic"
boot_off 1

# What waiting cannot mend is named on the screen.
boot_kernel 2 "vfield.peer=$(bed_addr 1) init=/sbin/nowhere"
boot_says 2 'could not be mounted, or has no /sbin/nowhere'
boot_off 2
boot_kernel 3 "ip=$BED_NET.90"
boot_says 3 'No peer is known'
boot_off 3
BOOT_CARD=ne2k_pci boot_kernel 4 "vfield.timeout=3 vfield.image=other
	vfield.peer=$(bed_addr 1)"
boot_says 4 'No node of the cluster answers that has the image'
