#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The router of a machine is killed while its root is read.  The supervisor
# starts another one, for which the reads wait, and no read fails.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need

boot_busybox_root "$TMP/root"
boot_busybox_image 12000000

boot_network
boot_files "vfield.peer=$(bed_addr 1) test.kill"
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs"
bed_wait_ready 1

boot_on 1
boot_says 1 'ROUTER-KILLED'
boot_says 1 'connected again'
passes=$(boot_count 1 "PASS .* $sum")
boot_says 1 "PASS .* $sum" $((passes + 3))
[ "$(boot_count 1 READ-ERROR)" -eq 0 ] || fail "a read has failed"
[ "$(boot_count 1 'I/O error')" -eq 0 ] || fail "I/O errors"
