#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The rules by which stores share the copies of an image (router/policy/spread.h,
# pace.h), with more nodes than this machine carries, in rounds: no bytes, no
# links, news that is up to a second late.
#
#   CASES=50x3,5-100x16,...   per cent of the image a store, or drawn between two
#                             numbers; x nodes (1000 take more than minutes)
#   BEGIN=together,1by1       all at one moment; one by one, each when the one
#                             before is at rest, or a second later where they
#                             are more than 100
#   REPEAT=1                  with other hashes each
# Events and columns are those of copies.sh; moved is in parts of the store that
# came, or of what those that died held.
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
# two at a time: each uses one core
xargs -P "$(nproc)" -L 1 sh -c '"$0" "$@" || echo "# failed: $*"' "$SIM" \
	<"$TMP/plan" >"$TMP/rows"
grep '^#' "$TMP/rows" || :
while read -r begin c; do
	grep "^$c $begin " "$TMP/rows" | while read -r row; do
		# shellcheck disable=SC2086 # words
		bench_row $row
	done
done <<END
$(for c in $CASES; do for begin in $BEGIN; do echo "$begin $c"; done; done)
END
bench_end
