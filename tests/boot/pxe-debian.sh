#!/bin/sh
# A minimal Debian, made an image by vfield-mkimage, boots from the network with
# systemd until somebody can log in: no unit has failed, the router and nbdkit
# run, and the power-off goes back through the initramfs.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot/boot.subr"
boot_need
[ -e "$BOOT/debian.done" ] || skip "no Debian in $BOOT: make check-boot makes it"

# The kernel's own modules are most of it, and the guest has no need for them.
vfield-mkimage "$BOOT/debian" -o "$TMP/image" --level 3 \
	--exclude 'usr/lib/modules/*/kernel/drivers/*' \
	--append "$BOOT_WORDS vfield.peer=$(bed_addr 1)" \
	>"$TMP/made" 2>"$TMP/mkimage.log"
echo "image: $(du -m "$TMP/image/debian.squashfs" | cut -f 1) MB," \
	"initrd: $(du -k "$TMP/image/initrd" | cut -f 1) KiB"

boot_network
boot_image "$TMP/image"
bed_machine 1
bed_serve 1 --image "$TMP/image/debian.squashfs"
bed_wait_ready 1

BOOT_MEMORY=384
boot_on 1
boot_says 1 'login:'
boot_type 1 root
boot_says 1 'Password:'
boot_type 1 vfield
boot_says 1 'root@'
boot_type 1 'echo STATE=$(systemctl is-system-running --wait)'
boot_says 1 'STATE=[a-z]'
boot_type 1 'systemctl --failed --no-legend --plain; echo FAILED=$?'
boot_says 1 'FAILED=0'
[ "$(boot_count 1 'STATE=running')" -eq 1 ] || fail "a unit has failed"

# What carries the root is beneath, with names that systemd spares.
boot_type 1 "tr '\\0' ' ' </proc/[0-9]*/cmdline 2>/dev/null | wc -c
cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -c ^@ | sed s/^/DAEMONS=/"
boot_says 1 'DAEMONS=[4-9]'

boot_type 1 'systemctl poweroff'
boot_says 1 'vfield: detached; poweroff'
boot_ended 1
