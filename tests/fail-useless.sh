#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Half of the peers live and are useless, each in its own way.  The good
# machines read on, and detect the peers that deliver nothing.  WAYS="A+B ..."
# chooses other pairs of ways; perf/useless.sh measures how fast the machines
# read on.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/useless.subr"
need jq nbdkit

WAYS=${WAYS-dribbling+noseed}
image=$TMP/mem/debian
good="4 5" bad="2 3"

# found WAY I: if machine I is useless in a way in which it delivers nothing,
# waits until each reader's log says so.
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
