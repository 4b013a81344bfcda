#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A host with base = image: its disk gets kernel and initramfs of the image, the
# mark vfield-store and a configuration of GRUB with the words by which the
# machine joins the cluster again, and a repair keeps the chunks.  A machine that
# has started from such a disk does no job.
. "$(dirname "$0")/lib.sh"

card=52:54:00:12:34:56
target=$TMP/target state=$TMP/state image=$TMP/image
mkdir -p "$target/boot/efi" "$state" "$image/boot/vfield" "$TMP/fake"
echo kernel1 >"$image/boot/vfield/vmlinuz"
echo initrd1 >"$image/boot/vfield/initrd"
printf '%s\n' '/dev/vda2 esp vfat /boot/efi -' '/dev/vda3 store ext4 / -' \
	>"$state/parts"
printf '#!/bin/sh\necho "grub-install $*" >>%s\n' "$TMP/grub.said" \
	>"$TMP/fake/grub-install"
chmod 755 "$TMP/fake/grub-install"
printf '#!/bin/sh\n' >"$TMP/fake/blockdev"
chmod 755 "$TMP/fake/blockdev"
head -c 4096 /dev/urandom >"$TMP/disk"
mount --bind "$TMP/fake" /usr/sbin
mount -t tmpfs tmpfs /run
mkdir /run/vfield
echo key1 >/run/vfield/cluster.key
mkdir -p /usr/lib/grub "$TMP/grub/i386-pc" "$TMP/grub/x86_64-efi"
mount --bind "$TMP/grub" /usr/lib/grub

# says WORDS: the kernel's command line, from now on
says() {
	echo "$*" >"$TMP/cmdline"
	mountpoint -q /proc/cmdline || mount --bind "$TMP/cmdline" /proc/cmdline
}

# module NAME: runs the module as vfield-install does
module() {
	PATH=${FIRST-}/usr/bin:/bin:/usr/sbin VFIELD_FUNCTIONS=$TOP/installer/functions \
		VFIELD_MODE=${MODE:-install} VFIELD_BASE=image VFIELD_TARGET=$target \
		VFIELD_STATE=$state VFIELD_DISK=$TMP/disk VFIELD_APPEND=quiet \
		VFIELD_HOST=node07 VFIELD_CARD="$card" VFIELD_IMAGE_NAME='' VFIELD_ROOT_IMAGE=$image \
		"$TOP/installer/modules/$1" >"$TMP/said" 2>&1 3>/dev/null
}

says 'initrd=initrd vfield.image=0123 vfield.peer=10.0.0.1 vfield.boot=10.0.0.1:1' \
	'vfield.trust=abc vfield.key=boot BOOTIF=01-aa vfield.disks=key console=ttyS0 vfield.name=a;reboot'
module base || fail "$(cat "$TMP/said")"
[ "$(cat "$target/boot/vmlinuz" "$target/boot/initrd")" = 'kernel1
initrd1' ] && [ -f "$target/vfield-store" ] || fail "the disk lacks a file"
[ ! -e "$target/boot/vfield" ] || fail "something is left"
[ "$(stat -c %a "$target/vfield-key") $(cat "$target/vfield-key")" = '400 key1' ] ||
	fail "the key is not on the disk, for root alone"
module boot || fail "$(cat "$TMP/said")"
[ "$(cat "$TMP/grub.said")" = "grub-install --target=i386-pc \
--boot-directory=$target/boot $TMP/disk
grub-install --target=x86_64-efi --boot-directory=$target/boot \
--efi-directory=$target/boot/efi --removable --no-nvram" ] ||
	fail "$(cat "$TMP/grub.said")"
line=$(sed -n 's/^	linux //p' "$target/boot/grub/grub.cfg")
[ "$line" = "/boot/vmlinuz vfield.peer=10.0.0.1 vfield.trust=abc \
BOOTIF=01-aa vfield.peer=dhcp vfield.jobs=no console=ttyS0 quiet" ] || fail "$line"

echo "# a repair makes anew only what is not as it was made"
export MODE=repair
: >"$TMP/grub.said"
module boot || fail "$(cat "$TMP/said")"
[ ! -s "$TMP/grub.said" ] || fail "GRUB was installed once more"
grep -q 'is as it was made' "$TMP/said" || fail "$(cat "$TMP/said")"
for change in "printf x >>$target/boot/grub/grub.cfg" \
	"printf x >$target/boot/efi/EFI/BOOT/BOOTX64.EFI" \
	"printf x >$TMP/grub/i386-pc/new.mod" "printf x >$TMP/disk"; do
	: >"$TMP/grub.said"
	mkdir -p "$target/boot/efi/EFI/BOOT"
	eval "$change"
	module boot || fail "$(cat "$TMP/said")"
	[ -s "$TMP/grub.said" ] || fail "GRUB was not installed: $change"
	! grep -q '^x' "$target/boot/grub/grub.cfg" || fail "not our grub.cfg"
done
mkdir "$target/vfield"
echo chunks >"$target/vfield/store"
echo kernel2 >"$image/boot/vfield/vmlinuz"
module base || fail "$(cat "$TMP/said")"
[ "$(cat "$target/boot/vmlinuz" "$target/vfield/store")" = 'kernel2
chunks' ] || fail "not the new kernel, or not the old chunks"

echo "# the old pair gives its room where there is no other"
mkdir "$TMP/full"
cat >"$TMP/full/cp" <<END
#!/bin/sh
[ ! -e "$target/boot/vmlinuz" ] || exit 1
exec /usr/bin/cp "\$@"
END
chmod 755 "$TMP/full/cp"
echo kernel3 >"$image/boot/vfield/vmlinuz"
FIRST=$TMP/full: module base || fail "$(cat "$TMP/said")"
[ "$(cat "$target/boot/vmlinuz" "$target/boot/initrd")" = 'kernel3
initrd1' ] || fail "not the new pair"

echo "# a file system of its own for /boot, and one that keeps no chunks"
cp "$state/parts" "$TMP/parts"
echo '/dev/vda4 boot ext4 /boot -' >>"$state/parts"
module boot || fail "$(cat "$TMP/said")"
grep -q '^	linux /vmlinuz ' "$target/boot/grub/grub.cfg" &&
	grep -q '^	initrd /initrd$' "$target/boot/grub/grub.cfg" ||
	fail "$(cat "$target/boot/grub/grub.cfg")"
sed 's/ext4/btrfs/' "$TMP/parts" >"$state/parts"
! module base || fail "no chunks are kept on btrfs"
grep -q '/ is btrfs' "$TMP/said" || fail "$(cat "$TMP/said")"
cp "$TMP/parts" "$state/parts"

echo "# a name is kept where the site knows the machine by no card"
card=''
says 'vfield.trust=abc vfield.name=old console=ttyS0'
module boot || fail "$(cat "$TMP/said")"
grep -q ' vfield.trust=abc vfield.name=node07 vfield.peer=' \
	"$target/boot/grub/grub.cfg" || fail "$(cat "$target/boot/grub/grub.cfg")"

echo "# an image without them"
rm "$image/boot/vfield/initrd"
! module base || fail "there is no initramfs"
grep -q 'has no /boot/vfield' "$TMP/said" || fail "$(cat "$TMP/said")"
[ "$(cat "$target/boot/initrd")" = initrd1 ] || fail "the old one is gone"

echo "# from the disk no job is done"
says "vfield.trust=abc vfield.jobs=no"
vfield-install --host node07 --run-dir "$TMP/run" boot >"$TMP/said" ||
	fail "it has tried to do one"
grep -q 'no job is done' "$TMP/said" || fail "$(cat "$TMP/said")"
