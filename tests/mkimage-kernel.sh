#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Of several kernels vfield-mkimage takes the one that GRUB's settings name,
# else the newest version of an ordinary flavour.  It says which kernel it took
# and why, and --kernel chooses another.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"

# kernels VERSION...: makes a source with kernels of these versions.
kernels() {
	rm -rf "$TMP/lab"
	system "$TMP/lab"
	for version; do
		cp -r "$TMP/lab/lib/modules/6.0" "$TMP/lab/lib/modules/$version"
		echo "kernel $version" >"$TMP/lab/boot/vmlinuz-$version"
	done
	rm -r "$TMP/lab/lib/modules/6.0" "$TMP/lab/boot/vmlinuz-6.0"
}

# chosen VERSION WHY [ARGS]: fails the test unless the kernel VERSION is taken,
# with WHY as the reason.
chosen() {
	version=$1 why=$2
	shift 2
	takes "$TMP/lab" "$@" >/dev/null
	grep "^vfield-mkimage: kernel" "$TMP/said"
	grep -q -F "kernel $version, $why" "$TMP/said" || fail "not $version, $why"
}

kernels 6.12.0-rc7 6.12.0 6.9.1
chosen 6.12.0 'the newest; not taken: 6.12.0-rc7 6.9.1 (--kernel VERSION)'
chosen 6.9.1 'the wanted one' --kernel 6.9.1
refuses 'no kernel 6.13' "$TMP/lab" --kernel 6.13
kernels 6.1.0-9-amd64 6.1.0-10-cloud-amd64 6.1.0-9-rt-amd64
chosen 6.1.0-9-amd64 'the newest of an ordinary flavour'
kernels 5.14.0-503.el9.x86_64 5.14.0-503.el9.x86_64+debug
chosen 5.14.0-503.el9.x86_64 'the newest'
kernels 6.1.0-9-cloud-amd64
chosen 6.1.0-9-cloud-amd64 'the only one'
kernels 6.6.1-generic 6.6.1-lowlatency
chosen 6.6.1-generic 'the newest'
ln -s boot/vmlinuz-6.6.1-lowlatency "$TMP/lab/vmlinuz"
chosen 6.6.1-lowlatency 'the newest'

# GRUB's settings decide which kernel is taken.
kernels 6.1.0-9-amd64 6.1.0-10-amd64
mkdir -p "$TMP/lab/etc/default" "$TMP/lab/boot/grub"
printf 'saved_entry=gnulinux-6.1.0-9-amd64-advanced-1234\n' \
	>"$TMP/lab/boot/grub/grubenv"
chosen 6.1.0-10-amd64 'the newest'
echo 'GRUB_DEFAULT=saved' >"$TMP/lab/etc/default/grub"
chosen 6.1.0-9-amd64 "the one that GRUB's settings name"
echo 'GRUB_DEFAULT="Advanced options>Linux 6.1.0-9-amd64"' \
	>"$TMP/lab/etc/default/grub"
chosen 6.1.0-9-amd64 "the one that GRUB's settings name"

# The kernel files of Alpine and Arch have their version inside, not in their
# name.
kernels 6.6.58-0-lts 6.6.70-0-lts
rm "$TMP/lab/boot/vmlinuz-6.6.58-0-lts" "$TMP/lab/boot/vmlinuz-6.6.70-0-lts"
"$PYTHON" - "$TMP/lab/boot/vmlinuz-lts" <<'END'
import struct, sys
head = bytearray(0x2000)
head[0x202:0x206] = b'HdrS'
head[0x20e:0x210] = struct.pack('<H', 0x1000 - 0x200)
text = b'6.6.58-0-lts (buildozer@build) #1-Alpine\0'
head[0x1000:0x1000 + len(text)] = text
open(sys.argv[1], 'wb').write(head)
END
chosen 6.6.58-0-lts 'the only one'
kernels 6.12.1-arch1-1
mv "$TMP/lab/boot/vmlinuz-6.12.1-arch1-1" "$TMP/lab/boot/vmlinuz-linux"
echo linux >"$TMP/lab/lib/modules/6.12.1-arch1-1/pkgbase"
chosen 6.12.1-arch1-1 'the only one'
