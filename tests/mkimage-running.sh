#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# If the source is the running system, /, the file systems mounted in it come
# into the image.  One that cannot be shown is left out alone and named, and
# makes the exit status 3, unless its directory is excluded.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"
need setpriv

ROOT=$TMP/r
for name in root home data; do
	truncate -s 40M "$TMP/$name.img"
	mke2fs -q -t ext4 "$TMP/$name.img"
done
mkdir "$ROOT"
mount -o loop "$TMP/root.img" "$ROOT"
mkdir -p "$ROOT/home" "$ROOT/net" "$ROOT/proc" "$ROOT/dev" "$ROOT/sys" \
	"$ROOT/tmp" "$ROOT/var/tmp" "$ROOT/run" "$ROOT/bin" "$ROOT/lib64"
mount -o loop "$TMP/home.img" "$ROOT/home"
system "$ROOT"
mkdir "$ROOT/home/alice"
for file in 1 2 3 4 5 6 7 8; do
	echo $file >"$ROOT/home/alice/$file"
done
# The root gets a copy of vfield-mkimage, and stubs of the programs that it
# runs.
cp -r "$quick" "$ROOT/vf"
for program in mksquashfs busybox cpio modprobe depmod modinfo nbdkit; do
	printf '#!/bin/sh\n' >"$ROOT/bin/$program"
	chmod 755 "$ROOT/bin/$program"
done
ldd "$BUILD/bin/vfield-mkimage" | grep -o '/[^ ]*' | while read -r library; do
	mkdir -p "$ROOT/$(dirname "$library")"
	cp -L "$library" "$ROOT/$library"
done
mount -t proc proc "$ROOT/proc"
mount --bind /dev "$ROOT/dev"
at_exit 'umount -l "$ROOT"'

# count STATUS [ARGS]: sets files to the number of files that come into the
# image; fails the test unless the exit status is STATUS.
count() {
	status=$1
	shift
	rc=0
	TMPDIR=/tmp PATH=/bin /usr/sbin/chroot "$ROOT" /vf/bin/vfield-mkimage / --dry-run \
		"$@" >"$TMP/said" 2>&1 || rc=$?
	[ $rc -eq "$status" ] || fail "status $rc: $(cat "$TMP/said")"
	files=$(sed -n 's,^vfield-mkimage: /: \([0-9]*\) files.*,\1,p' "$TMP/said")
}

count 0
all=$files
count 0 --exclude home
[ "$files" -eq $((all - 8)) ] || fail "$files of $all: /home is not in it"

mount -t tmpfs tmpfs "$ROOT/net"
mkdir "$ROOT/net/data"
mount -o loop "$TMP/data.img" "$ROOT/net/data"
touch "$ROOT/net/data/file"
count 3
grep -q '^vfield-mkimage: /net/data (/dev/loop.*) is not in the image' \
	"$TMP/said" || fail "it is not named: $(cat "$TMP/said")"
[ "$files" -eq "$all" ] || fail "$files of $all: others are missing with it"
count 0 --exclude 'net/*'
! grep -q 'not in the image' "$TMP/said" || fail "it is excluded"
umount "$ROOT/net/data"
rmdir "$ROOT/net/data"
mkdir -p "$ROOT/srv"
mount --bind "$ROOT/home/alice" "$ROOT/srv"
count 0
[ "$files" -eq $((all + 8)) ] || fail "a directory that is shown again"

# An ordinary user, who cannot read all files, is refused.
chmod 755 "$TMP"
! TMPDIR=/tmp setpriv --reuid 65534 --clear-groups \
	"$quick/bin/vfield-mkimage" / -n >"$TMP/said" 2>&1 || fail "taken"
grep -q "is root's to do" "$TMP/said" || fail "$(cat "$TMP/said")"
