#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Simulates the rules by which stores share the copies of an image
# (router/policy/spread.h, pace.h), with more nodes than this machine can run.
# Time goes in rounds; there are no bytes and no links, and news is up to a
# second late.
#
#   CASES=50x3,5-100x16,...   size of each store in per cent of the image, or a
#                             range from which it is drawn; x number of nodes
#                             (a case with 1000 nodes takes long)
#   BEGIN=together,1by1       all nodes begin at one moment; or one by one, each
#                             when the one before is at rest, or a second later
#                             if there are more than 100
#   REPEAT=1                  each time with other hashes
# Events and columns are those of copies.sh; moved is in parts of the store that
# came, or of what the stores that died held.
REPEAT=${REPEAT:-1}
. "$(dirname "$0")/lib.sh"
SIM=$BUILD/perf/copies
[ -x "$SIM" ] || skip "make sim"
usual=50x3,5-100x3,30x16,5-100x16,5x100,50x100,5-100x100
CASES=$(list "${CASES:-$usual}") BEGIN=$(list "${BEGIN:-together,1by1}")

for begin in $BEGIN; do
	for c in $CASES; do
		for i in $(seq "$REPEAT"); do
			echo "${c#*x} ${c%x*} $begin $i"
		done
	done
done >"$TMP/plan"

bench_begin 3 case begun event room least mean most sd moved rounds
# as many at a time as there are cores: each uses one core
xargs -P "$(nproc)" -L 1 sh -c '"$0" "$@" || echo "# failed: $*"' "$SIM" \
	<"$TMP/plan" >"$TMP/rows"
grep '^#' "$TMP/rows" || :
while read -r begin c; do
	grep "^$c $begin " "$TMP/rows" | while read -r row; do
		# shellcheck disable=SC2086 # split on purpose
		bench_row $row
	done
done <<END
$(for c in $CASES; do for begin in $BEGIN; do echo "$begin $c"; done; done)
END
bench_end
