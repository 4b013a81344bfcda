#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Machines get the kernel and the initramfs that are in the default image, from
# every core node: from the one that has the image's file and from one that has
# joined.  While the default changes, every machine gets an id and the files
# that belong to that id, by HTTP and by TFTP.  Until a new default's files have
# come, or if it has none, machines boot the image before, or with the files of
# --files, and the status says so.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"
need mksquashfs corosync
at_exit 'tail -n 15 "$TMP"/n*/boot.log'

# image NAME BYTES COMPRESSION: makes the image NAME with boot files, and copies
# those to $TMP/images/ID.  The kernel has BYTES bytes.
image() {
	mkdir -p "$TMP/$1/boot/vfield" "$TMP/$1/etc"
	make_image "$TMP/$1/etc/data" 100000
	make_image "$TMP/$1/boot/vfield/vmlinuz" "$2"
	make_image "$TMP/$1/boot/vfield/initrd" $(($2 * 2 + 77))
	# These bytes compress and become holes.
	head -c 300000 /dev/zero >>"$TMP/$1/boot/vfield/initrd"
	squash "$1" "$3"
}

# squash NAME COMPRESSION: makes an image of the directory $TMP/NAME, sets the
# variable called NAME to its id, and copies its boot files, if it has any, to
# $TMP/images/ID.
squash() {
	mksquashfs "$TMP/$1" "$TMP/$1.squashfs" -quiet -no-progress -comp "$2"
	vfield image create "$TMP/$1.squashfs" --name "$1" >/dev/null
	id=$(image_id "$TMP/$1.squashfs.vfm")
	case $1 in
	old) old=$id ;;
	new) new=$id ;;
	third) third=$id ;;
	slow) slow=$id ;;
	bare) bare=$id ;;
	bomb) ;;
	esac
	[ ! -d "$TMP/$1/boot/vfield" ] ||
		cp -r "$TMP/$1/boot/vfield" "$TMP/images/$id"
}

# offers MACHINE ID: returns 0 if the service on MACHINE boots the image ID, and
# waits for no other.
offers() {
	boot_is "$1" ".image == \"$2\" and .wanted == null"
}

# all_boot ID COUNT: has COUNT machines boot, and fails the test unless they get
# the files of the image ID and both services' scripts name ID.
all_boot() {
	bed_in 3 "$PYTHON" "$TOP/tests/boot_client.py" eth0 "$TMP/images" \
		--images --tftp "$loader" --count "$2" >"$TMP/crowd" 2>&1 ||
		fail "$(cat "$TMP/crowd")"
	for node in 1 2; do
		bed_in 3 curl -s \
			"http://$BED_NET.$node:10811/boot.ipxe?mac=$mac" |
			grep -q "vfield.image=$1 " || fail "machine $node: not $1"
	done
}

# same URL FILE: fails the test unless URL gives the bytes of FILE.
same() {
	bed_in 3 curl -sf -m 30 -o "$TMP/got" "$1" && cmp "$TMP/got" "$2" ||
		fail "$1 is not $2"
}

# by_pxelinux: boots as a machine does that knows only TFTP, from the node that
# answers DHCP.  Sets the variable `its' to the id in the configuration that it
# gets, and fails the test unless the files are those of that image.
by_pxelinux() {
	at=tftp://$BED_NET.1
	bed_in 3 curl -sf -m 30 -o "$TMP/cfg" "$at/pxelinux.cfg/default" ||
		fail "$at has no configuration"
	its=$(sed -n 's/.*vfield.image=\([0-9a-f]*\) .*/\1/p' "$TMP/cfg")
	same "$at/$(sed -n 's/ *KERNEL //p' "$TMP/cfg")" \
		"$TMP/images/$its/vmlinuz"
	same "$at/$(sed -n 's/ *INITRD //p' "$TMP/cfg")" \
		"$TMP/images/$its/initrd"
}

mkdir "$TMP/images"
loader=undionly.kpxe
make_image "$TMP/images/$loader" 70000
image old 1500000 zstd
image new 900000 xz
mkdir -p "$TMP/third/boot/vfield"
cp "$TMP/images/$loader" "$TMP/third/boot/vfield/"
image third 400000 gzip
image slow 700000 zstd
mkdir -p "$TMP/bare/etc"
squash bare zstd
mkdir -p "$TMP/half/boot/vfield"
echo 1 >"$TMP/half/boot/vfield/vmlinuz"
ln -s vmlinuz "$TMP/half/boot/vfield/initrd"
squash half zstd
mkdir -p "$TMP/bomb/boot/vfield"
truncate -s 100M "$TMP/bomb/boot/vfield/vmlinuz"
truncate -s 500M "$TMP/bomb/boot/vfield/initrd"
squash bomb zstd
rm -r "$TMP/bomb"
chmod 755 "$TMP"

pool=$BED_NET.1-$BED_NET.2
bed_bridge
for i in 1 2 3; do
	bed_machine $i
done
# The nodes have no boot loader but those in images.
for i in 1 2; do
	bed_in $i mount -t tmpfs tmpfs /usr/lib/ipxe 2>/dev/null || :
done
bed_serve 1 --image "$TMP/old.squashfs" --core "$pool"
bed_wait_ready 1
bed_join 2 "$BED_NET.1" --core "$pool"
bed_wait_ready 2
in_core() {
	bed_status_is 2 '.membership.role == "core"'
}
wait_for 60 in_core
FILES=
range="--range $BED_NET.100-$BED_NET.199"
for i in 1 2; do
	boot_serve $i $range
	boot_wait $i # machine 1 answers DHCP
	wait_for 10 offers $i "$old"
done
cat "$TMP"/n[12]/boot-ready
mac=52:54:00:99:00:01
loader=''
all_boot "$old" 6
bed_vfield 2 status | grep -q 'boots  *old (.*), with its own kernel$' ||
	fail "$(bed_vfield 2 status)"

echo "# another default, while machines boot"
bed_vfield 1 image add "$TMP/new.squashfs"
bed_start 3 "$TMP/loop.log" sh -c '
	while [ ! -e "$1/stop" ]; do
		"$2" "$3/tests/boot_client.py" eth0 "$1/images" --images \
			--tftp "" --until kernel --count 6 || exit 1
	done' sh "$TMP" "$PYTHON" "$TOP"
crowd=$BED_PID
ask_default() { # fails while node 2 does not know the image
	bed_vfield 2 image default "$1"
}
wait_for 20 ask_default new
until offers 1 "$new" && offers 2 "$new"; do
	by_pxelinux
	ended $crowd && break
done
touch "$TMP/stop"
wait $crowd || fail "a machine got what is not its image's: $(
	tail -n 20 "$TMP/loop.log")"
all_boot "$new" 6
by_pxelinux
[ "$its" = "$new" ] || fail "TFTP has another"
same "tftp://$BED_NET.1/initrd" "$TMP/images/$new/initrd"
for node in 1 2; do
	same "http://$BED_NET.$node:10811/vmlinuz" "$TMP/images/$new/vmlinuz"
	# A transfer that has begun before the change gets the rest of the old
	# file.
	same "http://$BED_NET.$node:10811/$old/initrd" "$TMP/images/$old/initrd"
done

echo "# images without kernel and initramfs"
for name in bare half; do
	bed_vfield 1 image add "$TMP/$name.squashfs"
	bed_vfield 1 image default $name
	wait_for 20 boot_is 1 ".wanted_name == \"$name\" and
		(.why | test(\"boot/vfield\"))"
	wait_for 20 boot_is 2 ".wanted_name == \"$name\" and
		(.why | test(\"boot/vfield\"))"
	all_boot "$new" 2
done
grep 'bare (.*) is the default image, but it has no /boot/vfield/vmlinuz' \
	"$TMP/n2/boot.log" | grep -q 'still boot new' ||
	fail "it does not say why"
bed_vfield 1 status | grep -A 1 '^boots  *new ' |
	grep 'not yet the default, half .*initrd is no plain file'

echo "# an image of some KB that would give out 600 MB"
bed_vfield 1 image add "$TMP/bomb.squashfs"
bed_vfield 1 image default bomb
for i in 1 2; do
	wait_for 20 boot_is $i '.wanted_name == "bomb" and
		(.why | test("far more than the image"))'
done
all_boot "$new" 2
bed_vfield 1 image default old
for i in 1 2; do
	wait_for 20 offers $i "$old"
done
all_boot "$old" 2

echo "# a third, which brings a boot loader"
bed_vfield 1 image add "$TMP/third.squashfs"
bed_vfield 1 image default third
for i in 1 2; do
	wait_for 20 offers $i "$third"
done
loader=undionly.kpxe
all_boot "$third" 3
status=$(bed_in 3 curl -s -o /dev/null -w '%{http_code}' \
	"http://$BED_NET.1:10811/$new/vmlinuz")
[ "$status" = 404 ] || fail "the image before the last is still there: $status"
same "http://$BED_NET.1:10811/$old/vmlinuz" "$TMP/images/$old/vmlinuz"

echo "# one that comes slowly: the old one until it is here"
bed_machine 4 4mbit
bed_join 4 "$BED_NET.1"
bed_wait_ready 4
bed_vfield 4 image add "$TMP/slow.squashfs"
bed_vfield 4 image default slow
for i in 1 2; do
	wait_for 20 boot_is $i ".wanted == \"$slow\""
done
# The process that reads an image, which may be hostile, runs as nobody.
bed_in 1 pgrep -u nobody -x vfield-bootfile || fail "it is read by root"
bed_in 3 curl -s "http://$BED_NET.1:10811/boot.ipxe?mac=$mac" |
	grep -q "vfield.image=$third " || fail "it does not boot the old one"
for i in 1 2; do
	wait_for 60 offers $i "$slow"
done
all_boot "$slow" 3

echo "# with --files, for images that have none; and after a new start"
boot_stop 1
FILES=$TMP/files
boot_files
boot_serve 1 $range
boot_wait 1
offers 1 "$slow" && boot_is 1 '.by_files | not' || fail "not what it had"
bed_vfield 1 image default bare
wait_for 20 offers 1 "$bare"
boot_is 1 .by_files || fail "by its own kernel, which it has not"
grep -q "boot bare (.*with the kernel of $FILES: it has no /boot" \
	"$TMP/n1/boot.log" || fail "it does not say where they are from"
same "http://$BED_NET.1:10811/$bare/vmlinuz" "$FILES/vmlinuz"
same "http://$BED_NET.1:10811/$bare/initrd" "$FILES/initrd"
boot_is 2 ".image == \"$slow\"" || fail "machine 2 has no --files"

echo "# no room for an image's files"
boot_stop 1
bed_in 1 rm -r /run/vfield/boot
bed_in 1 mkdir /run/vfield/boot
bed_in 1 mount -t tmpfs -o size=1m tmpfs /run/vfield/boot
bed_vfield 1 image default old
boot_serve 1 $range
wait_for 20 grep -q 'old (.*no room for' "$TMP/n1/boot.log"
boot_wait 1
wait_for 30 boot_is 1 '.by_files and .image_name == "old"'
