#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures how fast machines read when half of their peers live and are useless
# (tests/useless.subr has the ways).  Of five machines one is the seed, two go
# bad, each in its way, and two go on reading.
#
#   PAIRS=A+B,...   the ways in which the two go bad; default: all pairs of WAYS
#   WAYS=silent,barren,dribbling,slow,noseed,partial
#   TIMES=50        then one machine turns barren so often, and well again; 0:
#                   never
#   AFTER=5         seconds after which speed is measured, for as long
#
# ratio: a reader's speed then, divided by its speed before; the lesser of the
# two readers' ratios. pause_ms: the longest time between two replies to a
# reader from the moment on when the machines went bad.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/../tests/testbed.sh"
. "$(dirname "$0")/../tests/useless.subr"
need jq nbdkit

WAYS=$(list "${WAYS:-silent,barren,dribbling,slow,noseed,partial}")
TIMES=${TIMES:-50} AFTER=${AFTER:-5}
REPEAT=1 # each pair once
image=$RAM/debian
good="4 5" bad="2 3"

all_pairs() {
	# shellcheck disable=SC2086 # split on purpose
	set -- $WAYS
	while [ $# -gt 0 ]; do
		for pair_other; do
			echo "$1+$pair_other"
		done
		shift
	done
}

# rates NAME: measures for AFTER seconds, and sets NAME_I to the bytes a second
# of each good machine I.
rates() {
	# shellcheck disable=SC2034 # used by eval
	rates_began=$(now_ms)
	for i in $good; do
		eval "from_$i=$(beat "$i")"
	done
	sleep "$AFTER"
	for i in $good; do
		eval "$1_$i=\$((($(beat "$i") - from_$i) * 1000 /
			($(now_ms) - rates_began)))"
	done
}

gaps() {
	worst=0
	for i in $good; do
		gap=$(longest_gap "$i")
		[ "$gap" -le "$worst" ] || worst=$gap
	done
}

slowest() {
	for i in $good; do
		eval "echo \$now_$i \$before_$i"
	done | awk '{ r = $2 ? $1 / $2 : 0
		if (NR == 1 || r < least) least = r }
		END { printf "%.2f", least }'
}

# one_case NAME WAY_OF_2 WAY_OF_3: measures with machines 2 and 3 bad in these
# ways, and adds a row.  A machine whose way is `well' stays well.
one_case() {
	all_read 32000000
	rates before
	gaps
	for b in 2 3; do
		way=$2
		[ $b = 2 ] || way=$3
		[ "$way" = well ] || go_bad "$way" $b
	done
	sleep "$AFTER"
	rates now
	gaps
	bench_row "$1" "$(slowest)" "$worst"
	for b in 2 3; do
		way=$2
		[ $b = 2 ] || way=$3
		[ "$way" = well ] || go_good "$way" $b
	done
}

start_machines 64000000
bench_begin 1 ways ratio pause_ms
bench_note "links of $RATE; speed from $AFTER s after on, for $AFTER s"
for pair in $(list "${PAIRS:-$(all_pairs | paste -s -d ,)}"); do
	one_case "$pair" "${pair%+*}" "${pair#*+}"
done
for _ in $(seq "$TIMES"); do
	one_case barren barren well
done
bench_end
