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
	function_of problem init
	cat <<-'END'
		open_shell() { echo SHELL >&2; }
		sleep() { echo "SLEEPS $1" >&2; }
		name= peers=
		problem this that >/dev/full </dev/null && echo GOES-ON >&2
	END
} >"$TMP/part"
busybox sh "$TMP/part" >"$TMP/said" 2>&1 || :
grep -q '^SLEEPS 10' "$TMP/said" && grep -q GOES-ON "$TMP/said" &&
	! grep -q SHELL "$TMP/said" || fail "problem: $(cat "$TMP/said")"
