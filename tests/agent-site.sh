#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Running machines follow the site of their cluster: a file that the site changes
# changes on all of them, the hook `change` of its plugin is run, and what only a
# hook `boot` does is said to wait for the next boot.  undo brings the file back;
# a machine that was off follows later, and the publisher may be off by then.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"
need mksquashfs unsquashfs
NODES=${NODES:-4}

plugin motd '[settings]
text = hello'
echo '@text@ from @host.name@' >"$SITE/plugins/motd/root/etc/motd.in"
hook motd change 'echo "$SETTING_text" >>/etc/changed'
plugin late '[settings]
text = hello'
hook late boot 'echo "$SETTING_text" >/etc/late'
cat >"$SITE/hosts" <<END
[room]
hosts = node[1-$NODES]
plugins = motd, late
END

make_image "$TMP/image" 3000000
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
publisher=2
site() { # COMMAND...
	vfield site "$@" --state "$TMP/state" --run-dir "$TMP/n$publisher" \
		--key "$TMP/keys" 2>"$TMP/said" || fail "$*: $(cat "$TMP/said")"
}

# machine N COMMAND [OPTION]...: node N, whose agent makes $TMP/nodeN its host
machine() {
	i=$1
	shift
	[ -d "$TMP/node$i" ] || system "node$i"
	node_spawn "$i" "$@" --trust "$trust" --store-dir "$TMP/s$i" --agent \
		--agent-option=--root --agent-option="$TMP/node$i" \
		--agent-option=--host --agent-option="node$i"
}

# says FILE TEXT FROM: the file of all machines from that number on
says() {
	for n in $(seq "$3" "$NODES"); do
		[ "$(cat "$TMP/node$n/$1" 2>/dev/null)" = \
			"$(echo "$2" | sed "s/#/$n/")" ] || return 1
	done
}

# noted N JQ-CONDITION: of what vfield-plugin has noted on machine N
noted() {
	jq -e "$2" "$TMP/node$1/run/vfield/plugins"
}

core=$((NODES + 1))
node_start $core serve --image "$TMP/image" --trust "$trust"
vfield image default image --run-dir "$TMP/n$core" --key "$TMP/keys" >/dev/null
for i in $(seq 1 "$NODES"); do
	machine "$i" join 127.0.0.$core
done
for i in $(seq 1 "$NODES"); do
	node_wait "$i"
done

echo "# the first site"
site publish --site "$SITE" >/dev/null
wait_for 60 says etc/motd 'hello from node#' 1
report node1 '.host == "node1" and .plugins[0].change == "ok" and
	.plugins[0].changed == 1 and .plugins[1].next_boot'
boots node1 --seed "$trust" # the next boot
is node1 etc/late hello

# reported N JQ-CONDITION: of the report of node N, as node 3 hears it
reported() {
	vfield node list --json --run-dir "$TMP/n3" | jq -e --arg name "n$1" \
		".nodes[] | select(.name == \$name).host | $2"
}
wait_for 60 reported 4 '.plugins == 2 and .failed == 0 and .next_boot == 1'

echo "# another, while one is off; then the publisher is"
node_kill 1
printf 'motd.text = bye\nlate.text = bye\n' >>"$SITE/hosts"
site publish --site "$SITE" >/dev/null
wait_for 60 says etc/motd 'bye from node#' 2
wait_for 60 says etc/changed 'hello
bye' 2
wait_for 60 noted 3 '.plugins[1].next_boot'
node_kill 2
publisher=3
machine 1 join 127.0.0.3
node_wait 1
wait_for 60 noted 1 '[.plugins[] | .next_boot] == [false, true]'
is node1 etc/motd 'bye from node1'
cp "$TMP/node1/run/vfield/plugins" "$TMP/n1/"
vfield status --run-dir "$TMP/n1" >"$TMP/out"
grep -q '^host     node1 of the site [0-9a-f]\{12\}, 2 plugins' "$TMP/out" &&
	grep -q 'late: changes more at the next boot' "$TMP/out" ||
	fail "$(cat "$TMP/out")"

echo "# undo"
site undo >/dev/null
wait_for 60 noted 1 '[.plugins[] | .next_boot] == [false, false]'
is node1 etc/motd 'hello from node1'
wait_for 60 says etc/motd 'hello from node#' 3

echo "# a hook that fails; its memory has a limit"
hook motd change 'echo "$(ulimit -d) KiB"; exit 3'
site publish --site "$SITE" >/dev/null
wait_for 60 noted 3 '.plugins[0].change == "failed" and
	.plugins[0].said == "524288 KiB\n"'
wait_for 60 reported 4 '.failed == 1 and .text == "motd: 524288 KiB "'
vfield node list --run-dir "$TMP/n3" >"$TMP/out"
grep -q 'n4: 1 of its plugins failed: motd: 524288 KiB' "$TMP/out" ||
	fail "$(cat "$TMP/out")"
