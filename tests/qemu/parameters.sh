#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Tests words on the kernel's command line (vfield.kernel(7)) that have no test
# of their own: image, init, memory for the store and the overlay, name,
# modules, no disks, a shell.  A machine whose command line names no peer asks
# the DHCP server.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
need mkfs.ext4

# image NAME INIT: makes the image $TMP/NAME.squashfs, whose init, at the path
# INIT, prints NAME, and prints the image's id.
image() {
	boot_busybox_root "$TMP/$1"
	rm "$TMP/$1/sbin/init"
	printf '%s\n' '#!/bin/sh' "echo $1 HAS STARTED \$0 as \$(/bin/hostname)" \
		'/bin/poweroff -f' >"$TMP/$1$2"
	chmod 755 "$TMP/$1$2"
	mksquashfs "$TMP/$1" "$TMP/$1.squashfs" -quiet -no-progress -all-root
	vfield image create "$TMP/$1.squashfs"
}
image first /sbin/init
id=$(image second /sbin/other)
: >"$TMP/vfield-data"
mkdir "$TMP/content"
mv "$TMP/vfield-data" "$TMP/content"
truncate -s 32M "$TMP/disk"
mkfs.ext4 -q -F -d "$TMP/content" "$TMP/disk"
before=$(sum_file "$TMP/disk")

boot_network
bed_machine 1
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
bed_serve 1 --image "$TMP/first.squashfs" --image "$TMP/second.squashfs"
bed_wait_ready 1

# says GUEST COMMAND PATTERN: types COMMAND in the shell on the guest's console,
# and waits until the console has PATTERN.
says() {
	boot_type "$1" "$2"
	boot_says "$1" "$3"
}

boot_kernel 1 "vfield.peer=$(bed_addr 3),$(bed_addr 1) vfield.image=$id
	init=/sbin/other vfield.name=alpha vfield.store=20M vfield.overlay=7%
	vfield.modules=loop,8021q vfield.disks=no vfield.debug vfield.shell
	vfield.trust=$trust vfield.site=optional" \
	-drive "file=$TMP/disk,format=raw,if=virtio"
boot_says 1 'a shell; leave it to go on'
says 1 "grep ' /store ' /proc/mounts" 'tmpfs /store .*size=20480k'
says 1 "echo cow \$((\$(stat -f -c '%b * %S' /cow) * 100 /
	(\$(awk '/MemTotal/ { print \$2 }' /proc/meminfo) * 1024)))%" 'cow [67]%'
says 1 "grep -c -e ^loop -e ^8021q /proc/modules | sed s/^/modules=/" modules=2
says 1 "cat /sys/block/vda/ro | sed s/^/vda=/" vda=0
says 1 "cat /proc/\$(pidof vfield-attach)/oom_score_adj | sed s/^/spared=/" \
	spared=-1000
says 1 'vfield status | grep ^trust' "only what the key $(echo "$trust" |
	cut -c 1-12) has signed"
says 1 'exit' 'second HAS STARTED /sbin/other as alpha'
boot_ended 1
[ "$(boot_count 1 '^+ ')" -gt 20 ] || fail "vfield.debug shows nothing"
[ "$(boot_count 1 'is used, as its')" -eq 0 ] || fail "the disk was used"
[ "$(sum_file "$TMP/disk")" = "$before" ] || fail "the disk was written to"

# A machine without words asks the DHCP server, which is a node with the image
# `first', and boots that image.
node_start 9 serve --image "$TMP/first.squashfs" --listen "$BED_NET.254"
boot_kernel 2 ''
boot_says 2 "first HAS STARTED /sbin/init as vfield-770002"
boot_ended 2
boot_kernel 3 "vfield.peer=$(bed_addr 1) vfield.image=second init=/sbin/other"
boot_says 3 "second HAS STARTED /sbin/other"
boot_ended 3
