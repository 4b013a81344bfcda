#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# In perf/world a number, the seed, leads to the same trace each time, byte for
# byte, and so does each other build of the program: by another compiler, or
# with sanitizers.  Builds older than the sources are left out.
. "$(dirname "$0")/lib.sh"

# readers and faults of a world live until the program ends, and are not freed
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
world=$BUILD/perf/world
[ -x "$world" ] || fail "$world is not built"

# traces PROGRAM: prints what runs with the seeds 3 to 10 and two crowds print,
# and all events of the run with seed 5.
traces() {
	for seed in 3 4 5 6 7 8 9 10; do "$1" check $seed; done
	"$1" readers=4 mb=16 stagger_ms=300 unfair=1 seed=7
	"$1" readers=4 mb=16 mbit=25 rtt_us=20000
	"$1" replay 5
}

traces "$world" >"$TMP/once" || fail "$(grep BROKEN "$TMP/once")"
traces "$world" >"$TMP/again"
cmp "$TMP/once" "$TMP/again" || fail "not the same twice"
cd "$TOP" || exit
for other in "$TOP"/build*/perf/world; do
	[ -x "$other" ] || continue
	newer=$(find lib router membership vfield perf/world perf/sim \
		-name '*.[ch]' -newer "$other")
	[ -z "$newer" ] || continue
	traces "$other" >"$TMP/again"
	cmp "$TMP/once" "$TMP/again" || fail "$other: another trace"
	echo "$other: the same"
done
