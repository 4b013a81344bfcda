#!/bin/sh
# The medium of a node's own image fails under it, as a stick does that is
# pulled out: its readers get the rest from the peers, on the same connection.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/mem/image
make_image "$image" 16000000
cp "$image" "$TMP/mem/right"
want=$(sum_file "$image")
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1
wait_for 60 node_complete 2
check_sum "with its medium" "$(sum_sock 1)" "$want"

# what is verified is not looked at again before it is sent
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
		"$TMP/mem/right" || fail "$1 replies, $2"
	echo "$1 replies, $2: right"
}

truncate -s 11000000 "$image"
reads simple "without a third of the image"
truncate -s 3000000 "$image"
reads structured "without most of the image"
truncate -s 0 "$image"
check_sum "without a medium" "$(sum_sock 1)" "$want"
check_sum "without a medium, from the network" "$(sum_tcp 1)" "$want"
grep -q "cannot be read here any more" "$TMP/n1/log" || fail "the log is silent"
wait_for 60 node_complete 1
status_is 1 '.clients.errors == 0' || fail "errors: $(status 1)"
