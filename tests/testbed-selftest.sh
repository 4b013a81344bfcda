#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The testbed itself works: its machines form a corosync ring, read from each
# other, and lose a link and their power.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/testbed.sh"
need nbdkit nbdcopy corosync tc

bed_bridge
for i in 1 2 3; do
	bed_machine $i 200mbit
done
bed_corosync 1 2 3
echo "formed"

make_image "$TMP/image" 8388608
want=$(sum_file "$TMP/image")
bed_start 1 "$TMP/n1/log" nbdkit -f -P /run/nbdkit.pid file "$TMP/image"
wait_for 10 bed_in 1 test -s /run/nbdkit.pid
uri=nbd://$(bed_addr 1)
check_sum "over the link" \
	"$(bed_in 2 timeout 60 nbdcopy "$uri" - | sha256sum | cut -c 1-64)" "$want"
[ "$(bed_sent 1)" -gt 8388608 ] || fail "machine 1 has sent less than the image"

bed_link 1 down
bed_in 2 timeout 1 nbdinfo --size "$uri" && fail "it answers without a link"
wait_for 30 bed_corosync_formed 2 2
bed_link 1 up
wait_for 30 bed_corosync_formed 2 3
wait_for 30 bed_in 2 timeout 2 nbdinfo --size "$uri"
echo "a link went down and came back"

bed_freeze 1
bed_in 2 timeout 1 nbdinfo --size "$uri" && fail "it answers though frozen"
bed_thaw 1
wait_for 30 bed_in 2 timeout 2 nbdinfo --size "$uri"
echo "a machine hung and came back"

bed_power_cut 3
wait_for 30 bed_corosync_formed 1 2
bed_machine 3 200mbit
bed_corosync_start 3
wait_for 30 bed_corosync_formed 1 3
echo "the power of a machine failed and came back"
