#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Machines switch off and restart without hanging.  A Debian with systemd
# restarts: it goes through the initramfs, its root is detached, and it boots
# again; no unit has failed in either boot.  (pxe-debian.sh switches one off.)
# A system whose init is busybox's, which kills all processes, those of its node
# included, switches off and restarts all the same; and its root is detached if
# /run/initramfs/shutdown is called.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
boot_need_images

mkdir "$TMP/lab"
boot_busybox_root "$TMP/lab"
rm "$TMP/lab/sbin/init"
ln -s ../bin/busybox "$TMP/lab/sbin/init"
printf '::sysinit:/bin/echo INIT-IS-UP\n::respawn:-/bin/sh\n' \
	>"$TMP/lab/etc/inittab"
mksquashfs "$TMP/lab" "$TMP/lab.squashfs" -quiet -no-progress -comp zstd \
	-all-root

boot_network
bed_machine 1
bed_serve 1 --image "$BOOT/image/debian.squashfs" --image "$TMP/lab.squashfs"
bed_wait_ready 1
peer=vfield.peer=$(bed_addr 1)

BOOT_AGAIN=1 BOOT_MEMORY=384
boot_kernel 1 "$peer vfield.image=debian"
boot_log_in 1 1
boot_no_unit_failed 1 1
boot_type 1 'systemctl reboot'
boot_says 1 'vfield: detached; reboot'
boot_log_in 1 2
boot_no_unit_failed 1 2
boot_off 1
for sign in '\[.*FAILED.*\]' 'A stop job is running' 'still in use' \
	'I/O error' 'Failed to unmount'; do
	[ "$(boot_count 1 "$sign")" -eq 0 ] || fail "its console says '$sign'"
done

BOOT_MEMORY=256
boot_kernel 2 "$peer vfield.image=lab"
boot_says 2 INIT-IS-UP
boot_type 2 reboot
boot_says 2 INIT-IS-UP 2
boot_type 2 '/run/initramfs/shutdown reboot'
boot_says 2 'vfield: detached; reboot'
boot_says 2 INIT-IS-UP 3
boot_type 2 poweroff
boot_ended 2
