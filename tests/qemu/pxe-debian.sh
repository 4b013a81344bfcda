#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A minimal Debian, of which vfield-mkimage has made an image, boots from the
# network with systemd until it asks for a login.  No unit has failed, the
# router and nbdkit run, and its power-off goes through the initramfs.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
boot_need_images

boot_network
boot_image "$BOOT/image" "vfield.peer=$(bed_addr 1)"
bed_machine 1
bed_serve 1 --image "$BOOT/image/debian.squashfs"
bed_wait_ready 1

BOOT_MEMORY=384
boot_on 1
boot_log_in 1 1
boot_no_unit_failed 1 1

# V-FIELD's processes, on which the root hangs, have names that begin with @, so
# that systemd does not kill them.
boot_type 1 "tr '\\0' ' ' </proc/[0-9]*/cmdline 2>/dev/null | wc -c
cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -c ^@ | sed s/^/DAEMONS=/"
boot_says 1 'DAEMONS=[4-9]'

boot_type 1 'systemctl poweroff'
boot_says 1 'vfield: detached; poweroff'
boot_ended 1
