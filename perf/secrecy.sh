#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures what a cluster key costs, against an open cluster, turn by turn.
#
#   MB=400            size of the image that one reads from one peer, unshaped
#   NODES=8           readers of the crowd; 0: no crowd
#   CROWD_MB=200      size of its image
#   RATE=100mbit      each of its links
#
# one: MB_s and the CPU seconds for each GB, of all processes of both ends. The
# crowd: the mean and the slowest rate, in parts of the link's payload rate.
# formed_s: seconds from the start of the readers until all know all.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crowd.subr"
need nbdcopy nbdkit jq

MB=${MB:-400} NODES=${NODES:-8} CROWD_MB=${CROWD_MB:-200} RATE=${RATE:-100mbit}

image() {
	[ -e "$RAM/$1" ] || {
		make_image "$RAM/$1" $(($1 * 1000000))
		vfield image create "$RAM/$1" >/dev/null
	}
	echo "$RAM/$1"
}

# key_of MODE: prints the file of the cluster key, or "none".
key_of() {
	[ "$1" = keyed ] && echo "$TMP/cluster.key" || echo none
}

# one MODE: node 2 reads an image of node 1, both in this namespace, without
# keeping it.
one() {
	node_start 1 serve --image "$(image "$MB")" --cluster-key "$(key_of "$1")"
	node_start 2 join 127.0.0.1 --no-fill --store 16M \
		--cluster-key "$(key_of "$1")"
	wait_for 30 node_knows 2 2
	one_before=$(others)
	one_cpu=$(cpu)
	one_began=$(now_ms)
	nbdcopy --connections=1 "$(uri_sock 2)" null: || fail "the read failed"
	one_took=$(($(now_ms) - one_began))
	one_row=$(awk -v mb="$MB" -v ms=$one_took -v a="$one_cpu" -v b="$(cpu)" \
		'BEGIN { printf "%.1f,%.2f", mb * 1000 / ms, (b - a) * 1000 / mb }')
	bench_row "one,$1,1,$one_row,0,0,0,$one_before"
	check_sum "node 2" "$(sum_sock 2)" "$(sum_file "$(image "$MB")")" >/dev/null
	node_stop 2
	node_stop 1
}

crowd() {
	# shellcheck disable=SC2034 # used by crowd_cluster
	CROWD_KEY=$(key_of "$1")
	crowd_began_ms=$(now_ms)
	crowd_cluster "$NODES" "$(image "$CROWD_MB")" --no-fill
	formed=$(awk -v ms=$(($(now_ms) - crowd_began_ms)) \
		'BEGIN { printf "%.1f", ms / 1000 }')
	crowd_read "$NODES" "$CROWD_MB" "$CROWD_SOCKET"
	crowd_check "$NODES" "$(image "$CROWD_MB")"
	crowd_stop "$NODES"
	# shellcheck disable=SC2086 # split on purpose
	set -- "$1" $CROWD_ROW
	bench_row "crowd,$1,$NODES,$5,0,$2,$3,$formed,${10}"
}

vfield key cluster --file "$TMP/cluster.key" 2>/dev/null
bench_begin 3 what mode nodes MB_s cpu_s_GB mean slowest formed_s before
[ "$NODES" -eq 0 ] || crowd_machines "$NODES" "$RATE"
for _ in $(seq "$REPEAT"); do
	for mode in open keyed; do
		one $mode
		[ "$NODES" -eq 0 ] || crowd $mode
	done
done
bench_end
