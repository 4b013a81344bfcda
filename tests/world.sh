#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Whole nodes in a world that is not there (perf/world): readers get all of the
# image, and a seed leads to the same trace each time.
. "$(dirname "$0")/lib.sh"

world=$BUILD/perf/world
[ -x "$world" ] || fail "$world is not built"

# world_twice NAME=NUMBER...: it ends well, and in the same way again
world_twice() {
	"$world" "$@" >"$TMP/once" || fail "$*: $(cat "$TMP/once")"
	"$world" "$@" >"$TMP/again"
	cmp "$TMP/once" "$TMP/again" || fail "$*: not the same twice"
}

world_twice readers=1
world_twice readers=8 mb=64 mbit=50 unfair=1
world_twice readers=5 mb=32 stagger_ms=300 unfair=1 seed=7
"$world" readers=5 mb=32 stagger_ms=300 unfair=1 seed=8 >"$TMP/other"
! cmp -s "$TMP/once" "$TMP/other" || fail "the seed decides nothing"

# what a seed draws, faults too, is the same each time; what fails is said
"$world" replay 3 >"$TMP/once" || fail "seed 3: $(grep BROKEN "$TMP/once")"
"$world" replay 3 >"$TMP/again"
cmp "$TMP/once" "$TMP/again" || fail "seed 3: not the same twice"

# faults by lot: each seed that fails is printed
"$world" soak 1 60 >"$TMP/soak" || fail "$(grep ^seed "$TMP/soak")"
grep -q '^60 seeds, 0 failed' "$TMP/soak" || fail "$(tail -n 1 "$TMP/soak")"
