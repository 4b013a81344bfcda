#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The module packages installs what a host wants beyond the image from the
# sources that the site names, one package by each of apt's methods, though one of
# the sources is dead; a package that no source has is a failure.  The installed
# system is a copy of this one.
. "$(dirname "$0")/lib.sh"
need apt-get dpkg-deb busybox ssh-keygen gpg
[ -x /usr/sbin/sshd ] || skip "openssh-server is missing"
/usr/bin/python3 -c 'import pyftpdlib' 2>/dev/null || skip "python3-pyftpdlib is missing"

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
METHODS='file copy http ftp cdrom ssh rsh'
for method in $METHODS; do
	package "$method"
done
busybox httpd -f -p 127.0.0.1:8765 -h "$TMP/root/repo/http" &
at_exit "kill $!"
wait_for 10 busybox wget -q -O /dev/null http://127.0.0.1:8765/Packages

/usr/bin/python3 -m pyftpdlib -i 127.0.0.1 -p 8766 -d "$TMP/root/repo/ftp" \
	>"$TMP/ftp.log" 2>&1 &
at_exit "kill $!"

# sshd, for the installed system's root.  Of rsh there is the name alone: apt says
# to it what it says to ssh.
keys=$TMP/root/root/.ssh
mkdir -p "$keys" /run/sshd
ssh-keygen -q -t ed25519 -N '' -f "$TMP/host"
rm -f "$keys/id_ed25519"
ssh-keygen -q -t ed25519 -N '' -f "$keys/id_ed25519"
printf 'Host *\nPort 8767\nIdentityFile /root/.ssh/id_ed25519\nUserKnownHostsFile /root/.ssh/known\n' \
	>"$keys/config"
echo "[127.0.0.1]:8767 $(cat "$TMP/host.pub")" >"$keys/known"
printf '%s\n' 'ListenAddress 127.0.0.1' 'Port 8767' "HostKey $TMP/host" \
	"AuthorizedKeysFile $keys/id_ed25519.pub" 'StrictModes no' \
	'PermitRootLogin prohibit-password' 'UsePAM no' >"$TMP/sshd_config"
/usr/sbin/sshd -D -e -f "$TMP/sshd_config" 2>"$TMP/sshd.log" &
at_exit "kill $!"
ln -sf ssh "$TMP/root/usr/bin/rsh"

# a medium in the drive, signed as Debian's are, which is what apt-cdrom wants
dists=$TMP/root/repo/cdrom/dists/lab
arch=$(dpkg --print-architecture)
mkdir -p "$TMP/root/media/cdrom" "$TMP/root/repo/cdrom/.disk" \
	"$dists/main/binary-$arch"
echo 'packages of the lab' >"$TMP/root/repo/cdrom/.disk/info"
mv "$TMP/root/repo/cdrom/Packages" "$dists/main/binary-$arch/"
index=main/binary-$arch/Packages
printf 'Codename: lab\nComponents: main\nArchitectures: %s\nDate: %s\nSHA256:\n %s %d %s\n' \
	"$arch" "$(LC_ALL=C date -u '+%a, %d %b %Y %T UTC')" \
	"$(sum_file "$dists/$index")" "$(wc -c <"$dists/$index")" "$index" \
	>"$dists/Release"
export GNUPGHOME="$TMP/gpg"
mkdir -m 700 "$GNUPGHOME"
gpg --batch -q --passphrase '' --quick-gen-key lab@example.org ed25519 sign never \
	2>"$TMP/gpg.log" && gpg --batch -q --clearsign -o "$dists/InRelease" \
	"$dists/Release" || fail "$(cat "$TMP/gpg.log")"
gpg --batch -q --export >"$TMP/root/etc/apt/trusted.gpg.d/lab.gpg"
mount --bind "$TMP/root/repo/cdrom" "$TMP/root/media/cdrom"

wait_for 20 sh -c ': | busybox nc 127.0.0.1 8766 && : | busybox nc 127.0.0.1 8767' >/dev/null

# wants PACKAGES: runs the module as vfield-install does
wants() {
	VFIELD_FUNCTIONS=$TOP/installer/functions VFIELD_MODE=install \
		VFIELD_TARGET=$TMP/root VFIELD_STATE=$TMP/state \
		VFIELD_PACKAGES=$1 VFIELD_SOURCES="deb [trusted=yes] \
http://127.0.0.2:1/ ./ | deb [trusted=yes] file:/repo/file ./ | cdrom | \
deb [trusted=yes] copy:/repo/copy ./ | \
deb [trusted=yes] http://127.0.0.1:8765/ ./ | \
deb [trusted=yes] ftp://127.0.0.1:8766/ ./ | \
deb [trusted=yes] ssh://127.0.0.1$TMP/root/repo/ssh ./ | \
deb [trusted=yes] rsh://127.0.0.1$TMP/root/repo/rsh ./" \
		"$TOP/installer/modules/packages" >"$TMP/said" 2>&1 3>/dev/null
}

wants '' || fail "$(cat "$TMP/said")"
grep -q 'wants none' "$TMP/said" || fail "$(cat "$TMP/said")"
wants "$(printf 'vf-%s,' $METHODS)" || fail "$(cat "$TMP/said" "$TMP"/*.log)"
for method in $METHODS; do
	[ "$(cat "$TMP/root/opt/vf-$method")" = "from $method" ] ||
		fail "$method: $(cat "$TMP/said")"
done
[ ! -e "$TMP/root/usr/sbin/policy-rc.d" ] || fail "services stay forbidden"
! wants vf-nobody || fail "a package that is nowhere was installed"

echo "# from the image"
package image
export VFIELD_IMAGE="$TMP/image"
repo=usr/share/vfield/packages
# (the hook of --packages, which runs in the image's source)
echo 'deb [trusted=yes] copy:/repo/image ./' \
	>"$TMP/root/etc/apt/sources.list.d/vfield.list"
mkdir "$TMP/root/hook"
cp "$TOP/mkimage/packages/build" "$TMP/root/hook/"
chroot "$TMP/root" env VFIELD_PACKAGES=vf-image /hook/build >"$TMP/said" 2>&1 ||
	fail "$(cat "$TMP/said")"
mkdir -p "$VFIELD_IMAGE/${repo%/*}"
mv "$TMP/root/$repo" "$VFIELD_IMAGE/$repo"
rm -r "$TMP/root/repo/image"
: >"$TMP/root/var/lib/apt/lists/another_._Packages"
wants vf-image || fail "$(cat "$TMP/said")"
[ "$(cat "$TMP/root/opt/vf-image")" = 'from image' ] || fail "$(cat "$TMP/said")"
! grep -q 127.0.0.1 "$TMP/said" || fail "a source was asked: $(cat "$TMP/said")"
[ ! -e "$TMP/root/$repo" ] || fail "the repository stays"
grep -q 127.0.0.1:8765 "$TMP/root/etc/apt/sources.list.d/vfield.list" ||
	fail "the site's sources are not there"
[ -e "$TMP/root/var/lib/apt/lists/another_._Packages" ] ||
	fail "a list of apt is lost"
! wants vf-nobody || fail "a package that is nowhere was installed"
grep -q 127.0.0.1 "$TMP/said" || fail "no other source was asked"
