#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures how long it takes from `vfield site publish' until a file that the
# site changes has changed on all of NODES running machines, whose agents look
# once a second.
#
#   NODES=32 ROUNDS=5
. "$(dirname "$0")/../tests/lib.sh"
. "$TOP/tests/site.subr"
need mksquashfs unsquashfs
NODES=${NODES:-32} ROUNDS=${ROUNDS:-5}

plugin motd '[settings]
text = start'
echo '@text@ @host.name@' >"$SITE/plugins/motd/root/etc/motd.in"
printf '[room]\nhosts = node[1-%d]\nplugins = motd\n' "$NODES" >"$SITE/hosts"
make_image "$TMP/image" 3000000
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)

# machine N COMMAND [OPTION]...: node N, whose agent makes $TMP/nodeN its host
machine() {
	i=$1
	shift
	mkdir -p "$TMP/node$i/run/vfield" "$TMP/node$i/etc"
	node_spawn "$i" "$@" --trust "$trust" --store-dir "$TMP/s$i" --agent \
		--agent-option=--root --agent-option="$TMP/node$i" \
		--agent-option=--host --agent-option="node$i"
}

machine 1 serve --image "$TMP/image"
node_wait 1
vfield image default image --run-dir "$TMP/n1" --key "$TMP/keys" >/dev/null
for i in $(seq 2 "$NODES"); do
	machine "$i" join 127.0.0.1
	node_wait "$i"
done

# all_have TEXT: of /etc/motd
all_have() {
	[ "$(cat "$TMP"/node*/etc/motd 2>/dev/null | grep -c "^$1 ")" = \
		"$NODES" ]
}

for round in $(seq 0 "$ROUNDS"); do
	echo "motd.text = round$round" >>"$SITE/hosts"
	began=$(date +%s%N)
	vfield site publish --site "$SITE" --state "$TMP/state" \
		--run-dir "$TMP/n1" --key "$TMP/keys" >/dev/null 2>&1
	told=$(date +%s%N)
	wait_for 120 all_have "round$round"
	ended=$(date +%s%N)
	echo "site-change: $NODES machines, round $round: published in" \
		"$(((told - began) / 1000000)) ms, in force on all" \
		"$(((ended - told) / 1000000)) ms later"
done
