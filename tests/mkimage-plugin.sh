#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# --plugin runs a plugin's hook build in the image, and changes no byte of the
# source; a hook that fails makes no image.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"

system "$TMP/lab"
mkdir "$TMP/lab/bin"
cp "$(command -v busybox)" "$TMP/lab/bin/sh"
echo old >"$TMP/lab/srv/file"
mkdir -p "$TMP/tool" "$TMP/fails"
echo 'description = brings a command' >"$TMP/tool/plugin"
echo binary >"$TMP/tool/program"
cat >"$TMP/tool/build" <<'END'
#!/bin/sh
[ -e /proc/self ] && read -r text <program && echo "$text" >/usr/bin/tool &&
	echo new >/srv/file
END
mkdir -p "$TMP/lab/usr/bin"
cp -r "$TMP/tool/." "$TMP/fails"
printf '#!/bin/sh\necho no room here\nexit 1\n' >"$TMP/fails/build"
chmod 755 "$TMP/tool/build" "$TMP/fails/build"
(cd "$TMP/lab" && find . -type f -exec sha256sum {} + | sort) >"$TMP/before"

makes built "$TMP/lab" --plugin "$TMP/tool"
[ "$(cat "$TMP/built/usr/bin/tool")" = binary ] || fail "the command is not there"
[ "$(cat "$TMP/built/srv/file")" = new ] || fail "the file is not new"
[ -z "$(cd "$TMP/built" && find proc/* dev/* run/* 2>/dev/null)" ] ||
	fail "what was mounted is in the image"
cmp "$TMP/built/boot/vmlinuz-6.0" "$TMP/lab/boot/vmlinuz-6.0"

refuses 'plugin fails: its build hook failed: no room here' "$TMP/lab" \
	--plugin "$TMP/tool" --plugin "$TMP/fails"
refuses 'No such file' "$TMP/lab" --plugin "$TMP/nobody"
refuses 'the image has no apt-get' "$TMP/lab" --packages mpi,gcc
(cd "$TMP/lab" && find . -type f -exec sha256sum {} + | sort) >"$TMP/after"
diff "$TMP/before" "$TMP/after" || fail "the source was changed"
