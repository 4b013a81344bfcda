#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A booted system has a resolv.conf: with the servers that DHCP has named, else
# the image's own, else an empty one.  A link that stands there is left alone.  An
# image that has modules, but none of the kernel that runs, is told of.
. "$(dirname "$0")/lib.sh"
need busybox

sed -n '/^prepare_system() {/,/^}/p' "$TOP/initramfs/init" | sed \
	-e "s,/newroot,$TMP/image,g" -e "s,/run/vfield,$TMP/run/vfield,g" \
	-e "s,/sys/class/net,$TMP/cards,g" >"$TMP/part"
grep -q resolv "$TMP/part" || fail "init has no prepare_system that writes it"
cat >>"$TMP/part" <<'END'
tell_managers() { :; }
tell_hosts() { :; }
net_device=eth0 net_domain=$1 net_dns=$2
prepare_system || echo "status $?"
END
mkdir -p "$TMP/run/vfield" "$TMP/image/etc" "$TMP/cards/eth0"
echo 52:54:00:77:00:09 >"$TMP/cards/eth0/address"
file=$TMP/image/etc/resolv.conf

# prepare DOMAIN SERVERS: prepares the system for what DHCP has named.
prepare() {
	busybox sh -e "$TMP/part" "$1" "$2" >"$TMP/said" 2>&1 || fail "status $?"
	[ ! -s "$TMP/said" ] || fail "$(cat "$TMP/said")"
}

prepare '' ''
[ -f "$file" ] && [ ! -s "$file" ] || fail "no server is named, and no file made"
prepare example.org '192.0.2.1 192.0.2.2'
[ "$(cat "$file")" = 'search example.org
nameserver 192.0.2.1
nameserver 192.0.2.2' ] || fail "$(cat "$file")"
prepare '' ''
[ "$(grep -c nameserver "$file")" -eq 2 ] || fail "the image's own is lost"
ln -sf /run/systemd/resolve/stub-resolv.conf "$file"
prepare '' 192.0.2.3
[ -L "$file" ] || fail "the link is replaced"
[ "$(cat "$TMP/run/vfield/resolv.conf")" = 'nameserver 192.0.2.3' ] ||
	fail "$(cat "$TMP/run/vfield/resolv.conf")"

{
	echo 'say() { echo "$*"; }; uname() { echo 6.1.0-9; }'
	sed -n '/^look_at_modules() {/,/^}/p' "$TOP/initramfs/init" |
		sed "s,/newroot,$TMP/image,g"
	echo look_at_modules
} >"$TMP/part"
grep -q uname "$TMP/part" || fail "init has no look_at_modules"
says() {
	busybox sh -e "$TMP/part" >"$TMP/said" 2>&1 || fail "status $?"
	[ "$(grep -c 'no modules of this kernel, 6.1.0-9' "$TMP/said")" -eq "$1" ] ||
		fail "$2: $(cat "$TMP/said")"
}
says 0 "an image without modules"
mkdir -p "$TMP/image/lib/modules/6.1.0-8" "$TMP/image/lib/modules/6.1.0-9"
touch "$TMP/image/lib/modules/6.1.0-8/modules.dep"
says 1 "another kernel"
touch "$TMP/image/lib/modules/6.1.0-9/modules.dep"
says 0 "this kernel, too"
