#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# With --programs an initramfs has the programs and libraries of another system,
# of which vfield-mkinitramfs runs none, and each library that one of them needs,
# also if links are absolute there and libraries are of two architectures; a
# library that is missing there is named.  A kernel for machines other than those
# of the programs is refused.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"
need readelf cc

# A system with this machine's programs and libraries, of which none may be run.
other=$TMP/other
mkdir -p "$other/usr/bin" "$other/usr/lib/vfield" "$other/usr/lib64"
ln -s usr/lib "$other/lib"
ln -s usr/lib64 "$other/lib64"
copy() {
	ldd "$1" | sed -n 's,[^/]*\(/[^ ]*\).*,\1,p' | while read -r library; do
		mkdir -p "$other$(dirname "$library")"
		cp -L "$library" "$other$library"
	done
	cp -L "$1" "$other/$2"
	chmod 644 "$other/$2"
}
for program in vfield vfield-router vfield-attach vfield-card vfield-member \
	vfield-plugin; do
	copy "$BUILD/bin/$program" usr/bin/$program
done
copy "$BUILD/lib/nbdkit-vfield-plugin.so" usr/lib/vfield/nbdkit-vfield-plugin.so
copy "$(command -v nbdkit)" usr/bin/nbdkit
mkdir "$other/usr/other"
cp "$(command -v busybox)" "$other/usr/other/busybox"
chmod 644 "$other/usr/other/busybox"

# Its links are absolute.  On this machine they lead to nothing, or to others'.
ln -s /usr/other/busybox "$other/usr/bin/busybox"
mv "$other/usr/bin/vfield-card" "$other/usr/other/card"
ln -s /usr/other/card "$other/usr/bin/vfield-card"
for libnbd in "$other"/usr/lib/*/libnbd.so.0 "$other/usr/lib/libnbd.so.0"; do
	[ -f "$libnbd" ] || continue
	mv "$libnbd" "$other/usr/other/libnbd"
	ln -s /bin/../usr/other/libnbd "$libnbd"
done
[ -f "$other/usr/other/libnbd" ] || fail "where is libnbd?"
ln -sfn /usr/lib "$other/lib"
ln -sfn /usr/lib64 "$other/lib64"

# It has libraries of an architecture whose directory's name sorts first.
mkdir "$other/usr/lib/i386-linux-gnu"
for library in "$other"/usr/lib/*-linux-gnu/lib*; do
	i386=$other/usr/lib/i386-linux-gnu/${library##*/}
	printf '\177ELF\1\1\1\0\0\0\0\0\0\0\0\0\3\0\3\0' >"$i386"
done

system "$TMP/lab"
packs() {
	vfield-mkinitramfs --root "$TMP/lab" --programs "$other" \
		--compress none -o "$TMP/initrd" >"$TMP/said" 2>&1
}
packs || fail "$(cat "$TMP/said")"
mkdir "$TMP/tree"
(cd "$TMP/tree" && cpio --quiet -id) <"$TMP/initrd"
[ -f "$TMP/tree/usr/bin/vfield-router" ] && [ -L "$TMP/tree/bin/udhcpc" ] ||
	fail "programs are missing"
[ ! -e "$TMP/tree/usr/bin/corosync" ] || fail "corosync of this machine is in it"
find "$TMP/tree/usr/bin" "$TMP/tree/usr/lib/vfield" -type f -exec chmod 755 {} +
for program in vfield vfield-router vfield-card; do
	chroot "$TMP/tree" "/usr/bin/$program" --version >"$TMP/said" 2>&1 ||
		fail "$program does not run: $(cat "$TMP/said")"
done

echo "# a library with a name that leads out of the initramfs"
echo 'int main(void) { return 0; }' >"$TMP/out.c"
mv "$other/usr/other/card" "$TMP/card"
cc -o "$other/usr/other/card" "$TMP/out.c" \
	-Wl,--dynamic-linker=/usr/lib/../../../../../../..$TMP/outside
mkdir -p "$other$TMP"
cp "$other"/lib64/ld-* "$other$TMP/outside"
! packs || fail "packed"
grep -q 'outside, which is no name of a library' "$TMP/said" ||
	fail "$(cat "$TMP/said")"
[ ! -e "$TMP/outside" ] || fail "it was written"
mv "$TMP/card" "$other/usr/other/card"

echo "# a library that is not there"
find "$other/usr/lib" -name 'libnbd.so*' -exec rm -f {} +
! packs || fail "packed without libnbd"
grep -q 'wants libnbd.so.0, which is not here' "$TMP/said" ||
	fail "$(cat "$TMP/said")"

echo "# a kernel of another architecture"
modules=$TMP/lab/lib/modules/6.0
mkdir -p "$modules/kernel"
sed -i /nbd/d "$modules/modules.builtin"
echo 'int nothing;' | cc -x c -c -o "$modules/kernel/nbd.ko" -
printf '\363' | dd of="$modules/kernel/nbd.ko" bs=1 seek=18 conv=notrunc \
	status=none # RISC-V
depmod -b "$TMP/lab" 6.0
! vfield-mkinitramfs --root "$TMP/lab" --compress none -o "$TMP/none" \
	>"$TMP/said" 2>&1 || fail "not refused"
grep -q 'not for machines that .*busybox is for; --programs' "$TMP/said" ||
	fail "$(cat "$TMP/said")"
