#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The file of an image is on a mount that hangs.  The node reads that image from
# other nodes and tells them that it does not hold it; all else that the node
# does goes on.  When the mount answers again the node serves the image again.
. "$(dirname "$0")/lib.sh"
need nbdfuse nbdkit jq
[ -c /dev/fuse ] || skip "/dev/fuse is missing"

SIZE=32000000
make_image "$TMP/image" $SIZE
make_image "$TMP/other" 8000000
vfield image create "$TMP/image"
vfield image create "$TMP/other"

# nbdfuse serves this image file: stopped, it makes reads of the file hang.
mkdir "$TMP/away"
: >"$TMP/away/image"
cp -p "$TMP/image.vfm" "$TMP/away/"
nbdkit -U "$TMP/file.sock" -P "$TMP/nbdkit.pid" file "$TMP/image"
nbdfuse -r "$TMP/away/image" "nbd+unix:///?socket=$TMP/file.sock" &
fuse=$!
at_exit "kill -CONT $fuse; kill $fuse; umount -l $TMP/away/image"
wait_for 10 sh -c "[ \$(stat -c %s '$TMP/away/image') = $SIZE ]"

node_start 1 serve --image "$TMP/away/image" --image "$TMP/other"
node_start 2 join 127.0.0.1
wait_for 60 node_complete 2
# knows_complete true|false: returns 0 if node 2 knows node 1 as one that holds
# all of the image, or as one that does not.
knows_complete() {
	vfield node list --run-dir "$TMP/n2" --json | json_is "[.nodes[] |
		select(.self | not) | .images[] | select(.name == \"image\")
		| .complete] == [$1]"
}
check_sum "node 1" "$(sum_sock 1 image)" "$(sum_file "$TMP/image")"

# else the second sum could come out of the page cache, without the mount
dd "if=$TMP/away/image" of=/dev/null iflag=nocache count=0 status=none
kill -STOP $fuse
check_sum "node 1, mount stopped" "$(sum_sock 1 image)" \
	"$(sum_file "$TMP/image")"
check_sum "the other image" "$(sum_sock 1 other)" "$(sum_file "$TMP/other")"
wait_for 20 grep -q 'image image: the disk .* does not answer' "$TMP/n1/log"
wait_for 20 knows_complete false
node_knows 1 2 || fail "node 1 has lost node 2"
node_knows 2 2 || fail "node 2 has lost node 1"

kill -CONT $fuse
wait_for 20 grep -q 'image image: the disk .* answers again' "$TMP/n1/log"
wait_for 20 knows_complete true
check_sum "node 1 again" "$(sum_sock 1 image)" "$(sum_file "$TMP/image")"
