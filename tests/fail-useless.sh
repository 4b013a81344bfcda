#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Half of the peers live and are of no use, each in its way: those that are well
# read on, and find the ones that deliver nothing.  WAYS="A+B ..." tries other
# pairs; how fast they read on is for perf/useless.sh.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/useless.subr"
need jq nbdkit

WAYS=${WAYS-dribbling+noseed}
image=$TMP/mem/debian
good="4 5" bad="2 3"

# those that deliver nothing were found, by each reader
found() {
	case $1 in
	barren | dribbling)
		for i in $good; do
			wait_for 20 grep -q "node n$2 lives, .* delivers nothing" \
				"$TMP/n$i/log"
		done
		;;
	esac
}

start_machines 64000000
for pair in $WAYS; do
	all_read 32000000
	go_bad "${pair%+*}" 2
	go_bad "${pair#*+}" 3
	all_read 64000000
	found "${pair%+*}" 2
	found "${pair#*+}" 3
	go_good "${pair%+*}" 2
	go_good "${pair#*+}" 3
	all_read 32000000
	echo "$pair: read on"
done
