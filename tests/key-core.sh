#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The corosync of --core encrypts with a key derived from the cluster key: core
# nodes that have the key form a ring, and replace one that dies; one with
# another key does not get into the ring.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
need corosync jq

image=$TMP/image
make_image "$image" 4000000
want=$(sum_file "$image")
vfield image create "$image" --name system >/dev/null
vfield key cluster --file "$TMP/key" 2>/dev/null
vfield key cluster --file "$TMP/other" 2>/dev/null
pool=$(bed_addr 1)-$(bed_addr 5)

cores_are() {
	bed_status_is "$1" ".membership.cores == $2"
}

role_is() {
	bed_status_is "$1" ".membership.role == \"$2\""
}

bed_bridge
for i in 1 2 3 4 5; do
	bed_machine $i
done
bed_serve 1 --image "$image" --core "$pool" --cluster-key "$TMP/key"
bed_wait_ready 1
wait_for 30 role_is 1 core
for i in 2 3 4; do
	bed_join $i "$(bed_addr 1)" --core "$pool" --cluster-key "$TMP/key"
	bed_wait_ready $i
done
for i in 1 2 3 4; do
	wait_for 60 cores_are $i 3
done
conf=/run/vfield/corosync
bed_in 1 grep -q 'transport: knet' $conf/corosync.conf || fail "no knet"
[ "$(bed_in 1 stat -c %a,%s $conf/authkey)" = 400,128 ] || fail "the authkey"
bed_in 1 cat $conf/authkey | cmp -s - "$TMP/key" && fail "it is the cluster key"
check_sum "machine 4" "$(sum_bed 4)" "$want"

echo "# a core node is lost, and replaced"
lost=$(for i in 2 3; do ! role_is $i core || echo $i; done | head -n 1)
bed_power_cut "$lost"
wait_for 60 grep -q "node n$lost is lost" "$TMP/n1/log"
for i in 1 4; do
	wait_for 90 cores_are $i 3
done

echo "# another key gets into no ring"
bed_serve 5 --image "$image" --core "$pool" --membership corosync \
	--cluster-key "$TMP/other"
bed_wait_ready 5
wait_for 30 role_is 5 core
ring() {
	bed_in "$1" corosync-cpgtool -n | grep -c 10.77.0
}
cores_are 5 1 || fail "machine 5 has company"
for i in 1 4; do
	cores_are $i 3 || fail "machine $i took machine 5 in"
done
