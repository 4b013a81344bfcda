#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Images that vfield-mkimage has made of several kinds of Linux boot: each init
# starts its services, the root is read over several leases, and the card keeps
# its address.  Roots named like-X are busybox in the layout of X.  ROOTS chooses
# some.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
boot_need
[ -e "$BOOT/roots.done" ] || skip "no roots in $BOOT: make check-breadth makes them"

ROOTS=${ROOTS:-$(ls "$BOOT/roots")}
room_network 10
bed_machine 1
set --
for name in $ROOTS; do
	set -- "$@" --image "$BOOT/roots/$name/$name.squashfs"
done
bed_serve 1 "$@"
bed_wait_ready 1

n=0
for name in $ROOTS; do
	n=$((n + 1))
	dir=$BOOT/roots/$name
	BOOT_MEMORY=384 boot_on $n -kernel "$dir/vmlinuz" -initrd "$dir/initrd" \
		-append "$BOOT_WORDS vfield.peer=$(bed_addr 1) vfield.image=$name"
	lives $n 1
	had=$(sed -n 's/.*ROOT-LIVES [0-9]* \([a-z0-9]*=[0-9./]*\).*/\1/p' \
		"$TMP/guest$n.serial" | head -n 1)
	lives $n 14
	boot_off $n
	all=$(boot_count $n ROOT-LIVES)
	[ -n "$had" ] && [ "$all" -eq "$(boot_count $n "ROOT-LIVES [0-9]* $had ")" ] ||
		fail "$name: the card has not always had $had alone"
	[ "$(sed -n 's/^ROOT-LIVES .* \([0-9a-f]*\)\r*$/\1/p' \
		"$TMP/guest$n.serial" | sort -u | wc -l)" -eq 1 ] ||
		fail "$name: other bytes"
	version=$(strings "$dir/vmlinuz" | grep -o '^[56]\.[0-9.]*[0-9]' | head -n 1)
	case $name in
	debian13) root='Debian 13' ;;
	like-*) root="busybox in the layout of ${name#like-} (an imitation)" ;;
	*) root="Debian 12, $name" ;;
	esac
	cell "$root" 'kernel by QEMU' "$version, $(cat "$dir/packed")" '1 CPU, 384 MB' \
		'made by vfield-mkimage'
done
