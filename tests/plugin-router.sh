#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node's export of the whole image gets chunks that the node lacks through its
# router, even if that is slow, full or away for a while; if it is gone the read
# fails.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/plugin.subr"

image=$TMP/image store=$TMP/store
make_image "$image" $((64 * 4096 + 100))
"$STORETOOL" manifest "$image" "$image.vfm" part 4096 >/dev/null
size=$((64 * 4096 + 100))

# new_store RANGES...: makes a store that holds these chunks.  A plugin that
# runs must be started anew after it.
new_store() {
	rm -rf "$store"
	"$STORETOOL" put "$store" "$image" "$image.vfm" "$@"
}

node() {
	server_start node "$PLUGIN" store="$store" router="$TMP/router.sock" \
		router-timeout="${1:-30}"
	NODE=$SERVER
}

router() {
	cache=$1
	server_start router eval get_size="echo $size" \
		can_cache="echo ${2:-native}" thread_model='echo parallel' \
		cache="echo cache \$3 \$4 >>$TMP/asked; $cache" \
		pread="echo read \$3 \$4 >>$TMP/asked; dd if=$image bs=64k \
			skip=\$4 count=\$3 iflag=skip_bytes,count_bytes status=none"
	ROUTER=$SERVER
	: >"$TMP/asked"
}
fetch="flock $TMP/lock $STORETOOL put $store $image $image.vfm"
fetch="$fetch \$((\$4 / 4096))-\$(((\$4 + \$3 - 1) / 4096))"
full='echo ENOSPC no room >&2; exit 1'

# Missing chunks are asked for once, and kept.
new_store 10-20
router "$fetch"
node
check_range "first" "$(uri node)" "$image" 4000 200
expect "asked" "$(cat "$TMP/asked")" "cache 4200 0"
check_range "again" "$(uri node)" "$image" 4000 200
expect "asked again" "$(wc -l <"$TMP/asked")" 1
expect "sum" "$(sum_uri "$(uri node part)")" "$(sum_file "$image")"
expect "sum of held" "$(sum_uri "$(uri node part/held)")" \
	"$(sum_file "$image")"
! grep -q read "$TMP/asked" || fail "bytes were read through the router"
server_stop $NODE
new_store 10-20
node
cache_all "$(uri node)" || fail "cache"
expect "held after cache" "$(sum_uri "$(uri node part/held)")" \
	"$(sum_file "$image")"
server_stop $NODE
server_stop $ROUTER

# If the store has no room, or the router has no CACHE command, chunks are read
# through the router.
for how in "$full" 'exit 0' none; do
	new_store 10-20
	case $how in
	none) router : none ;;
	*) router "$how" ;;
	esac
	node
	expect "by READ ($how)" "$(sum_uri "$(uri node)")" "$(sum_file "$image")"
	server_stop $NODE
	server_stop $ROUTER
done

# The router's error reaches the client.
new_store 10-20
router 'echo EIO nobody has it >&2; exit 1'
node
expect "EIO" "$(read_error "$(uri node)" 0 1)" EIO
check_range "held nevertheless" "$(uri node)" "$image" 40960 45056
server_stop $NODE

# The router dies while the plugin waits for its answer, and comes back: the
# read waits.
router 'sleep 1000'
node
read_at "$(uri node)" 0 4096 >"$TMP/late" &
late=$!
wait_for 10 grep -q cache "$TMP/asked"
kill -KILL $ROUTER
ended $late && fail "the read did not wait"
router "$fetch"
wait $late || fail "the read that waited"
head -c 4096 "$image" | cmp - "$TMP/late" || fail "wrong bytes"
server_stop $NODE
server_stop $ROUTER

# Without a router a read fails when router-timeout is over.
new_store 10-20
node 1
began=$(date +%s)
expect "no router" "$(read_error "$(uri node)" 0 1)" EIO
[ $(($(date +%s) - began)) -le 10 ] || fail "that took too long"
expect "held" "$(read_error "$(uri node /held)" 0 1)" EIO
server_stop $NODE

# A router that never answers does not keep nbdkit from stopping, nor from
# noticing that a client has gone.
router 'sleep 1000'
node
: >"$TMP/asked"
"$PYTHON" -c 'import nbd, sys
h = nbd.NBD()
h.connect_uri(sys.argv[1])
h.pread(1, 0)' "$(uri node)" &
client=$!
wait_for 10 grep -q cache "$TMP/asked"
kill -KILL $client
wait_for 10 grep -q "connection close" "$TMP/node.log"
read_error "$(uri node)" 8192 1 >"$TMP/error" &
client=$!
wait_for 10 grep -q "8192$" "$TMP/asked"
server_stop $NODE
wait $client || :
echo "through the router: right"
