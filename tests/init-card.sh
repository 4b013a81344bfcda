#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The card that a root hangs on keeps its address and its routes when a program
# deletes them, sets the card down or renames it, when the card is pulled out
# and put in again, when udhcpc dies, and when the DHCP server is away for
# longer than the lease.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/card.subr"
need busybox

card_network
server_start
card_start c0
wait_for 20 card_whole
in_machine ip link show c0 | grep -q "mtu 1400 " || fail "MTU: no 1400"
for line in "net_device='c0'" "net_address='$ADDRESS'" "net_name='node09'" \
	"net_server='10.99.0.1'"; do
	grep -qxF "$line" "$TMP/net/c0" || fail "$(cat "$TMP/net/c0")"
done

# breaks CMD...: runs CMD in the machine, and waits until vfield-card has
# repaired what CMD did.
breaks() {
	echo "# $*"
	in_machine "$@"
	wait_for 20 card_whole
}
breaks ip addr flush dev c0
breaks ip addr del "$ADDRESS/24" dev c0
breaks ip route del default
breaks ip route flush dev c0
breaks ip link set c0 down
breaks ip addr change "$ADDRESS/24" dev c0 valid_lft 1 preferred_lft 1
in_machine ip addr show dev c0 | grep -q 'valid_lft forever' ||
	wait_for 20 card_is_for_ever

echo "# somebody who does not give up"
in_machine sh -c 'for n in $(seq 300); do ip addr flush dev c0; done'
wait_for 20 card_whole

echo "# udhcpc dies"
kill -9 "$(udhcpc_of c0)"
wait_for 20 udhcpc_of c0

echo "# another name"
in_machine sh -c 'ip link set c0 down && ip link set c0 name lan0'
CARD=lan0
wait_for 20 udhcpc_of lan0
wait_for 20 card_whole
server_gives 2

echo "# the server goes, until the lease is over"
server_stop
wait_for 60 grep -q 'lease lost' "$TMP/card.log"
card_whole || fail "the address went with the server"
server_start
server_gives 1
card_whole || fail "it has another address now"
[ "$(in_machine ip -4 -o addr show dev lan0 | wc -l)" -eq 1 ] ||
	fail "there are other addresses: $(in_machine ip -4 -o addr)"

echo "# pulled out, and in again: another card with that MAC"
in_machine ip link del lan0
wait_for 20 grep -q 'the card is gone' "$TMP/card.log"
card_plug
CARD=c0
wait_for 20 udhcpc_of c0
wait_for 20 card_whole

echo "# the end"
card_stop
! udhcpc_of c0 || fail "udhcpc has outlived it"

echo "# a fixed address"
card_start c0 --address 10.99.0.77/24 --gateway 10.99.0.1
ADDRESS=10.99.0.77
wait_for 20 card_whole
breaks ip addr flush dev c0
! udhcpc_of c0 || fail "it asks for an address"
cat "$TMP/card.log"
