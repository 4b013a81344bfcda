#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield setup makes a start from nothing: -n shows all and writes nothing; then
# it finds the card, makes key, site, image and settings; the commands that it
# says start a node and a boot service, and run again it changes no file.
# A site that is published later is in force after a restart.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"
need dnsmasq ip

ip link add lab type veth peer name far
ip link set far up
ip addr add 10.99.0.1/24 dev lab
ip link set lab up
ip link set lo up
cp "$BUILD/bin/vfield" "$BUILD/bin/vfield-boot" "$quick/bin/"
ln -s "$BUILD/share" "$quick/share"
system "$TMP/lab"
set -- --config "$TMP/etc/vfield.conf" --keys "$TMP/etc/keys" \
	--site "$TMP/etc/site" --images "$TMP/images" --state "$TMP/state" --run-dir "$TMP/run" \
	--interface lab --hosts 'seat[1-3]'

setup() {
	"$quick/bin/vfield" setup "$@" >"$TMP/said" 2>&1 || {
		cat "$TMP/said"
		fail "status $?"
	}
	cat "$TMP/said"
}

says() {
	grep -q -e "$1" "$TMP/said" || fail "it does not say '$1'"
}

# what an installed machine has of the source, for vfield-install: what is a file,
# a server's, twice there or has no name that a partition may have is left out
mkdir -p "$TMP/lab/var/lib/dpkg" "$TMP/lab/var/lib/apt"
for package in chosen needed -ox=y; do
	printf 'Package: %s\nStatus: install ok installed\nArchitecture: all\n' \
		$package
	printf 'Version: 1\nMaintainer: a\nDescription: b\n\n'
done >"$TMP/lab/var/lib/dpkg/status"
printf 'Package: needed\nArchitecture: all\nAuto-Installed: 1\n\n' \
	>"$TMP/lab/var/lib/apt/extended_states"
cat >"$TMP/lab/etc/fstab" <<'END'
UUID="0123" / ext4 defaults 0 1
/dev/none1 /srv/data xfs defaults 0 2
/dev/none2 /srv/data ext4 defaults 0 2
/dev/none3 none swap sw 0 0
/swapfile none swap sw 0 0
UUID=AA-BB /boot/efi vfat umask=077 0 1
/srv/data /srv/bound none bind 0 0
tmpfs /tmp tmpfs defaults 0 0
server:/x /nfs nfs defaults 0 0
/dev/none4 /srv/../etc ext4 defaults 0 0
UUID=0123 /var btrfs subvol=var 0 0
/dev/zram0 none swap sw 0 0
END
cat >"$TMP/disks" <<END
disk smallest
root rest ext4 /
srv-data 512M xfs /srv/data
swap 512M swap
esp 512M vfat /boot/efi
END

setup -n "$@" --from "$TMP/lab" "$TMP/lab"
says '^srv-data 512M xfs /srv/data$'
says '^chosen$'
says '^card *lab, 10.99.0.1; machines get 10.99.0.128 to 10.99.0.254$'
says '^hosts = seat\[1-3\]$'
says '^interface = lab$'
says 'the image will have about'
[ ! -e "$TMP/etc" ] && [ ! -e "$TMP/images" ] || fail "-n has written"

setup "$@" --from "$TMP/lab" "$TMP/lab" -- --level 1 --exclude etc/fstab
grep -v '^#' "$TMP/etc/site/disks/default" | diff "$TMP/disks" - ||
	fail "the partitions"
echo chosen | diff - "$TMP/images/packages" || fail "the packages"
says "vfield serve --config $TMP/etc/vfield.conf &"
grep -q "^trust = $(vfield key show --dir "$TMP/etc/keys")$" \
	"$TMP/etc/vfield.conf" || fail "the key is not trusted"
sums() {
	(cd "$TMP" && find etc images -type f -exec sha256sum {} + | sort)
}
sums >"$TMP/before"

# The services, as it says; the store's directory of the settings is not this
# machine's here.
serve() {
	rm -f "$TMP/ready"
	vfield serve --config "$TMP/etc/vfield.conf" --run-dir "$TMP/run" \
		--store-dir "$TMP/store" --store 64M \
		>"$TMP/ready" 2>>"$TMP/log" &
	node=$!
	wait_for 30 test -s "$TMP/ready"
}
node='' boot=''
at_exit 'cat $TMP/log; kill $node $boot 2>/dev/null; wait'
serve
vfield boot --config "$TMP/etc/vfield.conf" --run-dir "$TMP/run" \
	--state "$TMP/boot" 2>>"$TMP/log" &
boot=$!
setup "$@"
says 'machines may be switched on'
sums | diff "$TMP/before" - || fail "a file has changed"
state() {
	vfield status --json --run-dir "$TMP/run" | json_is "$@"
}
state '.default.id == $id and .authority.trust != ""' \
	--arg id "$(image_id "$TMP/images/lab.squashfs.vfm")" ||
	fail "the image is not the default"

echo 'names.domain = lab.example' >>"$TMP/etc/site/hosts"
site=$(vfield site publish --site "$TMP/etc/site" --key "$TMP/etc/keys" \
	--run-dir "$TMP/run" --state "$TMP/state")
kill $boot $node
wait $node || :
rm -rf "$TMP/run"
serve
[ "$(vfield status --site-id --run-dir "$TMP/run")" = "$site" ] ||
	fail "the later site is not in force"
whole() {
	state 'any(.images[]; .id == $id and .held == .nchunks)' --arg id "$site"
}
wait_for 20 whole

# An image that has no words beside it: the running node is told.
kill $node
wait $node || :
rm -rf "$TMP/run" "$TMP/store"
sed -i '/^words/d' "$TMP/etc/vfield.conf"
serve
state '.authority.words == []' || fail "there are words"
setup "$@"
[ "$(vfield status --site-id --run-dir "$TMP/run")" = "$site" ] ||
	fail "the site was not published"
state '.default.id == $id' \
	--arg id "$(image_id "$TMP/images/lab.squashfs.vfm")" ||
	fail "no default was signed"
