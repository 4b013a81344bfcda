#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A machine with base = image: a signed job gives its blank disk kernel, initramfs
# and mark.  It starts from that disk by BIOS and by UEFI, joins the cluster, keeps
# the image's chunks there, so that the next boot reads them from there, and boots
# another default image.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
boot_need
boot_need_installer
boot_need_images

# The site's list is for systems on disks, and does not count for alpha.
mkdir -p "$TMP/site/disks"
cat >"$TMP/site/hosts" <<END
install = init partition mount base packages configure data boot finalize
[alpha]
mac = $(boot_mac 1)
base = image
boot_from = disk
disk = room
END
cat >"$TMP/site/disks/room" <<'END'
disk smallest
esp 64M vfat /boot/efi
store rest ext4 /
END
truncate -s 1220M "$TMP/disk"
DISK="-drive file=$TMP/disk,format=raw,if=none,id=disk,cache=unsafe -device virtio-blk-pci,drive=disk,bootindex"

trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
cp "$BOOT/image/debian.squashfs" "$TMP/next.squashfs"
vfield image create "$TMP/next.squashfs" --name next >/dev/null
chmod 755 "$TMP"
bed_bridge
bed_machine 1
bed_serve 1 --image "$BOOT/installer/debian.squashfs" --trust "$trust"
bed_wait_ready 1
bed_vfield 1 image default debian --key "$TMP/keys" >/dev/null
bed_vfield 1 site publish --site "$TMP/site" --state "$TMP/state" \
	--key "$TMP/keys"
bed_start 1 "$TMP/service.log" vfield boot \
	--append "$BOOT_WORDS vfield.trust=$trust $BOOT_STEADY" \
	--range "$BED_NET.100-$BED_NET.149"
wait_for 60 grep -q 'boot: ready' "$TMP/service.log"
bed_vfield 1 install alpha --yes --state "$TMP/state" --key "$TMP/keys"

holds_all() {
	bed_vfield 1 status | tee "$TMP/status.log" |
		grep -q '^alpha .* all '
}

# starts WHAT N: alpha starts from its disk for the Nth time, and asks for a login;
# sets sent to how much the other machine has sent meanwhile.
starts() {
	sent=$(bed_sent 1)
	boot_says 1 'is used, as its vfield-store asks' "$2"
	boot_says 1 'alpha login:' $(($(boot_count 1 'alpha login:') + 1))
	sent=$(($(bed_sent 1) - sent))
	echo "# $1: $((sent / 1000000)) MB were sent"
}

# on N: switches alpha on; its disk is the Nth from which its firmware starts
on() {
	# shellcheck disable=SC2086 # they are words
	boot_on 1 $DISK=$1
}

BOOT_MEMORY=512 BOOT_AGAIN=1
on 2
for module in base boot finalize; do
	boot_says 1 " $module [0-9.]* s"
done
[ "$(boot_count 1 ' configure [0-9.]* s')" -eq 0 ] || fail "the site's list counts"
boot_says 1 'V-FIELD: alpha starts from its disk'
starts 'first start from the disk' 1
first=$sent
boot_until 1 "its disk does not hold the image" holds_all
boot_log_in 1 1
boot_type 1 'sync; echo SYNC-$((1 + 1))'
boot_says 1 'SYNC-2'
cell 'Debian 12' 'disk of chunks' '6.1, .ko' 'BIOS, 512 MB' 'installed by a job'

boot_off 1
on 2
starts 'start with the image on the disk' 2
[ "$sent" -lt $((first / 4)) ] || fail "its disk is not what it reads"

echo "# by UEFI, from the disk at once"
boot_off 1
BOOT_UEFI=1
on 0
starts 'start by UEFI' 3
[ "$sent" -lt $((first / 4)) ] || fail "its disk is not what it reads"
boot_off 1
BOOT_UEFI=
cell 'Debian 12' 'disk of chunks' '6.1, .ko' 'UEFI, 512 MB' 'installed by a job'

echo "# another image becomes the default"
bed_vfield 1 image add "$TMP/next.squashfs" >/dev/null
bed_vfield 1 image default next --key "$TMP/keys" >/dev/null
on 0
starts 'start of another image' 4
boot_log_in 1 2
boot_type 1 'ls /usr/bin/vfield-install; echo THIS-IS-$((20 + 2))'
boot_says 1 'THIS-IS-22'
boot_says 1 'cannot access'
boot_off 1
