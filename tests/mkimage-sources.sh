#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield-mkimage takes a directory, a disk image, or a partition, mounted or
# not, and changes no byte of it.  A source that it cannot take it refuses, says
# why, and leaves nothing behind.  A hostile source cannot make it read files
# that are not in the source.
. "$(dirname "$0")/lib.sh"
need qemu-img
. "$TOP/tests/mkimage.subr"

# --- a directory, a file system in a file, disks, raw and as qcow2 ---

system "$TMP/lab"
mkdir "$TMP/lab/opt"
head -c 2000000 /dev/urandom >"$TMP/lab/opt/chunks" # chunks for a profile
takes "$TMP/lab"
filesystem "$TMP/fs" "$TMP/lab" 16
mkdir "$TMP/nothing"
filesystem "$TMP/empty" "$TMP/nothing" 4
truncate -s 40M "$TMP/disk"
partition "$TMP/disk" 1 1 "$TMP/empty"
partition "$TMP/disk" 3 8 "$TMP/fs"
qemu-img convert -O qcow2 "$TMP/disk" "$TMP/disk.qcow2"

# The kernel is in a second partition, which the source's fstab names.
cp -a "$TMP/lab" "$TMP/split"
mkdir "$TMP/kernel"
mv "$TMP/split/boot/vmlinuz-6.0" "$TMP/kernel/"
echo 'LABEL=kernel /boot ext4 defaults 0 2' >"$TMP/split/etc/fstab"
filesystem "$TMP/split.fs" "$TMP/split" 16
filesystem "$TMP/kernel.fs" "$TMP/kernel" 4 kernel
truncate -s 40M "$TMP/split.disk"
partition "$TMP/split.disk" 1 1 "$TMP/kernel.fs"
partition "$TMP/split.disk" 2 8 "$TMP/split.fs"

# A file system that was not unmounted: its journal must not be replayed.
cp "$TMP/fs" "$TMP/dirty.live"
mkdir "$TMP/mnt"
mount -o loop "$TMP/dirty.live" "$TMP/mnt"
echo late >"$TMP/mnt/srv/late"
sync -f "$TMP/mnt"
cp "$TMP/dirty.live" "$TMP/dirty"
umount "$TMP/mnt"

for file in fs disk disk.qcow2 split.disk dirty; do
	sum=$(sha256sum <"$TMP/$file")
	takes "$TMP/$file"
	[ "$(sha256sum <"$TMP/$file")" = "$sum" ] || fail "$file was changed"
done
takes "$TMP/disk" --partition 3
refuses 'no root of a Linux' "$TMP/disk" --partition 1
refuses 'no root of a Linux' "$TMP/empty"
partition "$TMP/disk" 4 25 "$TMP/dirty.live"
refuses 'choose with --partition' "$TMP/disk"
takes "$TMP/disk" --partition 4

# --- a partition, unmounted and mounted ---

loop=$(losetup -f --show "$TMP/fs")
at_exit "losetup -d $loop"
sum=$(sha256sum <"$loop")
takes "$loop"
[ "$(sha256sum <"$loop")" = "$sum" ] || fail "the partition was changed"

mount "$loop" "$TMP/mnt"
mount -t tmpfs tmpfs "$TMP/mnt/srv"
echo other >"$TMP/mnt/srv/beneath"
takes "$loop"
grep -q "is mounted: $TMP/mnt is taken" "$TMP/said" || fail "not where it is"
vfield-mkimage "$TMP/mnt" -o "$TMP/out" --level 1 --name lab
nothing_left
[ ! -e "$TMP/mnt/etc/machine-id" ] || fail "the source was written to"
unsquashfs -d "$TMP/back" "$TMP/out/lab.squashfs" >/dev/null
[ -d "$TMP/back/srv" ] && [ -z "$(ls -A "$TMP/back/srv")" ] ||
	fail "what is mounted beneath is in the image"
cmp "$TMP/out/initrd" "$TMP/back/boot/vfield/initrd"
cmp "$TMP/lab/boot/vmlinuz-6.0" "$TMP/back/boot/vfield/vmlinuz"
umount "$TMP/mnt/srv" "$TMP/mnt"

# --- with the boot profile of an earlier image of this source ---

for id in 1 2; do
	printf '9-12\n0\n3\n' >"$TMP/lines"
	printf 'vfield-profile 1\nimage %064d\ndigest %s\n' $id \
		"$(sum_file "$TMP/lines")" | cat - "$TMP/lines" >"$TMP/old.vfp"
	"$quick/bin/vfield-mkimage" "$TMP/fs" -o "$TMP/out" --level 1 --name lab \
		--profile "$TMP/old.vfp"
done
grep -q "^image $(image_id "$TMP/out/lab.squashfs.vfm")$" \
	"$TMP/out/lab.squashfs.vfp" || fail "it is of another image"
tail -n +4 "$TMP/out/lab.squashfs.vfp" | cmp - "$TMP/lines"
echo 5 >>"$TMP/old.vfp"
refuses 'its digest is another one' "$TMP/fs" --profile "$TMP/old.vfp"
"$quick/bin/vfield-mkimage" "$TMP/fs" -o "$TMP/out" --level 1 --name lab
[ ! -e "$TMP/out/lab.squashfs.vfp" ] || fail "an old profile is left"

# --- sources that cannot be read ---

mkfifo "$TMP/fifo"
refuses 'neither a directory nor a file nor a disk' "$TMP/fifo"
qemu-img create -q -f qcow2 -b "$TMP/disk" -F raw "$TMP/overlay.qcow2"
refuses 'it has a backing file' "$TMP/overlay.qcow2"
"$PYTHON" - "$TMP/lvm" <<'END_OF_PYTHON'
import struct, sys, zlib
label = struct.pack('<I8s', 32, b'LVM2 001') + b'x' * 32
label += bytes(512 - 20 - len(label))
crc = zlib.crc32(label, 0xf597a6cf ^ 0xffffffff) ^ 0xffffffff
with open(sys.argv[1], 'wb') as f:
    f.write(bytes(512) + b'LABELONE' + struct.pack('<QI', 1, crc) + label)
    f.truncate(4 << 20)
END_OF_PYTHON
truncate -s 40M "$TMP/lvm.disk"
partition "$TMP/lvm.disk" 1 1 "$TMP/lvm"
refuses 'partition 1 is an LVM physical volume.*vgchange' "$TMP/lvm.disk"

# --- sources that lead to files of this machine ---

hostile() {
	rm -rf "$TMP/bad"
	cp -a "$TMP/lab" "$TMP/bad"
}
hostile
rm -r "$TMP/bad/boot"
ln -s "$TMP/lab/boot" "$TMP/bad/boot"
refuses 'no kernel in the source' "$TMP/bad"
hostile
rm -r "$TMP/bad/lib/modules"
ln -s "$TMP/lab/lib/modules" "$TMP/bad/lib/modules"
refuses 'no kernel modules' "$TMP/bad"
hostile
rm "$TMP/bad/boot/vmlinuz-6.0"
mkfifo "$TMP/bad/boot/vmlinuz-6.0"
refuses 'no regular file' "$TMP/bad"
hostile
rm "$TMP/bad/boot/vmlinuz-6.0"
ln -s ../../../../../../../../../../etc/passwd "$TMP/bad/boot/vmlinuz-6.0"
refuses 'no kernel in the source' "$TMP/bad"
# A module leads to a file of this machine: by a link, and by its name.
for how in link name; do
	hostile
	modules=$TMP/bad/lib/modules/6.0
	mkdir -p "$modules/kernel"
	echo secret >"$TMP/secret.ko"
	: >"$modules/modules.builtin"
	case $how in
	link)
		ln -s "$TMP/secret.ko" "$modules/kernel/nbd.ko"
		module=kernel/nbd.ko
		;;
	name)
		module=../../../../secret.ko
		;;
	esac
	for name in nbd squashfs overlay; do
		[ $name = nbd ] || echo "kernel/$name.ko" >>"$modules/modules.builtin"
	done
	depmod -b "$TMP/bad" 6.0 2>/dev/null
	echo "$module:" >"$modules/modules.dep"
	rm -f "$modules/modules.dep.bin"
	! timeout 60 vfield-mkimage "$TMP/bad" -o "$TMP/none" >"$TMP/said" 2>&1 ||
		fail "a module's $how leads out of the source"
	[ ! -e "$TMP/none" ] || fail "something was written"
	nothing_left
done
# A link in the source must not lead a mount of its fstab to this machine's
# /etc.
hostile
mv "$TMP/bad/boot" "$TMP/bad/old"
ln -s /etc "$TMP/bad/boot"
cp "$TMP/split/etc/fstab" "$TMP/bad/etc/fstab"
filesystem "$TMP/split.fs" "$TMP/bad" 16
partition "$TMP/split.disk" 2 8 "$TMP/split.fs"
find /etc >"$TMP/etc.before"
vfield-mkimage --dry-run "$TMP/split.disk" >"$TMP/said" 2>&1 || cat "$TMP/said"
find /etc | cmp - "$TMP/etc.before"
nothing_left

"$PYTHON" - "$TMP/bad.tar" <<'END_OF_PYTHON'
import io, sys, tarfile
with tarfile.open(sys.argv[1], 'w') as t:
    link = tarfile.TarInfo('out')
    link.type, link.linkname = tarfile.SYMTYPE, '../..'
    t.addfile(link)
    for name in '../escaped', 'out/escaped', '/escaped':
        info = tarfile.TarInfo(name)
        info.size = 4
        t.addfile(info, io.BytesIO(b'bad\n'))
END_OF_PYTHON
refuses 'bad.tar' "$TMP/bad.tar"
[ ! -e "$TMP/escaped" ] && [ ! -e "$TMPDIR/escaped" ] && [ ! -e /escaped ] ||
	fail "a tar has written outside of its place"

# --- no room: noticed before writing, or while writing ---

mkdir "$TMP/small"
mount -t tmpfs -o size=4m tmpfs "$TMP/small"
at_exit 'umount -l "$TMP/small"'
! vfield-mkimage "$TMP/lab" -o "$TMP/small/out" 2>"$TMP/said" ||
	fail "made where there is no room"
grep -q 'only 4 MiB are free' "$TMP/said" || fail "$(cat "$TMP/said")"
[ -z "$(ls -A "$TMP/small")" ] || fail "something was left"
# Random bytes, which the estimate takes for compressible: the image has no
# room.
head -c 60000000 /dev/urandom >"$TMP/lab/srv/noise"
mount -o remount,size=56m "$TMP/small"
! vfield-mkimage "$TMP/lab" -o "$TMP/small/out" --level 1 2>"$TMP/said" ||
	fail "made where there is no room"
cat "$TMP/said"
grep -q 'mksquashfs failed' "$TMP/said" || fail "it failed elsewhere"
[ -z "$(ls -A "$TMP/small")" ] || fail "left: $(find "$TMP/small")"
nothing_left

# --- a signal ends vfield-mkimage in the middle ---

vfield-mkimage "$TMP/fs" -o "$TMP/half" >"$TMP/said" 2>&1 &
making=$!
half() {
	ls "$TMP"/half/.vfield-mkimage.*/* >/dev/null 2>&1
}
wait_for 20 half
kill -TERM $making
! wait $making || fail "it did not end"
[ ! -e "$TMP/half" ] || fail "left: $(find "$TMP/half")"
nothing_left
