#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The disk with the image file of a node fails, like a USB stick that is pulled
# out.  The node's readers get the rest from peers, on the same connection.
. "$(dirname "$0")/lib.sh"
need jq nbdfuse nbdkit
[ -c /dev/fuse ] || skip "/dev/fuse is missing"

right=$TMP/mem/right image=$TMP/stick/image
make_image "$right" 16000000
want=$(sum_file "$right")
mkdir "$TMP/stick"
nbdkit -f -U "$TMP/stick.sock" -P "$TMP/stick.pid" --filter=error \
	file "$right" error=EIO error-pread-rate=100% \
	error-file="$TMP/broken" 2>"$TMP/stick.log" &
wait_for 10 test -s "$TMP/stick.pid"
nbdfuse -r "$image" --unix "$TMP/stick.sock" 2>>"$TMP/stick.log" &
at_exit 'umount -l "$TMP/stick"'
wait_for 10 test -e "$image"

# pull_out: has all reads of the file fail from now on.  Opening the file anew
# has the kernel drop what it has cached of the file.
pull_out() {
	touch "$TMP/broken"
	! cat "$image" >/dev/null 2>&1 || fail "the medium can be read"
}
put_back() {
	rm "$TMP/broken"
}

# The router verifies a chunk once, and later sends it without reading it first.
# So several reads here meet the same chunk.
cat >"$TMP/read.py" <<'EOF'
import sys, nbd

h = nbd.NBD()
h.set_request_structured_replies(sys.argv[2] == "structured")
h.connect_uri(sys.argv[1])
right = open(sys.argv[3], "rb").read()
for block in 1000, 300000, len(right):
    for at in range(0, len(right), max(block, 1000000)):
        n = min(block, len(right) - at)
        assert h.pread(n, at) == right[at:at + n], "wrong bytes at %d" % at
EOF
reads() {
	timeout "$CLIENT_LIMIT" "$PYTHON" "$TMP/read.py" "$(uri_sock 1)" "$1" \
		"$right" || fail "$1 replies, $2"
	echo "$1 replies, $2: right"
}

node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1
wait_for 60 node_complete 2
node_stop 1
for replies in simple structured; do
	node_start 1 serve --image "$image"
	wait_for 20 node_knows 1 2
	reads $replies "with the medium"
	status_is 1 '.chunks.fetched == 0' || fail "fetched: $(status 1)"
	pull_out
	reads $replies "without it"
	check_sum "without a medium, from the network" "$(sum_tcp 1)" "$want"
	grep -q "cannot be read here any more" "$TMP/n1/log" ||
		fail "the log is silent"
	status_is 1 '.clients.errors == 0' || fail "errors: $(status 1)"
	node_stop 1
	: >"$TMP/n1/log"
	put_back
done
