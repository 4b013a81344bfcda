#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node's program that unpacks sites, whose root the system's root has been
# mounted over, leaves no mount and no loop device behind in the system's /run.
. "$(dirname "$0")/lib.sh"
need mksquashfs busybox
[ -w /dev/loop-control ] && losetup -f >/dev/null || skip "no loop devices"
! ldd "$(command -v busybox)" >/dev/null 2>&1 || skip "busybox is not static"

clean() {
	umount -l "$TMP/top"
}

mkdir "$TMP/top"
at_exit clean
mount -t tmpfs tmpfs "$TMP/top"
root=$TMP/top/root system=$TMP/top/system
mkdir "$root" "$system"
mount -t tmpfs tmpfs "$root"
mkdir "$root/bin" "$root/dev" "$root/proc" "$root/run"
cp "$(command -v busybox)" "$root/bin/busybox"
for applet in $(busybox --list); do
	[ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
# busybox's shell runs its own modprobe, which is silent where it has this
mkdir -p "$root/lib/modules/$(uname -r)"
: >"$root/lib/modules/$(uname -r)/modules.dep"
cp "$TOP/initramfs/unsquashfs" "$root/bin/unsquashfs"
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mkdir "$TMP/site"
echo '[room]' >"$TMP/site/hosts"
mksquashfs "$TMP/site" "$root/run/site.image" -quiet -no-progress >/dev/null

# The node has its root before the system's is mounted over it, and goes by `..'
# from then on, as vfield agent does.
mkfifo "$TMP/go"
chroot "$root" /bin/sh -c 'PATH=/bin
	read -r go
	unsquashfs -d /../run/site.fresh /../run/site.image &&
		unsquashfs -d /../run/site.other /../run/site.image
	echo "status $?"' <"$TMP/go" >"$TMP/said" 2>&1 &
node=$!
exec 7>"$TMP/go"
mount -t tmpfs tmpfs "$system"
mkdir "$system/run"
mount --bind "$root/run" "$system/run"
mount --move "$system" "$root"
echo go >&7
wait $node

[ "$(cat "$TMP/said")" = 'status 0' ] || fail "$(cat "$TMP/said")"
for name in fresh other; do
	cmp "$root/run/site.$name/hosts" "$TMP/site/hosts" || fail "another site"
	[ ! -e "$root/run/site.$name.mounted" ] || fail "site.$name.mounted stays"
done
! grep 'site\.[a-z]*\.mounted' /proc/self/mountinfo || fail "a mount stays"
! losetup -a | grep site.image || fail "a loop device stays"
