#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A machine with a blank disk is given a signed job, and installs itself with no
# key pressed when it boots by PXE: `vfield status' shows how far it is; it
# restarts, is sent to its disk by the boot service, and does not do the job
# again, though it is booted from the network once more by a boot service that
# has forgotten all.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
boot_need
boot_need_installer

status_has() { # GUEST TEXT
	bed_vfield 1 status | tee "$TMP/status.log" |
		grep -q "^alpha .*$(boot_mac "$1") *$2"
}

mkdir -p "$TMP/site/disks"
cat >"$TMP/site/hosts" <<END
[alpha]
mac = $(boot_mac 1)
boot_from = disk
disk = room
END
cat >"$TMP/site/disks/room" <<'END'
disk smallest
esp 64M vfat /boot/efi
root 1G ext4 /
END
truncate -s 1220M "$TMP/disk"
DISK="-drive file=$TMP/disk,format=raw,if=none,id=disk,cache=unsafe -device virtio-blk-pci,drive=disk,bootindex=2"

trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
bed_bridge
bed_machine 1
bed_serve 1 --image "$BOOT/installer/debian.squashfs" --trust "$trust"
bed_wait_ready 1
bed_vfield 1 image default debian --key "$TMP/keys" >/dev/null
bed_vfield 1 site publish --site "$TMP/site" --state "$TMP/state" \
	--key "$TMP/keys"

service() {
	bed_start 1 "$TMP/service.log" vfield boot \
		--append "$BOOT_WORDS vfield.trust=$trust $BOOT_STEADY" \
		--range "$BED_NET.100-$BED_NET.149"
	wait_for 60 grep -q 'boot: ready' "$TMP/service.log"
}
service
bed_vfield 1 install alpha --yes --state "$TMP/state" --key "$TMP/keys"
number=$(bed_vfield 1 site machines --state "$TMP/state" |
	sed -n 's/.* disk job=//p')
[ -n "$number" ] || fail "the boot service is not told of the job"

BOOT_MEMORY=512 BOOT_AGAIN=1
# shellcheck disable=SC2086 # they are words
boot_on 1 $DISK
boot_says 1 'V-FIELD boots alpha'
boot_says 1 'this is alpha'
boot_until 1 "status does not show the installation" status_has 1 \
	'install .*, install [0-9]*/9 '
cat "$TMP/status.log"
for module in base boot finalize; do
	boot_says 1 " $module [0-9.]* s"
done
boot_says 1 'this machine starts from its disk now'
boot_says 1 'V-FIELD: alpha starts from its disk'
boot_says 1 'alpha login:' $(($(boot_count 1 'alpha login:') + 1))
boot_until 1 "status does not show it" status_has 1 'disk '
boot_off 1

# --- the boot service forgets that the job is done ---

# shellcheck disable=SC2016 # it is for the machine's own shell
bed_in 1 sh -c 'kill $(pgrep -x vfield-boot)'
wait_for 60 sh -c '! pgrep vfield-boot'
bed_in 1 rm -rf /run/vfield/boot
: >"$TMP/service.log"
service
# shellcheck disable=SC2086
boot_on 1 $DISK
boot_says 1 'V-FIELD boots alpha' 2
boot_says 1 "job $number was done before"
boot_says 1 'V-FIELD: alpha starts from its disk' 2
boot_says 1 'alpha login:' $(($(boot_count 1 'alpha login:') + 1))
cell 'Debian 12' 'PXE, then its disk' '6.1, .ko' 'BIOS, 512 MB' 'installed by a job'
