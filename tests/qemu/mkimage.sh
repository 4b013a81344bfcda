#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield-mkimage refuses a source that cannot boot and says what is missing,
# before it has written anything.  Images made twice of one source have the same
# bytes, and files that belong to one machine are not in them.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
need unsquashfs cpio zstd

refused() {
	! vfield-mkimage "$@" -o "$TMP/none" >"$TMP/said" 2>&1 ||
		fail "$*: not refused"
	[ ! -e "$TMP/none" ] || fail "$*: refused, but something was written"
	cat "$TMP/said"
}

boot_busybox_root "$TMP/lab"
refused "$TMP/lab"
grep -q 'no kernel modules' "$TMP/said" || fail "it does not say what is missing"
refused "$TMP/nowhere"
echo 'this is no tar file' >"$TMP/text"
refused "$TMP/text"

# This kernel has all modules but nbd.
mkdir -p "$TMP/poor/lib/modules/6.0" "$TMP/poor/boot"
: >"$TMP/poor/boot/vmlinuz-6.0"
echo 'kernel/fs/overlayfs/overlay.ko.xz:' >"$TMP/poor/lib/modules/6.0/modules.dep"
echo 'kernel/fs/squashfs/squashfs.ko' >"$TMP/poor/lib/modules/6.0/modules.builtin"
refused "$TMP/poor"
[ "$(grep -c ' has no ' "$TMP/said")" -eq 1 ] &&
	grep -q 'has no nbd' "$TMP/said" || fail "it is nbd that is missing"
refused "$TMP/poor" --kernel 5.0

boot_borrow_kernel "$TMP/lab"
mkdir -p "$TMP/lab/etc/ssh" "$TMP/lab/var/log" "$TMP/lab/home/me"
for file in etc/machine-id etc/hostname etc/fstab etc/ssh/ssh_host_rsa_key \
	etc/ssh/ssh_config var/log/messages home/me/secret home/me/diary \
	swapfile; do
	echo mine >"$TMP/lab/$file"
done
# zstd's best level takes long; cards.sh tries it.
SOURCE_DATE_EPOCH=1700000000 ZSTD_CLEVEL=1
export SOURCE_DATE_EPOCH ZSTD_CLEVEL
vfield-mkimage "$TMP/lab" --dry-run --exclude-file /dev/null
for n in 1 2; do
	vfield-mkimage "$TMP/lab" -o "$TMP/out$n" --level 1 --name lab-1 \
		--exclude 'home/*/secret'
done
for file in "$TMP/out1/"*; do
	cmp "$file" "$TMP/out2/${file##*/}" || fail "${file##*/} differs"
	echo "${file##*/}: the same bytes"
done

vfield image verify "$TMP/out1/lab-1.squashfs"
unsquashfs -d "$TMP/back" "$TMP/out1/lab-1.squashfs" >/dev/null
for file in etc/hostname etc/ssh/ssh_host_rsa_key var/log/messages \
	home/me/secret swapfile; do
	[ ! -e "$TMP/back/$file" ] || fail "$file is in the image"
done
for file in etc/machine-id etc/fstab; do
	[ -f "$TMP/back/$file" ] && [ ! -s "$TMP/back/$file" ] ||
		fail "$file is not empty"
done
[ "$(cat "$TMP/back/home/me/diary" "$TMP/back/etc/ssh/ssh_config")" = 'mine
mine' ] || fail "the rest is not there"

# The files that boot other machines are in the image, too.
for file in vmlinuz initrd; do
	cmp "$TMP/out1/$file" "$TMP/back/boot/vfield/$file" ||
		fail "$file is not in the image"
done

# The initramfs in the image has no file that $BOOT/initrd, whose size cards.sh
# checks, does not have.
files() {
	zstd -qdc "$1" | cpio --quiet -t | sort
}
files "$BOOT/initrd" >"$TMP/ours"
files "$TMP/out1/initrd" | comm -13 "$TMP/ours" - >"$TMP/more"
[ ! -s "$TMP/more" ] || fail "the initramfs has more in it: $(cat "$TMP/more")"

# The ROMs of iPXE are taken from the directory that --rom names.  /boot is a
# link here; the kernel is found through it, and the files for booting others
# are in the image all the same.
mkdir "$TMP/rom dir"
refused "$TMP/lab" --rom "$TMP/rom dir"
grep -q 'no undionly.kpxe' "$TMP/said" || fail "it does not say what is missing"
echo undionly >"$TMP/rom dir/undionly.kpxe"
echo snponly >"$TMP/rom dir/ipxe-snponly-x86_64.efi"
mv "$TMP/lab/boot" "$TMP/lab/etc/kernel"
ln -s etc/kernel "$TMP/lab/boot"
vfield-mkimage "$TMP/lab" -o "$TMP/out \$4" --level 1 --name lab-1 \
	--rom "$TMP/rom dir"
rm "$TMP/lab/boot"
mv "$TMP/lab/etc/kernel" "$TMP/lab/boot"
unsquashfs -d "$TMP/back4" "$TMP/out \$4/lab-1.squashfs" >/dev/null
[ "$(cat "$TMP/back4/boot/vfield/undionly.kpxe" \
	"$TMP/back4/boot/vfield/snponly.efi")" = 'undionly
snponly' ] || fail "the ROMs are not in the image"
cmp "$TMP/out1/vmlinuz" "$TMP/back4/boot/vfield/vmlinuz"

# The image of a tar of the source is the same.
tar -C "$TMP/lab" -cf "$TMP/lab-1.tar" .
vfield-mkimage "$TMP/lab-1.tar" -o "$TMP/out3" --level 1 \
	--exclude 'home/*/secret'
[ -s "$TMP/out3/lab-1.squashfs" ] || fail "no image of a tar"
unsquashfs -d "$TMP/back3" "$TMP/out3/lab-1.squashfs" >/dev/null
diff -r --no-dereference "$TMP/back" "$TMP/back3" ||
	fail "the image of a tar is another one"
