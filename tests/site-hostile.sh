#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Plugins try to do harm: by links in an image that lead out of it, by names
# that are paths, by programs that never end, print without end, fill the disk
# or leave processes behind, and by templates and plugins that are wrong.  Each
# is refused or bounded, the error is reported, and the other plugins do their
# part.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"

# host NAME PLUGINS: adds a host with these plugins to the site, and makes its
# system.
host() {
	printf '[%s]\nplugins = %s\naddress = 10.0.0.%s\n' "$1" "$2" \
		$((n = ${n:-0} + 1)) >>"$SITE/hosts"
	system "$1"
}

plugin good 'description = does its part'
echo good >"$SITE/plugins/good/root/etc/good"
hook good boot 'echo done >/etc/good-booted'

# --- links in the image ---
plugin paths 'description = writes where an image may have links'
for dir in absolute up loop; do
	mkdir -p "$SITE/plugins/paths/root/$dir"
	echo harm >"$SITE/plugins/paths/root/$dir/file"
done
echo harm >"$SITE/plugins/paths/root/etc/leaf"
echo harm >"$SITE/plugins/paths/root/etc/added.add"
host links 'paths, good'
mkdir "$TMP/outside"
echo safe >"$TMP/outside/leaf"
ln -s "$TMP/outside" "$TMP/links/absolute"
ln -s "../../../../../../../../..$TMP/outside" "$TMP/links/up"
ln -s loop "$TMP/links/loop"
ln -s "$TMP/outside/leaf" "$TMP/links/etc/leaf"
ln -s "$TMP/outside/leaf" "$TMP/links/etc/added"
ln -s "$TMP/outside" "$TMP/links/etc/.vfield-plugin"
status 1 --host links --root "$TMP/links"
said 'plugin paths: /absolute: File exists'
is links etc/good-booted 'done'
is links etc/leaf harm
[ "$(ls "$TMP/outside")" = leaf ] || fail "there is more: $(ls "$TMP/outside")"
[ "$(cat "$TMP/outside/leaf")" = safe ] || fail "a file outside was written to"
is links etc/added "# vfield-plugin begin: paths
harm
# vfield-plugin end: paths"

# The /run of this root is a link that leads out of it.
host run good
rmdir "$TMP/run/run"
ln -s "$TMP/outside" "$TMP/run/run"
status 1 --host run --root "$TMP/run"
[ "$(ls "$TMP/outside")" = leaf ] || fail "there is more: $(ls "$TMP/outside")"

# --- programs ---
plugin endless 'description = never ends'
hook endless boot 'trap "" TERM INT; while :; do sleep 1; done'
plugin talks 'description = prints without end'
printf '#!/bin/sh\nwhile :; do cat /bin/busybox; done\n' \
	>"$SITE/plugins/talks/root/etc/talk.gen"
chmod 755 "$SITE/plugins/talks/root/etc/talk.gen"
plugin daemon 'description = leaves a process behind'
hook daemon boot '(setsid sh -c "sleep 987654 </dev/null >/dev/null 2>&1 &") &
exit 0'
plugin fails 'description = fails'
hook fails boot 'printf "no \033[31mluck\n" >&2; exit 7'
plugin noexec 'description = not a program'
hook noexec boot x
printf '\177ELF' >"$SITE/plugins/noexec/boot"
host programs 'endless, talks, daemon, fails, noexec, good'
status 1 --host programs --root "$TMP/programs" --limit 2
said 'plugin endless: its boot hook killed: it took too long'
said 'talk.gen: killed: it '
said 'plugin fails: its boot hook failed: no ?[31mluck'
said 'plugin noexec: its boot hook not run'
is programs etc/good-booted 'done'
report programs '.plugins[2].boot == "ok"'
report programs '.plugins[0].boot_ms < 60000'
! grep -q 987654 /proc/[0-9]*/cmdline || fail "a process was left behind"

# --- a disk that is filled ---
plugin fills 'description = fills the disk'
hook fills boot 'i=0; while :; do i=$((i + 1)); head -c 1000000 /bin/busybox >/fill.$i || exit 1; done'
host full 'fills, good'
mkdir "$TMP/small"
mount -t tmpfs -o size=64m tmpfs "$TMP/small"
at_exit "umount '$TMP/small'"
cp -a "$TMP/full/." "$TMP/small/"
status 1 --host full --root "$TMP/small"
said 'plugin fills: its boot hook killed: it filled the file system'
[ "$(cat "$TMP/small/etc/good-booted")" = 'done' ] || fail "good has not run"

# --- plugins and settings that are wrong ---
cp "$SITE/hosts" "$TMP/hosts"
refused() {
	cp "$TMP/hosts" "$SITE/hosts"
	host "$1" "$2, good"
	status "${4:-1}" --host "$1" --root "$TMP/$1"
	said "$3"
}
plugin undeclared '[settings]
a = 1'
printf 'x\n@a@ user@host\n@b.c@\n' >"$SITE/plugins/undeclared/root/etc/x.in"
refused u undeclared "undeclared/root/etc/x.in:3: @b.c@ is not declared"
is u etc/good-booted 'done'
[ ! -e "$TMP/u/etc/x" ] || fail "a file with a hole was written"
plugin one 'needs = two'
plugin two 'needs = three'
plugin three 'needs = one'
refused circle 'one, two, three' 'plugins need each other: '
plugin lonely 'needs = nobody'
refused lonely lonely 'needs plugin nobody'
plugin same 'description = sets what another sets'
echo same >"$SITE/plugins/same/root/etc/good.in"
refused same same 'plugins same and good both set /etc/good'
rm "$SITE/plugins/same/root/etc/good.in"
mkdir "$SITE/plugins/same/root/etc/good"
refused tree same 'plugins same and good both set /etc/good'
mkfifo "$SITE/plugins/lonely/root/etc/fifo"
plugin lonely 'description = has a pipe'
refused pipe lonely 'neither a file, a directory nor a link'
plugin wrong 'descripton = a slip'
refused wrong wrong "wrong/plugin:1: 'descripton' is none of"
plugin long "description = $(head -c 300 /dev/zero | tr '\0' x)"
refused long long 'long/plugin:1: the line is too long'
head -c 20000 /dev/zero | tr '\0' '\n' >"$SITE/plugins/long/plugin"
refused huge long 'File too large'
mkdir -p "$TMP/outside/evil"
echo 'description = evil' >"$TMP/outside/evil/plugin"
refused path ../../outside/evil hosts: 4
mkdir -p "$SITE/plugins/deep/root/$(printf 'd/%.0s' $(seq 40))"
plugin deep 'description = deep'
refused deep deep 'directories in each other'
truncate -s 100M "$SITE/plugins/good/root/etc/big"
refused big good 'File too large'
