#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A machine that runs the image installs it on its blank disk, which then starts
# by itself, with no network, by BIOS and by UEFI, until somebody can log in.  A job
# that is done is not done again; a repair leaves a partition marked `keep' as it
# was, and makes a boot loader anew only if that is not as it was made.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
boot_need
boot_need_installer

# works TEXT WHAT: waits until the guest has said TEXT, and prints how much of
# a processor that took.
works() {
	began=$(boot_cpu 1)
	boot_says 1 "$1"
	echo "# $2: $(($(boot_cpu 1) - began)) s of CPU"
}

truncate -s 1220M "$TMP/disk"
truncate -s 32M "$TMP/foreign"
mkfs.ext4 -q -F -L root "$TMP/foreign"
foreign=$(sum_file "$TMP/foreign")
drive=file=$TMP/disk,format=raw,if=none,id=disk,cache=unsafe
DISK="-drive $drive -device virtio-blk-pci,drive=disk"

boot_network
bed_machine 1
bed_serve 1 --image "$BOOT/installer/debian.squashfs"
bed_wait_ready 1

# --- from the image, with a shell as the first process ---

BOOT_MEMORY=512
# shellcheck disable=SC2086 # they are words
boot_kernel 1 "vfield.peer=$(bed_addr 1) init=/bin/sh $BOOT_STEADY" $DISK \
	-drive "file=$TMP/foreign,format=raw,if=virtio"
boot_says 1 'starting /bin/sh of the image'
began=$(boot_cpu 1)
boot_type 1 'PATH=/usr/sbin:/usr/bin; stty -echo; cd /etc
mkdir -p vfield/site/disks; echo lab >vfield/site/id
cat >vfield/site/disks/default <<END
disk smallest
esp 64M vfat /boot/efi
root 1G ext4 /
swap 64M swap
scratch rest ext4 /scratch keep
END
vfield-install --host node07 --job 7 install && echo INSTALLED'
# each module on its own, since a wait has a limit
for module in init partition mount base packages configure data boot finalize; do
	boot_says 1 " $module [0-9.]* s"
done
boot_says 1 '^INSTALLED'
echo "# installation: $(($(boot_cpu 1) - began)) s of CPU"
boot_type 1 'vfield-install --host node07 --job 7 install'
boot_says 1 'job 7 was done before'
boot_type 1 'mkdir /s; mount /dev/vda5 /s; seq 100000 >/s/mine; umount /s
sha256sum </dev/vda5 | sed s/^/BEFORE=/'
boot_says 1 'BEFORE=[0-9a-f]'
boot_type 1 'vfield-install --host node07 --job 8 repair && echo REPAIRED8'
works '^REPAIRED8' 'repair with nothing changed'
boot_type 1 'grep -c "as it was made" /run/vfield/install.log | sed s/^/LEFT=/
dd if=/dev/zero of=/dev/vda bs=440 count=1 conv=notrunc
vfield-install --host node07 --job 9 repair && echo REPAIRED9'
works '^REPAIRED9' 'repair of a first sector without code'
boot_type 1 'grep -c "as it was made" /run/vfield/install.log | sed s/^/LEFT=/
sha256sum </dev/vda5 | sed s/^/AFTER=/; sync; echo o >/proc/sysrq-trigger'
boot_says 1 'AFTER=[0-9a-f]'
boot_ended 1
tr '\r' '\n' <"$TMP/guest1.serial" | grep -a -o '[a-z]* [0-9.]* s$'
[ "$(boot_count 1 'LEFT=1')" -eq 2 ] ||
	fail "a boot loader was made anew, or left, that should not be"
before=$(sed -n 's/.*BEFORE=\([0-9a-f][0-9a-f]*\).*/\1/p' "$TMP/guest1.serial")
[ "$(boot_count 1 "AFTER=$before")" -eq 1 ] || fail "scratch was not kept"
[ "$(sum_file "$TMP/foreign")" = "$foreign" ] ||
	fail "the disk of somebody else was written"

# --- from the disk, by either firmware, with no network ---

BOOT_NETDEV=hubport,hubid=7
for guest in 2 3; do
	BOOT_UEFI=
	[ $guest = 2 ] || BOOT_UEFI=1
	# shellcheck disable=SC2086
	boot_on $guest $DISK,bootindex=0
	boot_log_in $guest 1
	boot_no_unit_failed $guest 1
	# before the first line that a command prints there is an escape
	# sequence of bash
	boot_type $guest 'systemctl --failed --no-legend | sed s/^/FAILED=/
hostname; findmnt -n -o SOURCE /; cat /proc/swaps
wc -l </scratch/mine | sed s/^/LINES=/; ls /sys/firmware | sed s/^/FIRMWARE=/; echo OVER
sleep 1; poweroff -f'
	boot_says $guest '^OVER'
	boot_says $guest '^node07'
	boot_says $guest '^/dev/vda3'
	boot_says $guest 'LINES=100000'
	[ "$(boot_count $guest 'FAILED=[^/]')" -eq 0 ] || fail "a unit has failed"
	[ "$(boot_count $guest 'FIRMWARE=efi')" -eq $((guest - 2)) ] ||
		fail "guest $guest: not the firmware that was meant"
	boot_off $guest
	cell 'Debian 12' 'its disk' '6.1, .ko' \
		"$([ $guest = 2 ] && echo BIOS || echo UEFI), 512 MB" \
		'installed by hand; no network'
done
