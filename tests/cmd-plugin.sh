#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield plugin lists what a site can use, shows settings and files, and runs a
# hook with the settings of a host, or only shows what it would run.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"

plugin motd 'description = a word
needs = names
[settings]
text = hello ; "What do people read?"'
echo '@text@' >"$SITE/plugins/motd/root/etc/motd.in"
hook motd check 'echo "$VFIELD_HOST: $SETTING_text in $PWD"'
hook motd repair 'echo broken; exit 3'
printf '%s\n' '[room]' 'hosts = a, b' 'plugins = names, motd' '[b]' \
	'motd.text = bye' 'plugins -= names' >"$SITE/hosts"

vfield plugin list --site "$SITE" >"$TMP/list" || fail "list"
grep -q '^motd  *2  a word$' "$TMP/list" && grep -q '^names  *1  host name' \
	"$TMP/list" && grep -q '^ssh  *0 ' "$TMP/list" ||
	fail "$(cat "$TMP/list")"
vfield plugin list --site "$SITE" --json | jq -e '[.[].name] ==
	["distcc","log","motd","mpi","names","nfs","seat","slurm","ssh",
	"sssd","time","users"] and .[2].hosts == 2' >/dev/null ||
	fail "list --json"
vfield plugin show motd --site "$SITE" >"$TMP/show"
for line in 'needs        names' 'hooks        check repair' \
	'setting      text = hello   ; What do people read?' \
	'file         /etc/motd'; do
	grep -qxF "$line" "$TMP/show" || fail "no '$line': $(cat "$TMP/show")"
done

[ "$(vfield plugin run motd check --site "$SITE" --host a)" = \
	'a: hello in /run/vfield/plugin' ] || fail "run"
[ "$(vfield plugin run motd check -n --site "$SITE" --host b |
	grep -c -e '^SETTING_text=bye$' -e "^$SITE/plugins/motd/check$")" -eq 2 ] ||
	fail "run -n"
! vfield plugin run motd repair --site "$SITE" --host a >"$TMP/out" 2>&1 ||
	fail "a hook that failed"
grep -q 'the hook repair failed' "$TMP/out" || fail "$(cat "$TMP/out")"
! vfield plugin run motd boot --site "$SITE" --host a 2>"$TMP/out" ||
	fail "a hook that is not there"
grep -q 'motd has no hook boot' "$TMP/out" || fail "$(cat "$TMP/out")"
! vfield plugin run motd check --site "$SITE" --host c 2>"$TMP/out" ||
	fail "a host that is not there"
! vfield plugin show ../motd --site "$SITE" 2>"$TMP/out" || fail "a path"
grep -q "not a plugin's name" "$TMP/out" || fail "$(cat "$TMP/out")"

# a plugin that is wrong is said, and the others listed
echo nonsense >"$SITE/plugins/motd/plugin"
! vfield plugin list --site "$SITE" >"$TMP/list" 2>"$TMP/out" || fail "no error"
grep -q 'motd/plugin:1: ' "$TMP/out" && grep -q '^users' "$TMP/list" ||
	fail "$(cat "$TMP/out")"
