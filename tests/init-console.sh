#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A console that accepts no output and gives no input (console=ttyS0 on a
# machine without that port) neither makes a step of the initramfs fail nor
# makes it run in circles.
. "$(dirname "$0")/lib.sh"
need busybox

# function_of NAME FILE: prints the function NAME of the initramfs's FILE, with
# /dev/full as its console.
function_of() {
	sed -n "/^$1() {/,/^}/p" "$TOP/initramfs/$2" |
		sed 's,/dev/console,/dev/full,' | grep . ||
		fail "$2 has no function $1"
}

for file in init shutdown; do
	{
		function_of say $file
		echo 'network() { say an address; }'
		echo 'network >/dev/full && echo GOES-ON >&2'
	} >"$TMP/part"
	busybox sh "$TMP/part" >"$TMP/said" 2>&1 || :
	grep -q GOES-ON "$TMP/said" || fail "$file: $(cat "$TMP/said")"
done

{
	function_of may_open_shell init
	function_of problem init
	cat <<-'END'
		open_shell() { echo SHELL >&2; }
		sleep() { echo "SLEEPS $1" >&2; }
		name= peers= trust= shell=
		problem this that >/dev/full </dev/null && echo GOES-ON >&2
	END
} >"$TMP/part"
busybox sh "$TMP/part" >"$TMP/said" 2>&1 || :
grep -q '^SLEEPS 10' "$TMP/said" && grep -q GOES-ON "$TMP/said" &&
	! grep -q SHELL "$TMP/said" || fail "problem: $(cat "$TMP/said")"

# Return opens a shell, where a key is trusted only with vfield.shell.
{
	function_of say init
	function_of may_open_shell init
	function_of open_shell init
	function_of problem init
	cat <<-'END'
		setsid() { echo SHELL >&2; }
		sleep() { :; }
		name= peers= trust=$1 shell=$2
		echo | problem this that
	END
} >"$TMP/part"
# opens TRUST SHELL: prints what Return does on such a machine.
opens() {
	busybox sh "$TMP/part" "$1" "$2" 2>&1 || :
}
opens "" "" >"$TMP/said"
grep -q '^SHELL' "$TMP/said" && grep -q 'Return: a shell' "$TMP/said" ||
	fail "without a key: $(cat "$TMP/said")"
opens 12ab "" >"$TMP/said"
grep -q 'boot with vfield.shell' "$TMP/said" &&
	! grep -q '^SHELL\|Return' "$TMP/said" ||
	fail "with a key: $(cat "$TMP/said")"
opens 12ab 1 >"$TMP/said"
grep -q '^SHELL' "$TMP/said" || fail "vfield.shell: $(cat "$TMP/said")"
