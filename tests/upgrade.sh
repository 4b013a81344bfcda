#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A cluster is upgraded node by node while clients read: nodes of two versions
# work as one cluster, whichever version the seed has.
. "$(dirname "$0")/lib.sh"
PREVIOUS=$BUILD/tests/previous
[ -s "$PREVIOUS/commit" ] || fail "tests/previous has built nothing in $BUILD"
echo "previous: $(cat "$PREVIOUS/commit")"

present_path=$PATH
previously() {
	PATH=$PREVIOUS/bin:$present_path
	"$@"
	PATH=$present_path
}

# runs_from N: prints the path of the program that runs as the router of node N.
runs_from() {
	readlink -f "/proc/$(node_child "$1" vfield-router)/exe"
}

# all N...: waits until these nodes know each other, and fails the test unless
# each reads the right bytes.
all() {
	for i; do
		wait_for 30 node_knows "$i" $#
		check_sum "node $i" "$(sum_sock "$i")" "$SUM"
	done
}

make_image "$TMP/image" 24000000
SUM=$(sum_file "$TMP/image")

echo "# four nodes of the previous version"
previously node_start 1 serve --image "$TMP/image"
for i in 2 3 4; do
	previously node_start $i join 127.0.0.1
done
all 1 2 3 4
case $(runs_from 4) in
"$PREVIOUS"/*) ;;
*) fail "node 4 runs $(runs_from 4)" ;;
esac

echo "# each in turn, the seed third, while node 4 reads"
wait_for 60 node_complete 2
reader_start "$(uri_sock 4)" "$TMP/image"
for i in 2 3; do
	node_stop $i
	node_start $i join 127.0.0.1
	all 1 2 3 4
	reader_reads 1000000
done
node_stop 1
node_start 1 serve --image "$TMP/image"
all 1 2 3 4
reader_reads 1000000
reader_stop

echo "# the last one, while node 3 reads"
reader_start "$(uri_sock 3)" "$TMP/image"
node_stop 4
node_start 4 join 127.0.0.1
all 1 2 3 4
reader_reads 1000000
reader_stop
case $(runs_from 4) in
"$PREVIOUS"/*) fail "node 4 was not upgraded" ;;
esac

# A node of the previous version can join the upgraded cluster.
previously node_start 5 join 127.0.0.2
all 1 2 3 4 5
! grep -h 'not used: it speaks\|closed: it s' "$TMP"/n[1-5]/log ||
	fail "somebody was refused"
exit 0
