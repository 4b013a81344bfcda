#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield-mkimage checks before it begins whether programs are missing, and
# whether there is room for image and medium, not counting excluded files;
# --force skips the check of room.  If the medium cannot be made, the image
# stays.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"
need xorriso

lab=$TMP/lab
system "$lab"
mkdir -p "$lab/var/cache/app" "$lab/home/me"
head -c 30000000 /dev/urandom | tee "$lab/var/cache/app/old" >"$lab/home/me/iso"

estimate() {
	takes "$lab" "$@" >/dev/null
	mib=$(sed -n 's/.*will have about \([0-9]*\) MiB/\1/p' "$TMP/said")
}
estimate
all=$mib
estimate --exclude 'home/*'
[ "$mib" -le $((all - 12)) ] || fail "$mib of $all MiB: it counts what is excluded"
rm "$lab/var/cache/app/old"
estimate
[ "$mib" -eq "$all" ] || fail "it counts a cache"

# The room is enough for the image or the medium, but not for both.
rm "$lab/home/me/iso"
mkdir "$TMP/small"
mount -t tmpfs -o size=36m tmpfs "$TMP/small"
at_exit 'umount -l "$TMP/small"'
xorriso=$(command -v xorriso)
for program in grub-mkrescue xorriso mformat; do
	printf '#!/bin/sh\necho "$*" >>%s\nexit 1\n' "$TMP/arguments" \
		>"$TMP/bin/$program"
	chmod 755 "$TMP/bin/$program"
done
set -- "$quick/bin/vfield-mkimage" "$lab" -o "$TMP/small" --name lab --level 1
! "$@" --iso "$TMP/small/lab.iso" >"$TMP/said" 2>&1 || fail "no room for both"
cat "$TMP/said"
grep -q 'only .* MiB are free' "$TMP/said" && grep -q -e --force "$TMP/said" ||
	fail "it does not say so"
[ -z "$(ls -A "$TMP/small")" ] || fail "something was written"

# With --force it begins; the medium cannot be made, and the image stays.
vfield key cluster --file "$TMP/cluster.key" 2>/dev/null
! "$@" --iso "$TMP/small/lab.iso" --force --cluster-key "$TMP/cluster.key" \
	>"$TMP/said" 2>&1 || fail "a medium that could not be made"
cat "$TMP/said"
grep -q -e '-iso-level 3 .* -- -volid' "$TMP/arguments" || fail "no level for 4 GiB"
grep -q 'the image itself is whole' "$TMP/said" || fail "it does not say so"
vfield image verify "$TMP/small/lab.squashfs"
# The cluster key goes onto the medium alone, beside the image.
grep -q "vfield/cluster.key=$TMP/cluster.key" "$TMP/arguments" ||
	fail "the medium has no cluster key"
# There root alone reads it: nbdkit's user can reach the medium.
native=$(sed -n 's/.* -- -volid/-volid/p' "$TMP/arguments")
# shellcheck disable=SC2086 # words of xorriso
"$xorriso" -as mkisofs -r -graft-points -o "$TMP/key.iso" \
	"vfield/cluster.key=$TMP/cluster.key" -- $native 2>/dev/null
"$xorriso" -indev "$TMP/key.iso" -lsl /vfield/cluster.key 2>/dev/null |
	grep -q '^-r--------  *[0-9]*  *0  *0 ' ||
	fail "others read the cluster key on the medium"
grep -q -e --tls "$TMP/small/initrd" || fail "the initramfs has no TLS"
! grep -raqf "$TMP/cluster.key" "$TMP/small" ||
	fail "the cluster key is in what is handed out"
"$@" --key "$TMP/keys" >"$TMP/said" 2>&1
grep -q "next: vfield serve --image $TMP/small/lab.squashfs" "$TMP/said" ||
	fail "it does not say what comes next"

# The boot files name the key that was made, and the first word lies beside
# them.
grep -q "a key was made: $TMP/keys/key" "$TMP/said" || fail "no word of the key"
trust=$(vfield key show --dir "$TMP/keys")
for file in boot.ipxe pxelinux.cfg; do
	grep -q "vfield.trust=$trust" "$TMP/small/$file" || fail "$file: no trust"
done
node_start 1 serve --image "$TMP/small/lab.squashfs" --trust "$trust" \
	--words "$TMP/small/words"
status_is 1 '.default.version > 1000000000 and .authority.trust == $key and
	.default.id == $id' --arg key "$trust" \
	--arg id "$(image_id "$TMP/small/lab.squashfs.vfm")" ||
	fail "the first word is not in force"
node_stop 1

# vfield-mkimage warns of a service that would configure the card on which the
# root hangs.
mkdir -p "$lab/etc/systemd/system/multi-user.target.wants"
ln -s /x "$lab/etc/systemd/system/multi-user.target.wants/netctl@lan.service"
takes "$lab"
grep -q 'netctl (etc/.*) configures network cards' "$TMP/said" || fail "netctl"

# -n names each program that is missing
! PATH=$TMP/bin "$quick/bin/vfield-mkimage" -n "$lab" >"$TMP/said" 2>&1 ||
	fail "without programs"
for package in squashfs-tools busybox-static cpio nbdkit; do
	grep -q "apt install $package)" "$TMP/said" || fail "$package"
done

# --uki: what the signing needs is checked before the work begins, and that UEFI
# can start the kernel.
set -- "$quick/bin/vfield-mkimage" -n "$lab" --uki --sign-cert "$TMP/none.pem"
! "$@" >"$TMP/said" 2>&1 || fail "no key"
grep -q 'uki, --sign-key and --sign-cert belong together' "$TMP/said" || fail "key"
set -- "$@" --sign-key "$TMP/none.key"
! "$@" >"$TMP/said" 2>&1 || fail "nobody is trusted"
grep -q 'say whom it trusts by --key' "$TMP/said" || fail "trust"
set -- "$@" --key "$TMP/keys"
! PATH=$TMP/bin "$@" >"$TMP/said" 2>&1 || fail "no programs to sign with"
for text in 'apt install binutils)' 'apt install sbsigntool)' \
	'sign-key .*: No such file' 'sign-cert .*: No such file'; do
	grep -q "$text" "$TMP/said" || fail "it does not say: $text"
done
touch "$TMP/none.key" "$TMP/none.pem"
for program in objcopy sbsign; do
	printf '#!/bin/sh\nexit 1\n' >"$TMP/bin/$program"
	chmod 755 "$TMP/bin/$program"
done
[ ! -r /usr/lib/systemd/boot/efi/linuxx64.efi.stub ] || {
	! PATH=$TMP/bin:$PATH "$@" >"$TMP/said" 2>&1 || fail "a kernel of text"
	grep -q 'UEFI cannot start this kernel' "$TMP/said" || fail "$(cat "$TMP/said")"
}
