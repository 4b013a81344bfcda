#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Tests how names of peers are used.  A name without an address does not hold up
# the other names and is looked up again later.  All addresses of a name are
# tried.  A link-local address has its interface.  A machine's own address among
# its peers is ignored.
. "$(dirname "$0")/lib.sh"
need jq

printf '127.0.0.1 localhost\n' >"$TMP/hosts"
printf '127.0.0.9 two.test\n127.0.0.1 two.test\n' >>"$TMP/hosts"
cp "$TMP/hosts" "$TMP/hosts.right"
printf '127.0.0.66 moved.test\n' >>"$TMP/hosts"
printf '127.0.0.1 moved.test\n' >>"$TMP/hosts.right"
printf 'hosts: files\n' >"$TMP/nsswitch"
mount --bind "$TMP/hosts" /etc/hosts
mount --bind "$TMP/nsswitch" /etc/nsswitch.conf

make_image "$TMP/image" 3000000
want=$(sum_file "$TMP/image")
node_start 1 serve --image "$TMP/image" --peer 127.0.0.1
grep -q 'peer 127.0.0.1: left out: it is this machine itself' "$TMP/n1/log" ||
	fail "$(cat "$TMP/n1/log")"
status_is 1 '.membership.role == "core"' || fail "no member of its own"

node_start 2 join nowhere.test two.test
check_sum "the second address of a name" "$(sum_sock 2)" "$want"
grep -q 'nowhere.test: .*looked up again later' "$TMP/n2/log" ||
	fail "$(cat "$TMP/n2/log")"
wait_for 20 node_knows 1 2

echo "# a name that leads elsewhere at first, a file that is corrected"
node_spawn 3 join moved.test
wait_for 20 grep -q 'peer 127.0.0.66' "$TMP/n3/log"
cat "$TMP/hosts.right" >"$TMP/hosts"
node_wait 3
check_sum "a corrected name" "$(sum_sock 3)" "$want"
node_stop 3
node_spawn 4 join late.test 127.0.0.66
printf '127.0.0.1 late.test\n' >>"$TMP/hosts"
node_wait 4
check_sum "a name that came late" "$(sum_sock 4)" "$want"
node_stop 4

echo "# an address of one link"
[ -e /proc/net/if_inet6 ] || exit 0
ip link add va type veth peer name vb
ip addr add fe80::aa/64 dev va nodad
ip link set va up
ip link set vb up
node_start 5 serve --image "$TMP/image" --listen '[::]:10950' \
	--member-port 10951
vfield join 'fe80::aa%nothing' --run-dir "$TMP/n9" 2>"$TMP/error" &&
	fail "an interface that is not there"
node_start 6 join '[fe80::aa%va]:10950' --listen '[::1]:10960'
check_sum "by its link's address" "$(sum_sock 6)" "$want"
wait_for 20 node_knows 5 2
status_is 6 'any(.peers[]; .address == "[fe80::aa%va]:10950")' ||
	fail "$(status_get 6 .peers)"
