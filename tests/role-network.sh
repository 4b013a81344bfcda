#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The address of a role may lie in any network in which a machine has a card.  A
# machine without such a card does not stand in the queue, and says why; once it
# has one, it takes the role.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"
need mksquashfs unsquashfs

plugin role-test 'role = log'
hook role-test role '[ "$1" != start ] || echo start >/etc/role'
cat >"$SITE/hosts" <<END
[room]
hosts = node1
plugins = role-test
roles = log
role.log.address = 10.99.0.200
END
make_image "$TMP/image" 3000000
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
system node1
node_start 1 serve --image "$TMP/image" --trust "$trust" --agent \
	--agent-option=--root --agent-option="$TMP/node1" \
	--agent-option=--host --agent-option=node1
vfield image default image --run-dir "$TMP/n1" --key "$TMP/keys" >/dev/null
vfield site publish --site "$SITE" --state "$TMP/state" --run-dir "$TMP/n1" \
	--key "$TMP/keys" >/dev/null 2>"$TMP/said" || fail "$(cat "$TMP/said")"

# reports JQ-CONDITION: of the machine's report
reports() {
	vfield node list --json --run-dir "$TMP/n1" | jq -e ".nodes[].host | $1"
}
wait_for 60 reports '.failed == 1 and
	.text == "role log: no card is in the network of 10.99.0.200"'
[ "$(vfield role list --json --run-dir "$TMP/n1" |
	jq '[.roles[] | select(.name == "log")] | length')" = 0 ] ||
	fail "it stands in the queue"
[ ! -e "$TMP/node1/etc/role" ] || fail "it has taken the role"

echo "# it gets a card there"
ip link add card0 type veth peer name far0
ip addr add 10.99.0.7/24 dev card0
ip link set card0 up
ip link set far0 up
holds() {
	[ "$(cat "$TMP/node1/etc/role" 2>/dev/null)" = start ] &&
		ip -o addr show dev card0 | grep -q 10.99.0.200
}
# A new agent looks at once, not only after a minute.
kill "$(pgrep -f 'vfield agent')"
wait_for 60 holds
wait_for 60 reports '.failed == 0'
