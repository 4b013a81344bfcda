#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Modules that are packed as distributions pack them (.ko, .ko.xz, .ko.zst), on
# machines from the smallest to one of four processors: a busybox root, that is
# read to its end.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
boot_need
need xz zstd

version=$(ls "$BOOT/kernel/lib/modules")
few='nbd squashfs overlay virtio_pci virtio_net crc32c_generic'

# packed DIR SUFFIX CMD...: a root with these modules alone, so packed
packed() {
	to=$1/lib/modules/$version suffix=$2
	shift 2
	mkdir -p "$to"
	cp "$BOOT/kernel/lib/modules/$version/modules."* "$to/"
	for module in $few; do
		modprobe -d "$BOOT/kernel" -S "$version" --show-depends $module
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u |
		while read -r file; do
			name=${file#*"/$version/"}
			mkdir -p "$to/${name%/*}"
			"$@" <"$file" >"$to/${name%.ko*}.ko$suffix"
		done
	depmod -b "${to%/lib/modules/*}" "$version"
}
packed "$TMP/plain" '' cat
packed "$TMP/.xz" .xz xz -c --check=crc32
packed "$TMP/.zst" .zst zstd -q -c
echo "$few" >"$TMP/few"

boot_busybox_root "$TMP/root"
boot_busybox_image 2000000
room_network 60
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs"
bed_wait_ready 1

# boots GUEST KIND MEMORY CPUS
boots() {
	vfield-mkinitramfs --root "$TMP/$2" --modules "$TMP/few" \
		--compress none -o "$TMP/initrd.$2"
	BOOT_MEMORY=$3 BOOT_INITRD=$TMP/initrd.$2
	boot_kernel "$1" "vfield.peer=$(bed_addr 1)" -smp "$4"
	boot_says "$1" "PASS 1 $sum"
	boot_off "$1"
	cell busybox 'kernel by QEMU' "${version%%-*}, .ko${2#plain}" \
		"$4 CPU, $3 MB" ''
}
boots 1 plain 256 1
boots 2 .xz 256 4
boots 3 .zst 2048 1
