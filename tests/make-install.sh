#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# make uninstall removes the files that make install has installed, and no
# other; installed units name installed programs.
. "$(dirname "$0")/lib.sh"
need make pkg-config

again() {
	make -C "$TOP" --no-print-directory BUILD="$BUILD" SAN="${SAN-}" \
		DESTDIR="$TMP/root" PREFIX=/usr "$@" >>"$TMP/log" 2>&1 ||
		fail "make $*: $(tail -n 5 "$TMP/log")"
}

again install
for file in bin/vfield bin/vfield-router lib/vfield/nbdkit-vfield-plugin.so \
	lib/vfield/initramfs/init share/man/man1/vfield.1 \
	share/bash-completion/completions/vfield \
	share/zsh/vendor-completions/_vfield \
	share/fish/vendor_completions.d/vfield.fish share/doc/vfield/README; do
	[ -s "$TMP/root/usr/$file" ] || fail "/usr/$file is not installed"
done
for unit in "$TMP"/root/usr/lib/systemd/system/*.service; do
	program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$unit")
	[ -x "$TMP/root$program" ] || fail "$unit starts '$program'"
done
echo "$(find "$TMP/root" -type f | wc -l) files are installed"

touch "$TMP/root/usr/lib/vfield/mine"
again uninstall
[ "$(find "$TMP/root" -type f)" = "$TMP/root/usr/lib/vfield/mine" ] ||
	fail "left: $(find "$TMP/root" -type f)"
rm "$TMP/root/usr/lib/vfield/mine"
again install
again uninstall
left=$(find "$TMP/root" -type f -o -type d -name 'vfield*')
[ -z "$left" ] || fail "left: $left"
