#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield backup keeps keys, site, words and the rest in one file of root's, and
# vfield restore brings all back, byte for byte; neither overwrites without
# --force.  An archive that wants to be elsewhere, or to be something else, is
# refused, and changes nothing.
. "$(dirname "$0")/lib.sh"
need tar python3

here=$TMP/here
mkdir -p "$here/etc/site/secret" "$here/etc/site/plugins/motd" \
	"$here/state/site/0123" "$here/boot" "$here/run" "$TMP/tmp"
TMPDIR=$TMP/tmp
export TMPDIR
echo 'trust = x' >"$here/etc/vfield.conf"
vfield key new --dir "$here/etc/keys" >/dev/null 2>&1
vfield key cluster --file "$here/etc/cluster.key" 2>/dev/null
printf '[seat]\nhosts = seat[1-3]\n' >"$here/etc/site/hosts"
echo hidden >"$here/etc/site/secret/shadow"
chmod 700 "$here/etc/site/secret"
chmod 600 "$here/etc/site/secret/shadow"
printf '#!/bin/sh\n' >"$here/etc/site/plugins/motd/boot"
chmod 755 "$here/etc/site/plugins/motd/boot"
ln -s /etc/motd "$here/etc/site/plugins/motd/link"
echo image >"$here/state/site/0123/site.squashfs"
ln -s 0123 "$here/state/site/current"
echo leased >"$here/boot/leases"
echo 01ff >"$here/run/words"

# at ROOT COMMAND [OPTION]... FILE: runs it on what is below ROOT.
at() {
	root=$1
	shift
	vfield "$@" --config "$root/etc/vfield.conf" --keys "$root/etc/keys" \
		--cluster-key "$root/etc/cluster.key" --site "$root/etc/site" \
		--state "$root/state" --boot-state "$root/boot" \
		--run-dir "$root/run" >"$TMP/said" 2>&1
}

refused() {
	pattern=$1
	shift
	! at "$@" || fail "$*: not refused"
	cat "$TMP/said"
	grep -q -e "$pattern" "$TMP/said" || fail "$*: it does not say $pattern"
	[ -z "$(ls -A "$TMPDIR")" ] || fail "left: $(ls -A "$TMPDIR")"
}

# sums DIR: prints names, targets of links, and sums of what is in it.
sums() {
	(cd "$1" && find . -printf '%p %y %l\n' | sort &&
		find . -type f -exec sha256sum {} + | sort)
}

at "$here" backup -n "$TMP/file" || fail "-n: $(cat "$TMP/said")"
[ ! -e "$TMP/file" ] || fail "-n has written"

at "$here" backup "$TMP/file" || fail "$(cat "$TMP/said")"
[ "$(wc -l <"$TMP/said")" -eq 7 ] || fail "not seven parts: $(cat "$TMP/said")"
[ "$(stat -c %a "$TMP/file")" = 600 ] || fail "others can read it"
refused 'is there already: --force' "$here" backup "$TMP/file"
at "$here" backup --force "$TMP/file" || fail "--force: $(cat "$TMP/said")"

# an archive whose signed words need 30,000 bytes of room
cp "$here/run/words" "$TMP/words"
make_image "$here/run/words" 30000
at "$here" backup "$TMP/large" || fail "$(cat "$TMP/said")"
mv "$TMP/words" "$here/run/words"

# into an empty place
mkdir "$TMP/there"
at "$TMP/there" restore -n "$TMP/file" || fail "-n: $(cat "$TMP/said")"
[ -z "$(ls -A "$TMP/there")" ] || fail "-n has written"
at "$TMP/there" restore "$TMP/file" || fail "$(cat "$TMP/said")"
for part in etc state/site boot run; do
	sums "$here/$part" >"$TMP/a"
	sums "$TMP/there/$part" | diff "$TMP/a" - || fail "$part is another"
done

for file in 600:keys/key 600:cluster.key 600:site/secret/shadow \
	755:site/plugins/motd/boot; do
	[ "$(stat -c %a "$TMP/there/etc/${file#*:}")" = "${file%:*}" ] ||
		fail "not $file"
done

# over what is there
echo other >"$TMP/there/etc/keys/key"
refused 'keys: is there already: --force' "$TMP/there" restore "$TMP/file"
[ "$(cat "$TMP/there/etc/keys/key")" = other ] || fail "it was overwritten"
at "$TMP/there" restore --force "$TMP/file" || fail "$(cat "$TMP/said")"
cmp "$here/etc/keys/key" "$TMP/there/etc/keys/key" || fail "not restored"
[ "$(cat "$TMP/there/etc/keys.old/key")" = other ] || fail "not set aside"

# all or nothing: one part finds no space, or cannot be renamed
rm -r "$TMP/there/etc/keys.old"
echo other >"$TMP/there/etc/keys/key"
rm "$TMP/there/run/words"
sums "$TMP/there" >"$TMP/before"
untouched() {
	sums "$TMP/there" | diff "$TMP/before" - || fail "$1: not as before"
}
mount -t tmpfs -o size=8k none "$TMP/there/run"
refused 'nothing is restored' "$TMP/there" restore --force "$TMP/large"
[ -z "$(ls -A "$TMP/there/run")" ] || fail "no space: $(ls "$TMP/there/run")"
umount "$TMP/there/run"
untouched "no space"
mount --bind "$TMP/there/boot" "$TMP/there/boot"
refused 'nothing is restored' "$TMP/there" restore --force "$TMP/file"
untouched "a mounted part"
umount "$TMP/there/boot"
# killed between two renames: what was there comes back before all else
mv "$TMP/there/etc/site" "$TMP/there/etc/site.was"
at "$TMP/there" restore --dry-run --force "$TMP/file" ||
	fail "$(cat "$TMP/said")"
grep -q 'site.was: is there, of a restore that was killed' "$TMP/said" ||
	fail "$(cat "$TMP/said")"
mount --bind "$TMP/there/boot" "$TMP/there/boot"
refused 'nothing is restored' "$TMP/there" restore --force "$TMP/file"
untouched "a restore that was killed"
umount "$TMP/there/boot"
at "$TMP/there" restore --force "$TMP/file" || fail "$(cat "$TMP/said")"
[ "$(cat "$TMP/there/etc/keys.old/key")" = other ] || fail "not set aside"
[ ! -e "$TMP/there/etc/keys.was" ] && [ ! -e "$TMP/there/etc/keys.new" ] ||
	fail "left: $(ls "$TMP/there/etc")"

# set aside, and nobody knows by whom: both stay
echo edited >"$TMP/there/etc/keys/key"
echo mine >"$TMP/there/etc/keys.was"
sums "$TMP/there" >"$TMP/before"
refused 'keys.was: is there already' "$TMP/there" restore --force "$TMP/file"
refused 'keys.was: is there already' "$TMP/there" restore -n --force "$TMP/file"
untouched "a part that was set aside"

# hostile archives
"$PYTHON" - "$TMP" <<'END'
import io, sys, tarfile
top = sys.argv[1]
def make(name, *members):
    with tarfile.open(top + "/" + name + ".tar", "w",
                      format=tarfile.USTAR_FORMAT) as t:
        for path, kind, what in members:
            m = tarfile.TarInfo(path)
            m.type = kind
            m.mode = 0o4777
            data = b""
            if kind == tarfile.REGTYPE:
                data = what.encode()
                m.size = len(data)
            elif what:
                m.linkname = what
            t.addfile(m, io.BytesIO(data))
R, D, S, L = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
make("absolute", (top + "/out/evil", R, "x"))
make("dots", ("site/../../../out/evil", R, "x"))
make("through", ("site", S, top + "/out"), ("site/evil", R, "x"))
make("inner", ("site", D, ""), ("site/a", S, top + "/out"),
     ("site/a/evil", R, "x"))
make("partlink", ("keys", S, top + "/out"))
make("hard", ("site", D, ""), ("site/a", L, top + "/out/file"))
make("hard-in", ("site", D, ""), ("site/a", R, "x"), ("site/b", L, "site/a"))
make("fifo", ("site", D, ""), ("site/a", tarfile.FIFOTYPE, ""))
make("name", ("bin", D, ""), ("bin/sh", R, "x"))
make("kind", ("keys", R, "x"))
make("deep", ("site/" + "d/" * 40 + "e", R, "x"))
make("suid", ("site", D, ""), ("site/a", R, "x"))
END
# cut off between two files, which tar does not notice
head -c 1536 "$TMP/file" >"$TMP/short.tar"
gzip -c "$TMP/file" >"$TMP/packed.tar"
: >"$TMP/empty.tar"
mkdir "$TMP/out" "$TMP/none"
echo kept >"$TMP/out/file"
sums "$TMP/out" >"$TMP/a"
for name in absolute dots through inner partlink hard hard-in fifo name kind \
	deep short packed empty; do
	refused '' "$TMP/none" restore "$TMP/$name.tar"
	[ -z "$(ls -A "$TMP/none")" ] || fail "$name: something was restored"
	sums "$TMP/out" | diff "$TMP/a" - || fail "$name: it has left its place"
done
at "$TMP/none" restore "$TMP/suid.tar" || fail "$(cat "$TMP/said")"
[ "$(stat -c %a "$TMP/none/etc/site/a")" = 755 ] || fail "rights of the archive"
