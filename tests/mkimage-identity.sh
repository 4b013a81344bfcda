#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Files that belong to one machine, hidden ones too, are not in an image.  The
# directories in which services write are there, with owner and mode, and files
# that a system needs have neutral content.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"

lab=$TMP/lab
system "$lab"
put() {
	for file; do
		mkdir -p "$lab/$(dirname "$file")"
		echo mine >"$lab/$file"
	done
}
put tmp/.X0-lock home/me/.cache/.hidden var/log/nginx/access.log \
	var/cache/bind/dump etc/hostname etc/ssh/ssh_host_ed25519_key \
	etc/netplan/90-NM-1.yaml etc/wireguard/wg0.conf etc/krb5.keytab \
	var/lib/samba/private/secrets.tdb etc/dropbear/dropbear_rsa_host_key \
	var/lib/iwd/home.psk var/lib/tailscale/tailscaled.state \
	etc/vfield/cluster.key etc/vfield/keys/admin etc/shadow- \
	srv/store/node.key \
	etc/sysconfig/network-scripts/ifcfg-eth0 root/.bash_history
(cd "$lab" && find . -type f | sort) >"$TMP/identity"
mkdir -p "$lab/var/log/empty"
touch "$lab/var/log/nginx/a b?.log"
chown 33:4 "$lab/var/log/nginx"
chmod 2750 "$lab/var/log/nginx"
echo lab7 >"$lab/etc/hostname"
cat >"$lab/etc/hosts" <<'END'
127.0.0.1	localhost lab7
127.0.1.1	lab7.example.org LAB7 # this one
::1	localhost ip6-localhost
# servers
10.0.0.7	lab7
10.0.0.9	lab77 files
END
makes image "$lab"
cd "$TMP/image"
grep -e tmp/ -e home/ -e root/ -e srv/ -e log/ -e cache/ -e etc/[dknsvw] \
	-e var/lib "$TMP/identity" | grep -v os-release | while read -r file; do
	[ ! -e "$file" ] || fail "$file is in the image"
done
[ "$(find var/log var/cache | sort)" = 'var/cache
var/cache/bind
var/log
var/log/empty
var/log/nginx' ] || fail "$(find var/log var/cache)"
[ "$(stat -c %a:%u:%g var/log/nginx)" = 2750:33:4 ] || fail "its owner, its mode"
[ "$(cat etc/hosts)" = '127.0.0.1	localhost
::1	localhost	ip6-localhost
# servers
10.0.0.7	lab7
10.0.0.9	lab77 files' ] || fail "$(cat etc/hosts)"
for file in machine-id fstab; do
	[ -f etc/$file ] && [ ! -s etc/$file ] || fail "$file is not empty"
done
[ ! -e etc/systemd ] || fail "units for a systemd that is not there"
cd "$TOP"

# With systemd, a machine makes its id and its SSH keys at boot, and units stay
# as they are.
mkdir -p "$lab/usr/lib/systemd" "$lab/usr/sbin" "$lab/usr/bin" \
	"$lab/etc/systemd/system/multi-user.target.wants" \
	"$lab/etc/systemd/system/getty.target.wants"
touch "$lab/usr/lib/systemd/systemd" "$lab/usr/sbin/sshd" \
	"$lab/usr/bin/ssh-keygen"
wants=$lab/etc/systemd/system
ln -s /usr/lib/systemd/system/slurmd.service "$wants/multi-user.target.wants/"
ln -s /usr/lib/systemd/system/getty@.service \
	"$wants/getty.target.wants/getty@tty1.service"
ln -s /usr/lib/systemd/system/ssh.service "$wants/sshd.service"
makes image "$lab"
cd "$TMP/image"
[ ! -s etc/machine-id ] || fail "machine-id: systemd would take it for its first boot"
grep -q '^ExecStart=/usr/bin/ssh-keygen -A$' \
	etc/systemd/system/multi-user.target.wants/vfield-ssh-keys.service ||
	fail "nothing makes SSH's keys"
cd "$TOP"
# An image made of a system that was itself booted from an image gets the unit
# once.
cp "$TMP/image/etc/systemd/system/vfield-ssh-keys.service" "$wants/"
makes image "$lab"
