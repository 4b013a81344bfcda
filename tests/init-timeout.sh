#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield.timeout= is the time in seconds that the initramfs's init waits for an
# address and for the cluster.  With 0 init still looks for them for a second.
# A value that is no number is ignored: it must not end init, with which the
# kernel would panic.
. "$(dirname "$0")/lib.sh"
need busybox

# The part of init that reads /proc/cmdline, and its function that waits.
{
	sed -n '/^# --- what the kernel/,/^# Seconds since/p' "$TOP/initramfs/init"
	sed -n '/^until_true() {/,/^}/p' "$TOP/initramfs/init"
	cat <<-'END'
		waited() {
			tries=$((tries + 1))
			false
		}
		tries=0
		usleep() { :; }
		until_true "$timeout" waited
		{ sleep 0.3 && echo ready; } | {
			read -r -t "$timeout" line
			echo "$timeout s, $tries tries, $line"
		}
	END
} >"$TMP/part"
grep -q 'vfield.timeout=' "$TMP/part" || fail "init has no such part"

# timeout_of WORDS WANTED: fails the test unless that part, with WORDS on the
# command line, prints WANTED.
timeout_of() {
	echo "quiet $1 vfield.peer=1.2.3.4" >"$TMP/cmdline"
	mount --bind "$TMP/cmdline" /proc/cmdline
	busybox sh "$TMP/part" >"$TMP/said" 2>&1 || :
	umount /proc/cmdline
	[ "$(tail -n 1 "$TMP/said")" = "$2" ] ||
		fail "$1: $(cat "$TMP/said"), not $2"
}

timeout_of '' '30 s, 600 tries, ready'
timeout_of vfield.timeout=3 '3 s, 60 tries, ready'
timeout_of vfield.timeout=0 '1 s, 20 tries, ready'
for bad in '' 30s -1 08 0x10 1.5 99999999999; do
	timeout_of "vfield.timeout=$bad" '30 s, 600 tries, ready'
	grep -q 'no number of seconds' "$TMP/said" || fail "$bad: not a word of it"
done
