#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# All core nodes know the leases that the first machine's boot service has
# given, also a node that becomes one only after that machine has died.  The
# turn to answer DHCP goes from one boot service to the next.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/member.subr"
need corosync jq

image=$TMP/image
make_image "$image" 4000000
vfield image create "$image" --name system
pool=$(bed_addr 1)-$(bed_addr 6)

role_is() {
	bed_status_is "$1" ".membership.role == \"$2\""
}

cores_are() {
	bed_status_is "$1" ".membership.cores == $2"
}

# service I: starts a probe on machine I, a core node, that acts as a boot
# service.
service() {
	probe "b$1" nsenter -t "$(bed_init_pid "$1")" -m -u -i -n -p -- \
		"$PROBE" -s /run/vfield/member.sock -l
	prints "b$1" '^view'
	echo "boots 1" >"$TMP/b$1.in"
}

# knows I: waits until the probe on machine I was told all leases.
knows() {
	prints "b$1" '^lease 52:54:00:00:00:01 10.77.0.151 host1 5 '
	prints "b$1" '^lease 52:54:00:00:00:02 10.77.0.152 host2 3 '
}

bed_bridge
for i in 1 2 3 4 5; do
	bed_machine $i
done
bed_serve 1 --image "$image" --core "$pool"
bed_wait_ready 1
wait_for 30 role_is 1 core
service 1
prints b1 '^first n1'
echo "lease 52:54:00:00:00:01 10.77.0.151 host1 1 3600" >"$TMP/b1.in"
echo "lease 52:54:00:00:00:02 10.77.0.152 host2 3 3600" >"$TMP/b1.in"
echo "lease 52:54:00:00:00:01 10.77.0.151 host1 5 3600" >"$TMP/b1.in"
for i in 2 3 4 5; do
	bed_join $i "$(bed_addr 1)" --core "$pool"
done
bed_wait_ready 2 3 4 5
for i in 2 3; do
	wait_for 60 role_is $i core
	service $i
	knows $i
	prints b$i '^first n1'
done
wait_for 30 cores_are 1 3

echo "# the first machine dies; the next in the queue answers"
bed_power_cut 1
prints b2 '^first n2'
prints b3 '^first n2'
wait_for 60 role_is 4 core
service 4
knows 4
prints b4 '^first n2'

echo "# so do the second and the third: only one is left who knows"
bed_power_cut 2
bed_power_cut 3
prints b4 '^first n4'
wait_for 90 role_is 5 core
service 5
knows 5
prints b5 '^first n4'
