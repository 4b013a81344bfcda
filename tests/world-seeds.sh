#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Runs the world with 200 seeds of each of its workloads, each with other
# faults.  A seed that fails and is not among the known ones fails the test; those
# are told of in perf/results/world-soak.txt.
. "$(dirname "$0")/lib.sh"

known="133 423 519 599 815 1024 1151"
world=$BUILD/perf/world
[ -x "$world" ] || fail "$world is not built"

"$world" soak 1 1600 >"$TMP/soak" || true
grep -q '^1600 seeds, ' "$TMP/soak" || fail "$(tail -n 5 "$TMP/soak")"
[ "$(grep -c ' 200 runs$' "$TMP/soak")" = 8 ] || fail "$(cat "$TMP/soak")"
grep ^seed "$TMP/soak" | while read -r _ seed why; do
	case " $known " in
	*" $seed "*) echo "known: $seed $why" ;;
	*) echo "seed $seed $why" >>"$TMP/new" ;;
	esac
done
[ ! -e "$TMP/new" ] || fail "$(cat "$TMP/new")"
