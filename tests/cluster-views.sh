#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Views disagree: the machine whose corosync hangs keeps the old view, and the
# others believe that the machine is gone.  All of them read.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/testbed.sh"
need corosync nbdcopy jq

make_image "$TMP/image" 20000000
want=$(sum_file "$TMP/image")
bed_bridge
for i in 1 2 3 4; do
	bed_machine $i
done
bed_corosync 1 2 3 4
bed_serve 1 --image "$TMP/image"
bed_wait_ready 1
for i in 2 3 4; do
	bed_join $i "$(bed_addr 1)" --store 2M
done
bed_wait_ready 2 3 4
for i in 1 2 3 4; do
	wait_for 30 bed_status_is $i '.membership.nodes == 4'
done

corosync=$(bed_in 3 pgrep -x corosync)
bed_in 3 kill -STOP "$corosync"
for i in 2 3 4; do # they read while the views change
	sum_bed $i >"$TMP/sum$i" &
	eval "read_$i=$!"
done
for i in 2 3 4; do
	eval "wait \$read_$i"
	check_sum "machine $i" "$(cat "$TMP/sum$i")" "$want"
done
wait_for 30 bed_status_is 2 '.membership.nodes == 3'
for i in 2 3 4; do
	check_sum "machine $i, later" "$(sum_bed $i)" "$want"
done
bed_in 3 kill -CONT "$corosync"
for i in 1 2 3 4; do
	wait_for 60 bed_status_is $i '.membership.nodes == 4'
done
check_sum "machine 3, together again" "$(sum_bed 3)" "$want"
