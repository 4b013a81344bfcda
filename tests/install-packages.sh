#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The module packages installs what a host wants beyond the image from the
# sources that the site names, by apt's own methods, though one of the sources is
# dead; a package that no source has is a failure.  The installed system is a
# copy of this one.
. "$(dirname "$0")/lib.sh"
need apt-get dpkg-deb busybox

mkdir "$TMP/memory" "$TMP/root" "$TMP/state"
mount -t tmpfs tmpfs "$TMP/memory"
mkdir "$TMP/memory/up" "$TMP/memory/work"
mount -t overlay -o "lowerdir=/,upperdir=$TMP/memory/up,workdir=$TMP/memory/work" \
	overlay "$TMP/root" || skip "no overlay of / here"
at_exit 'umount -R -l "$TMP/root" "$TMP/memory"'
rm -f "$TMP/root/usr/sbin/policy-rc.d" "$TMP"/root/etc/apt/sources.list \
	"$TMP"/root/etc/apt/sources.list.d/*

# package NAME: a repository with one package, in $TMP/root/repo/NAME
package() {
	repo=$TMP/root/repo/$1
	mkdir -p "$repo" "$TMP/$1/DEBIAN" "$TMP/$1/opt"
	echo "from $1" >"$TMP/$1/opt/vf-$1"
	printf 'Package: vf-%s\nVersion: 1\nArchitecture: all\nMaintainer: nobody <n@example.org>\nDescription: a test\n' \
		"$1" >"$TMP/$1/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$TMP/$1" "$repo/vf-$1.deb" >/dev/null
	{
		cat "$TMP/$1/DEBIAN/control"
		echo "Filename: ./vf-$1.deb"
		echo "Size: $(wc -c <"$repo/vf-$1.deb")"
		echo "SHA256: $(sum_file "$repo/vf-$1.deb")"
	} >"$repo/Packages"
}
package file
package copy
package http
busybox httpd -f -p 127.0.0.1:8765 -h "$TMP/root/repo/http" &
at_exit "kill $!"
wait_for 10 busybox wget -q -O /dev/null http://127.0.0.1:8765/Packages

# wants PACKAGES: runs the module as vfield-install does
wants() {
	VFIELD_FUNCTIONS=$TOP/installer/functions VFIELD_MODE=install \
		VFIELD_TARGET=$TMP/root VFIELD_STATE=$TMP/state \
		VFIELD_PACKAGES=$1 VFIELD_SOURCES="deb [trusted=yes] \
http://127.0.0.2:1/ ./ | deb [trusted=yes] file:/repo/file ./ | \
deb [trusted=yes] copy:/repo/copy ./ | \
deb [trusted=yes] http://127.0.0.1:8765/ ./" \
		"$TOP/installer/modules/packages" >"$TMP/said" 2>&1 3>/dev/null
}

wants '' || fail "$(cat "$TMP/said")"
grep -q 'wants none' "$TMP/said" || fail "$(cat "$TMP/said")"
wants 'vf-file,vf-copy vf-http' || fail "$(cat "$TMP/said")"
for method in file copy http; do
	[ "$(cat "$TMP/root/opt/vf-$method")" = "from $method" ] ||
		fail "$method: $(cat "$TMP/said")"
done
[ ! -e "$TMP/root/usr/sbin/policy-rc.d" ] || fail "services stay forbidden"
! wants vf-nobody || fail "a package that is nowhere was installed"
