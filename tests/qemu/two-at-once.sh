#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Two machines boot a Debian at once.  While both read, the first node, which
# had the image file, loses its power.  Another node has a copy, and both
# machines get to their login with no failed unit.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
boot_need_images

boot_network
boot_image "$BOOT/image" "vfield.peer=$(bed_addr 1),$(bed_addr 2)"
for machine in 1 2; do
	bed_machine $machine
done
bed_serve 1 --image "$BOOT/image/debian.squashfs"
bed_wait_ready 1
bed_join 2 "$(bed_addr 1)"
wait_for 120 bed_status_is 2 '.images[0] | .held == .nchunks'

# first_has_sent BYTES: returns 0 if the first node has sent more than BYTES
# since `sent` was set.
first_has_sent() {
	[ $(($(bed_sent 1) - sent)) -gt "$1" ]
}
sent=$(bed_sent 1)
BOOT_MEMORY=384
boot_on 1
boot_on 2
boot_says 1 'vfield: starting'
boot_says 2 'vfield: starting'
boot_until 1 'the first machine is not read' first_has_sent 1000000
[ "$(boot_count 1 'login:')" -eq 0 ] || fail "that was too late"
bed_power_cut 1
echo "the first machine has no power any more"
for guest in 1 2; do
	boot_log_in $guest 1
	boot_no_unit_failed $guest 1
done
for guest in 1 2; do
	[ "$(boot_count $guest 'I/O error')" -eq 0 ] || fail "guest $guest: I/O"
done
