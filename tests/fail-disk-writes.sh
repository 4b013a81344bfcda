#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The disk with the store of a node hangs: nothing can be written to it.  The
# node reads on from other nodes, hears who joins, and its status says which disk
# hangs, and since when.  When the disk answers again the node keeps chunks
# again.
. "$(dirname "$0")/lib.sh"
need nbdfuse nbdkit jq mkfs.ext4 losetup
[ -c /dev/fuse ] || skip "/dev/fuse is missing"
[ -c /dev/loop-control ] || skip "/dev/loop-control is missing"

# The disk is a loop device on a file that nbdfuse serves: stopped, it makes all
# writes hang.  Mounted with -o sync, so that none ends in the kernel's memory.
mkdir "$TMP/file" "$TMP/disk"
: >"$TMP/file/disk"
nbdkit -U "$TMP/disk.sock" -P "$TMP/nbdkit.pid" memory 200M
nbdfuse "$TMP/file/disk" "nbd+unix:///?socket=$TMP/disk.sock" &
fuse=$!
at_exit "kill -CONT $fuse; umount -l $TMP/disk; kill $fuse; umount -l $TMP/file/disk"
wait_for 10 sh -c "[ \$(stat -c %s '$TMP/file/disk') = 209715200 ]"
mkfs.ext4 -q -O ^has_journal -E nodiscard "$TMP/file/disk"
mount -o loop,sync "$TMP/file/disk" "$TMP/disk" ||
	skip "loop devices cannot be mounted here"

make_image "$TMP/image" 64000000
make_image "$TMP/other" 8000000
node_start 1 serve --image "$TMP/image" --image "$TMP/other"
node_start 2 join 127.0.0.1 --store-dir "$TMP/disk" --no-fill
"$PYTHON" -c 'import nbd, sys
h = nbd.NBD()
h.connect_uri(sys.argv[1])
h.pread(4000000, 0)' "$(uri_sock 2 image)"
wait_for 20 status_is 2 '.images[0].held >= 30'

kill -STOP $fuse
check_sum "node 2, disk stopped" "$(sum_sock 2 image)" \
	"$(sum_file "$TMP/image")"
check_sum "the other image" "$(sum_sock 2 other)" "$(sum_file "$TMP/other")"
wait_for 20 grep -q 'image image: the disk with its store does not answer' \
	"$TMP/n2/log"
# says_hang: returns 0 if the status of node 2 names the disk that hangs.
says_hang() {
	vfield status --check --run-dir "$TMP/n2" | grep -q \
		"DEGRADED: .*writing to $TMP/disk hangs since [0-9]* s: image "
}
wait_for 20 says_hang
status_is 2 'any(.images[].hangs[]; .what == "writing" and .seconds >= 3)' ||
	fail "$(status_get 2 '[.images[].hangs]')"
node_start 3 join 127.0.0.1
wait_for 20 node_knows 2 3
node_knows 1 3 || fail "node 1 has lost a node"

kill -CONT $fuse
wait_for 60 status_is 2 'all(.images[]; .hangs == [])'
held=$(status_get 2 '.images[0].held')
# keeps_more: reads the image on node 2, and returns 0 if the node keeps more of
# it than before.
keeps_more() {
	check_sum "node 2 again" "$(sum_sock 2 image)" "$(sum_file "$TMP/image")"
	status_is 2 ".images[0].held > $held"
}
wait_for 60 keeps_more
node_stop 2
