#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The main job: the first of eight machines serves a system in a squashfs, the
# others join it, each with corosync.  All of them read the image to the last
# byte, while machines lose their power, the first one among them.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/testbed.sh"
need corosync nbdcopy mksquashfs jq

image=$TMP/system.squashfs
# The image is never mounted, so it need not be compressed and may be cut short.
mksquashfs /etc /usr/sbin /usr/bin "$image" -noI -noId -noD -noF -noX \
	-no-progress -quiet -wildcards -e 'bin/[!a-l]*' 'bin/*-1[0-9]' \
	>"$TMP/mksquashfs.log" 2>&1
truncate -s '<96M' "$image"
want=$(sum_file "$image")
vfield image create "$image" --name system

bed_bridge
for i in 1 2 3 4 5 6 7 8; do
	bed_machine $i 400mbit
done
bed_corosync 1 2 3 4 5 6 7 8
bed_serve 1 --image "$image"
bed_wait_ready 1
for i in 2 3 4 5 6 7 8; do
	bed_join $i "$(bed_addr $((i / 2)))"
	bed_wait_ready $i
done
for i in 1 2 3 4 5 6 7 8; do
	wait_for 30 bed_status_is $i '.membership.nodes == 8'
done
bed_in 3 corosync-cpgtool | grep -q vfield || fail "no group in corosync-cpgtool"
bed_in 3 corosync-cmapctl | grep -q '^vfield\.' || fail "no keys in cmap"
echo "8 machines are together"

read_all() {
	for i; do
		sum_bed "$i" >"$TMP/sum$i" &
		eval "read_$i=$!"
	done
}

read_done() {
	for i; do
		eval "wait \$read_$i"
		check_sum "machine $i" "$(cat "$TMP/sum$i")" "$want"
	done
}

# Some machines read, so that there are copies; one of them loses its power.
read_all 2 3 4 5
bed_power_cut 5
read_done 2 3 4

# The rest read while the seed loses its power: 2, 3 and 4 hold the whole image.
for i in 2 3 4; do
	wait_for 60 bed_status_is $i '.images[0].held == .images[0].nchunks'
done
read_all 6 7 8
bed_power_cut 1
bed_power_cut 3
read_done 6 7 8
for i in 2 4 6 7 8; do
	wait_for 30 bed_status_is $i '.membership.nodes == 5'
done
echo "3 machines are gone, the rest know it"

# A machine comes back and joins a node that is not the seed.
bed_machine 5 400mbit
bed_corosync_start 5
wait_for 30 bed_corosync_formed 5 6
bed_join 5 "$(bed_addr 7)"
bed_wait_ready 5
read_all 5
read_done 5
bed_vfield 7 map | sed -n 1,20p
