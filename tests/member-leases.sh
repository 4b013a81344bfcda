#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Tests leases and the queue of boot services, on three core nodes with
# corosync.  All boot services know what one of them has said, whoever dies.
# The first in the queue answers DHCP, and the next one when the first is gone.
# A service that comes later is told everything, and waits for its turn.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/member.subr"

member() {
	core_member "$1"
	wait_for 20 bed_in "$1" test -S /run/vfield/member.sock
	probe "n$1" nsenter -t "$(bed_init_pid "$1")" -m -u -i -n -p -- \
		"$PROBE" -s /run/vfield/member.sock -n "n$1" -p 10810
}

# service I: starts the probe bI on machine I, which acts as a boot service.
service() {
	probe "b$1" nsenter -t "$(bed_init_pid "$1")" -m -u -i -n -p -- \
		"$PROBE" -s /run/vfield/member.sock -l
}

# hour, hours: patterns for the minutes, rounded up, that are left of a lease of
# an hour or two when the probe prints it.
hour='\(60\|5[0-9]\)'
hours='1\(20\|1[0-9]\)'

tell() {
	echo "$2" >"$TMP/$1.in"
}

bed_bridge
for i in 1 2 3; do
	bed_machine $i
done
bed_corosync 1 2 3
for i in 1 2 3; do
	member $i
done
for i in 1 2 3; do
	prints n$i "^view .* 2$"
done

echo "# the first that is ready is the first in the queue, and stays it"
service 2
prints b2 "^view .* 3$"
printed b2 "^first n[123]" && fail "somebody answers who has no boot service"
tell b2 "boots 1"
prints b2 "^first n2"
service 1
prints b1 "^first n2"
tell b1 "boots 1"
prints b2 "^node n1 .* boots=2"
service 3
tell b3 "boots 1"
prints b2 "^node n3 .* boots=3"
prints b3 "^first n2"
for i in 1 2 3; do
	printed b$i "^first n[13]" && fail "b$i takes another for the first"
done

echo "# leases are known to all, the last word wins"
tell b2 "lease 52:54:00:00:00:01 10.77.0.151 host1 1 3600"
tell b2 "lease 52:54:00:00:00:02 10.77.0.152 host2 1 3600"
for i in 1 3; do
	prints b$i "^lease 52:54:00:00:00:01 10.77.0.151 host1 1 $hour"
	prints b$i "^lease 52:54:00:00:00:02 10.77.0.152 host2 1 $hour"
done
tell b3 "lease 52:54:00:00:00:01 10.77.0.151 host1 4 7200"
prints b1 "^lease 52:54:00:00:00:01 10.77.0.151 host1 4 $hours"
prints b2 "^lease 52:54:00:00:00:01 10.77.0.151 host1 4 $hours"
printed b2 "^lease 52:54:00:00:00:02" && fail "b2 is told what it said"

echo "# who is no boot service of this node is not believed"
probe far nsenter -t "$(bed_init_pid 3)" -m -u -i -n -p -- "$PROBE" \
	-c "$(bed_addr 2)" -n far -l
prints far "^lease 52:54:00:00:00:02"
tell far "boots 1"
tell far "lease 52:54:00:00:00:03 10.77.0.153 evil 1 3600"
tell b3 "lease 52:54:00:00:00:04 10.77.0.154 host4 1 3600"
prints b1 "^lease 52:54:00:00:00:04"
prints b1 "^node far .* satellite=1 boots=0"

echo "# a boot service dies: the next one, at once"
forget b1 b2 b3
kill -KILL "$(pgrep -P "$(probe_pid b2)")"
prints b1 "^first n1"
prints b3 "^first n1"

echo "# the power of the first is cut"
bed_power_cut 1
prints b3 "^first n3"

echo "# a core node that joins later is told everything, and waits"
bed_machine 1
bed_corosync_start 1
rm -f "$TMP/b1.out" "$TMP/b1.seen"
member 1
service 1
prints b1 "^lease 52:54:00:00:00:01 10.77.0.151 host1 4 $hours"
prints b1 "^lease 52:54:00:00:00:02 10.77.0.152 host2 1 $hour"
prints b1 "^lease 52:54:00:00:00:04"
tell b1 "boots 1"
prints b3 "^node n1 .* boots=4"
prints b1 "^first n3"
printed b1 "^lease 52:54:00:00:00:03" && fail "a stranger's lease is known"

echo "# the network is in two parts, and one again"
forget b1 b3
bed_link 3 down
prints b1 "^first n1"
tell b1 "lease 52:54:00:00:00:01 10.77.0.151 host1 5 3600"
tell b3 "lease 52:54:00:00:00:05 10.77.0.155 host5 1 3600"
bed_link 3 up
prints b3 "^lease 52:54:00:00:00:01 10.77.0.151 host1 5 $hour"
prints b1 "^lease 52:54:00:00:00:05"
prints b1 "^first n3"
for i in 1 2 3; do
	grep -q 'a message that is none' "$TMP/n$i/log" && fail "n$i: bad frames"
done
exit 0
