#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield-mkimage follows each line of fstab that names a file system of the same
# disk, in whichever form.  A line that it cannot follow is reported and makes
# the exit status 3, unless its directory is excluded.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"

UUID=11111111-2222-3333-4444-555555555555
system "$TMP/lab"
mkdir -p "$TMP/lab/home" "$TMP/lab/data" "$TMP/lab/opt" "$TMP/home/alice"
echo alices >"$TMP/home/alice/diary"
rm -f "$TMP/home.fs"
mke2fs -q -t ext4 -U $UUID -L 'my home' -d "$TMP/home" "$TMP/home.fs" 4M

# disk FSTAB: makes a disk whose second partition is a root with this fstab and
# whose third is the home.
disk() {
	printf '%s\n' "$1" >"$TMP/lab/etc/fstab"
	filesystem "$TMP/root.fs" "$TMP/lab" 16
	rm -f "$TMP/disk"
	truncate -s 40M "$TMP/disk"
	"$PYTHON" -c 'import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(440)
    f.write(b"\xef\xbe\xad\xde")' "$TMP/disk"
	partition "$TMP/disk" 2 1 "$TMP/root.fs"
	partition "$TMP/disk" 3 20 "$TMP/home.fs"
}

followed() {
	disk "$1"
	takes "$TMP/disk"
	grep -q 'partition 3 is its /home' "$TMP/said" || {
		cat "$TMP/said"
		fail "not followed: $1"
	}
}

# not_followed FSTAB WHY [ARGS]: fails the test unless, with this fstab, a line
# is reported with WHY and the exit status is 3, and neither is so if home/ is
# excluded.
not_followed() {
	disk "$1"
	why=$2
	shift 2
	rc=0
	vfield-mkimage -n "$TMP/disk" "$@" >"$TMP/said" 2>&1 || rc=$?
	cat "$TMP/said"
	[ $rc -eq 3 ] || fail "status $rc"
	grep -q "is not in the image: $why" "$TMP/said" || fail "not said: $why"
	takes "$TMP/disk" --exclude 'home/*'
	! grep -q 'not in the image' "$TMP/said" || fail "it is excluded"
}

followed "UUID=$UUID /home ext4 defaults 0 2"
followed "UUID=\"$UUID\" /home ext4 defaults 0 2"
followed "LABEL=my\\040home /home ext4 defaults 0 2"
followed 'PARTUUID=DEADBEEF-03 /home ext4 defaults 0 2'
followed "/dev/disk/by-uuid/$UUID /home/ ext4 defaults 0 2"
followed '/dev/disk/by-label/my\x20home /home ext4 defaults 0 2'
followed '/dev/disk/by-partuuid/deadbeef-03 /home ext4 defaults 0 2'
followed '/dev/sda2 / ext4 defaults 0 1
/dev/sda3 /home ext4 defaults 0 2'
followed '/dev/nvme0n1p2 / ext4 defaults 0 1
/dev/nvme0n1p3 /home ext4 noauto 0 2'
followed '/dev/disk/by-id/ata-X-part2 / ext4 defaults 0 1
/dev/disk/by-id/ata-X-part3 /home ext4 defaults 0 2'

not_followed '/dev/sda3 /home ext4 defaults 0 2' 'no partition of this disk'
not_followed '/dev/sda2 / ext4 defaults 0 1
/dev/sdb3 /home ext4 defaults 0 2' 'no partition of this disk'
not_followed '/dev/mapper/vg-home /home ext4 defaults 0 2' 'a volume of LVM'
not_followed '/dev/vg/home /home ext4 defaults 0 2' 'a volume of LVM'
not_followed 'UUID=no /home ext4 nofail 0 2' 'no partition of this disk'

# Lines that name no file system for the image do no harm; a bind mount is
# followed.
disk 'proc /proc proc defaults 0 0
/dev/sda5 none swap sw 0 0
/dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0
UUID=AAAA-BBBB /boot/efi vfat umask=0077 0 1
server:/data /data nfs defaults 0 0
LABEL=missing /opt ext4 noauto 0 0'
takes "$TMP/disk"
grep -q "its /data is server:/data, a server's" "$TMP/said" || fail "nfs"
disk "UUID=$UUID /data ext4 defaults 0 0
/data/alice /home none bind 0 0"
makes bound "$TMP/disk"
[ "$(cat "$TMP/bound/home/diary")" = alices ] || fail "no bind mount"
