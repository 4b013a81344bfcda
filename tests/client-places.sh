#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# As many TCP clients as nbdkit takes read through a node with a small store.
# The machine's own clients can connect to the router all the same, also while
# all of those clients wait for a chunk that no node has.  Clients that wait for
# nothing keep few of nbdkit's connections to the router.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/mem/image
make_image "$image" 64000000
want=$(sum_file "$image")
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1 --store 8M --no-fill

# strangers ADDRESS: connects to node 2 as many clients as one address may have,
# and appends their process id to STRANGERS.
strangers() {
	rm -f "$TMP/done"
	SERVER=127.0.0.2 "$PYTHON" "$TOP/tests/hostile.py" waiting 200 "$1" \
		"$TMP/done" &
	STRANGERS="${STRANGERS-} $!"
	wait_for 100 test -e "$TMP/done"
}

# held: prints how many connections nbdkit has to the router.
held() {
	ss -xH state connected src "$TMP/n2/plugin.sock" | wc -l
}

few() {
	[ "$(held)" -le 64 ]
}

for last in 11 12 13; do
	strangers "127.0.0.$last"
done
wait_for 60 few
check_sum "beside 600 who read nothing now" "$(sum_sock 2)" "$want"
few || fail "$(held) connections"

kill $STRANGERS
node_kill 1
for last in 21 22 23; do
	strangers "127.0.0.$last"
done
wait_for 60 status_is 2 '.images[0].waiting_reads > 400'
size=$(timeout 30 nbdinfo --size "$(uri_sock 2)") || fail "no place is left"
[ "$size" -eq 64000000 ] || fail "$size bytes"
kill $STRANGERS 2>/dev/null || :
