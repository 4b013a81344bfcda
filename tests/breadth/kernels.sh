#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The initramfs loads modules that are packed as distributions pack them (.ko,
# .ko.xz, .ko.zst).  A busybox root boots with each and is read to its end, on a
# machine with 256 MB and one processor, with four processors, and with 2 GB.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
boot_need
need xz zstd

version=$(ls "$BOOT/kernel/lib/modules")
few='nbd squashfs overlay virtio_pci virtio_net crc32c_generic'

# packed DIR SUFFIX CMD...: makes in DIR a root that has only the modules $few
# and those that they need, each packed by CMD and named .koSUFFIX.
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

# boots GUEST KIND MEMORY CPUS: boots the guest with the modules in $TMP/KIND,
# MEMORY megabytes and CPUS processors until it has read its root once.
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
