#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The member runs as a user of its own, without a capability, and is in
# corosync's group all the same, also after corosync was started anew.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
need jq

bed_bridge
bed_machine 1
bed_machine 2
bed_corosync 1 2
make_image "$TMP/image" 4000000
bed_serve 1 --image "$TMP/image"
bed_wait_ready 1
bed_join 2 10.77.0.1 --membership corosync
bed_wait_ready 2
cores() { # N: both nodes see as many core nodes
	bed_status_is 1 ".membership.cores == $1" &&
		bed_status_is 2 ".membership.cores == $1"
}
wait_for 60 cores 2

for i in 1 2; do
	pid=$(bed_in $i pgrep -f 'vfield-member .*--user' | head -n 1)
	bed_in $i cat "/proc/$pid/status" >"$TMP/process"
	status_of() { awk -v key="$1:" '$1 == key { print $2 }' "$TMP/process"; }
	[ "$(status_of Uid)" != 0 ] && [ "$(status_of Gid)" != 0 ] ||
		fail "the member is root"
	for set in CapPrm CapEff CapAmb; do
		[ "$(status_of $set)" = 0000000000000000 ] ||
			fail "the member has capabilities: $set"
	done
	[ "$(status_of NoNewPrivs)" = 1 ] || fail "it may gain rights"
	[ "$(awk '/^Groups:/ { print NF }' "$TMP/process")" = 1 ] ||
		fail "it has other groups"
done

echo "# corosync comes anew, and has forgotten who may connect"
bed_in 2 sh -c 'kill -KILL $(pidof corosync)'
wait_for 60 bed_status_is 1 '.membership.cores == 1'
bed_corosync_start 2
wait_for 60 cores 2
bed_in 2 corosync-cmapctl | grep -q '^vfield.nodes .* = 2$' ||
	fail "the member does not publish the view"

echo "# what stays root ends with the member"
bed_in 2 sh -c 'kill -KILL $(pgrep -f "vfield-member .*--user" | head -n 1)'
one_helper() { [ "$(bed_in 2 pgrep -c vfield-admit)" = 1 ]; }
wait_for 60 cores 2
wait_for 30 one_helper
