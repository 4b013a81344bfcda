#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# perf/world runs whole nodes in a simulated world.  Readers get all of the
# image, random faults break nothing, and a number, the seed, leads to the same
# trace each time.
. "$(dirname "$0")/lib.sh"

world=$BUILD/perf/world
[ -x "$world" ] || fail "$world is not built"

# world_twice NAME=NUMBER...: runs perf/world with these settings twice, and
# fails the test unless both runs succeed with the same output.
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

# Readers that begin in the moment in which their nodes get to know the image,
# and so of each other only that they are there, share the seed's link all the
# same.
"$world" readers=8 mb=60 mbit=25 settle_ms=100 >"$TMP/early" ||
	fail "$(cat "$TMP/early")"
awk '$1 == "mean" { mean = $2 } END { exit mean < 0.8 }' "$TMP/early" ||
	fail "readers that begin early: $(grep ^mean "$TMP/early")"

# Cases in which the world has once found a fault.
for lot in "$TOP"/tests/world/*.lot; do
	[ -e "$lot" ] || continue
	"$world" check "$lot" >"$TMP/lot" || fail "$lot: $(cat "$TMP/lot")"
done
