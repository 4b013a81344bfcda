#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Module boot makes initramfs, GRUB and its configuration in an installation; a
# repair makes them anew only if something of them, or of what they are made of,
# has changed since.
. "$(dirname "$0")/lib.sh"

target=$TMP/target state=$TMP/state said=$TMP/said.in-target
mkdir -p "$target/boot" "$target/usr/sbin" "$target/usr/lib/grub/i386-pc" \
	"$state" "$TMP/fake"
touch "$target/boot/vmlinuz-6.1.0-9"
echo '/dev/none root ext4 / -' >"$state/parts"
head -c 4096 /dev/zero >"$TMP/disk"
for program in grub-install update-initramfs; do
	printf '#!/bin/sh\n' >"$target/usr/sbin/$program"
	chmod 755 "$target/usr/sbin/$program"
done
# what would run in the target, but for what each would write there
cat >"$TMP/fake/chroot" <<END
#!/bin/sh
shift
echo "\$*" >>$said
case \$1 in
update-initramfs) touch "$target/boot/initrd.img-\$4" ;;
grub-install) mkdir -p "$target/boot/grub" ;;
grub-mkconfig) echo "menu \$(ls "$target/boot")" >"$target/boot/grub/grub.cfg" ;;
esac
END
printf '#!/bin/sh\n' >"$TMP/fake/blockdev"
chmod 755 "$TMP/fake/chroot" "$TMP/fake/blockdev"
mount --bind "$TMP/fake" /usr/sbin
at_exit 'umount -R -l "$target"/* 2>/dev/null'

# boots MODE: runs the module, and prints what has run in the target
boots() {
	: >"$said"
	PATH=/usr/bin:/bin:/usr/sbin VFIELD_FUNCTIONS=$TOP/installer/functions \
		VFIELD_MODE=$1 VFIELD_BASE=files VFIELD_TARGET=$target \
		VFIELD_STATE=$state VFIELD_DISK=$TMP/disk VFIELD_APPEND=quiet \
		"$TOP/installer/modules/boot" >"$TMP/said" 2>&1 3>/dev/null ||
		fail "$(cat "$TMP/said")"
	cut -d ' ' -f 1 "$said" | tr '\n' ' '
}

# is WHAT PROGRAMS WANTED
is() {
	[ "$2" = "$3" ] || fail "$1: ran '$2'"
}

is 'an installation' "$(boots install)" \
	'update-initramfs grub-install grub-mkconfig '
is 'a repair' "$(boots repair)" ''
mountpoint -q "$target/proc" && fail "its proc is left"
for change in 'printf x | dd conv=notrunc of=$TMP/disk status=none' \
	'echo x >>$target/boot/grub/grub.cfg' \
	'echo GRUB_TIMEOUT=9 >>$target/etc/default/grub' \
	'mkdir $target/etc/dracut.conf.d && echo x >$target/etc/dracut.conf' \
	'echo x >$target/boot/vmlinuz-6.1.0-9' \
	'echo x >$target/usr/lib/grub/i386-pc/new.mod'; do
	eval "$change"
	is "$change" "$(boots repair)" 'grub-install grub-mkconfig '
	is "after $change" "$(boots repair)" ''
done
touch "$target/boot/vmlinuz-6.1.0-10"
is 'a new kernel' "$(boots repair)" 'update-initramfs grub-install grub-mkconfig '
rm "$target/boot/vfield.state"
is 'nothing is known' "$(boots repair)" 'grub-install grub-mkconfig '
