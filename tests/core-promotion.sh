#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The network outlives its first machine.  Nodes that have joined become core
# nodes until there are three.  The first machine is killed: reads go on,
# another node becomes a core node, and a new node joins through a survivor.  In
# the end all core nodes are killed at once, and the other nodes make a new
# core.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
need corosync nbdcopy jq

image=$TMP/image
make_image "$image" 24000000
want=$(sum_file "$image")
vfield image create "$image" --name system

pool=$(bed_addr 1)-$(bed_addr 6) # node 7 is outside

# join I PEER: has machine I join through machine PEER.
join() {
	bed_join "$1" "$(bed_addr "$2")" --core "$pool" --store all
}

# agrees I CORES NODES: returns 0 if node I sees so many core nodes and so many
# nodes in all.
agrees() {
	bed_status_is "$1" \
		".membership.cores == $2 and .membership.nodes == $3"
}

role_is() {
	bed_status_is "$1" ".membership.role == \"$2\""
}

# in_core I...: prints which of these machines are core nodes.
in_core() {
	for node; do
		! role_is "$node" core || printf '%s ' "$node"
	done
}

bed_bridge
for i in 1 2 3 4 5 6 7; do
	bed_machine $i
done

echo "# three of the pool are the core, the others satellites"
bed_serve 1 --image "$image" --core "$pool"
bed_wait_ready 1
wait_for 20 role_is 1 core
for i in 2 3 4 5 7; do
	join $i 1
done
bed_wait_ready 2 3 4 5 7
for i in 1 2 3 4 5 7; do
	wait_for 60 agrees $i 3 6
done
core=$(in_core 1 2 3 4 5 7)
[ "$core" = "1 2 3 " ] || fail "the core is $core"
bed_in 2 corosync-cpgtool | grep -q vfield || fail "no group in corosync-cpgtool"
bed_vfield 2 status | grep -q '3 of them core' || fail "status: no core"
bed_vfield 2 node list --json |
	json_is '[.nodes[] | select(.role == "core")] | length == 3' ||
	fail "node list: the core is another one"
check_sum "machine 5" "$(sum_bed 5)" "$want"

echo "# the first machine is killed while 4 reads"
for i in 2 3 4 5; do
	wait_for 60 bed_status_is $i '.images[0].held == .images[0].nchunks'
done
router=$(bed_in 4 pidof vfield-router)
sum_bed 4 >"$TMP/sum4" &
reading=$!
bed_power_cut 1
wait "$reading"
check_sum "machine 4" "$(cat "$TMP/sum4")" "$want"
for i in 2 3 4 5 7; do
	wait_for 60 agrees $i 3 5
done
core=$(in_core 2 3 4 5 7)
[ "$core" = "2 3 4 " ] || fail "the core is $core"
[ "$(bed_in 4 pidof vfield-router)" = "$router" ] ||
	fail "machine 4's router was started again"

echo "# a newcomer joins through a survivor"
join 6 5
bed_wait_ready 6
check_sum "machine 6" "$(sum_bed 6)" "$want"
for i in 2 3 4 5 6 7; do
	wait_for 60 agrees $i 3 6
done
role_is 6 satellite || fail "there are more core nodes than are needed"

echo "# the first machine comes back, and takes nobody's place"
bed_machine 1
bed_serve 1 --image "$image" --core "$pool" --peer "$(bed_addr 3)"
bed_wait_ready 1
for i in 1 2 3 4 5 6 7; do
	wait_for 60 agrees $i 3 7
done
role_is 1 satellite || fail "the first machine has taken a place"

echo "# the whole core is killed at once"
for i in 2 3 4; do
	bed_power_cut $i
done
for i in 1 5 6 7; do
	wait_for 90 agrees $i 3 4
done
core=$(in_core 1 5 6 7)
[ "$core" = "1 5 6 " ] || fail "the core is $core"
check_sum "machine 7" "$(sum_bed 7)" "$want"
for i in 1 5 6 7; do
	grep -E 'killed by signal|ended with status' "$TMP/n$i/log" &&
		fail "machine $i: a process has died"
done
exit 0
