#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A running machine checks what its plugins look after, as often as the site
# says.  What is bad twice is repaired, and every node hears that it is bad; what
# three repairs have not mended is given up, until it is good again.  A check that
# does not end is killed.  A file that the site has no more leaves the machine
# with the change, and what the system had in its place comes back; a hook
# `change' may leave the rest of its work to the next boot.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"
need mksquashfs unsquashfs

plugin svc '[settings]
text = hello'
hook svc check 'echo x >>/checks
[ ! -e /hangs ] || sleep 1000
[ -e /run/svc ] || { echo "svc is down, $(ulimit -d) KiB"; exit 1; }'
hook svc repair 'echo x >>/repairs
[ -e /broken ] || : >/run/svc'
plugin motd '[settings]
text = hello'
echo '@text@' >"$SITE/plugins/motd/root/etc/motd.in"
echo 'host of @host.name@' >"$SITE/plugins/motd/root/etc/issue.add"
hook motd boot ':'
hook motd change '[ "$SETTING_text" != later ] || exit 75'
site_is() {
	printf '[room]\nhosts = node1\n%s\n' "$1" >"$SITE/hosts"
}
site_is 'plugins = svc, motd
svc.every = 1'

make_image "$TMP/image" 3000000
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
site() { # COMMAND
	case $1 in
	check) set -- check --site "$SITE" ;;
	publish) set -- publish --site "$SITE" --state "$TMP/state" --key "$TMP/keys" ;;
	undo) set -- undo --state "$TMP/state" --key "$TMP/keys" ;;
	esac
	vfield site "$@" --run-dir "$TMP/n2" >/dev/null 2>"$TMP/said"
}
node_start 2 serve --image "$TMP/image" --trust "$trust"
vfield image default image --run-dir "$TMP/n2" --key "$TMP/keys" >/dev/null
# Other programs fill the disk of the tests meanwhile, which a hook may not do.
mkdir "$TMP/node1"
mount -t tmpfs tmpfs "$TMP/node1"
at_exit 'umount -l "$TMP/node1"'
system node1
echo 'the image' >"$TMP/node1/etc/motd"
echo 'Debian' >"$TMP/node1/etc/issue"
: >"$TMP/node1/run/svc"
node_start 1 join 127.0.0.2 --trust "$trust" --agent \
	--agent-option=--root --agent-option="$TMP/node1" \
	--agent-option=--host --agent-option=node1

count() { # FILE: prints how many lines it has on the machine
	cat "$TMP/node1/$1" 2>/dev/null | wc -l
}
more() { # FILE N: returns 0 if it has more than N lines
	[ "$(count "$1")" -gt "$2" ]
}
hears() { # JQ-CONDITION: of the machine's report, as another node hears it
	vfield node list --json --run-dir "$TMP/n2" |
		jq -e ".nodes[] | select(.name == \"n1\").host | $1" >/dev/null
}
state() { # WORD TEXT: returns 0 if status says so of the check
	mkdir -p "$TMP/shown"
	cp "$TMP/node1/run/vfield/plugins" "$TMP/node1/run/vfield/checks" \
		"$TMP/n1/" 2>/dev/null
	vfield status --run-dir "$TMP/n1" | grep -q "svc: its check is $1: $2"
}
file_is() { # FILE TEXT
	[ "$(cat "$TMP/node1/$1" 2>/dev/null)" = "$2" ]
}

echo "# intervals that are none"
site_is 'plugins = svc, motd
svc.every = often'
! site check || fail "svc.every = often is taken"
grep -q 'hosts:4: svc.every should be seconds' "$TMP/said" || fail "$(cat "$TMP/said")"
site_is 'plugins = svc, motd
svc.every = 1'

echo "# good, then bad, and repaired"
site publish || fail "$(cat "$TMP/said")"
wait_for 60 more checks 2
wait_for 60 hears '.failed == 0'
[ "$(count repairs)" -eq 0 ] || fail "it is repaired, though it is good"
rm "$TMP/node1/run/svc"
wait_for 60 more repairs 0
checks=$(count checks)
wait_for 60 more checks $((checks + 2))
[ "$(count repairs)" -eq 1 ] || fail "repaired $(count repairs) times"
wait_for 60 hears '.failed == 0'

echo "# repairs that do not help"
: >"$TMP/node1/broken"
rm "$TMP/node1/run/svc"
wait_for 60 hears '.failed == 1 and .text == "svc: svc is down, 524288 KiB"'
wait_for 60 state 'given up' 'svc is down'
# one has helped before
[ "$(count repairs)" -eq 3 ] || fail "repaired $(count repairs) times"
checks=$(count checks)
wait_for 60 more checks $((checks + 2))
[ "$(count repairs)" -eq 3 ] || fail "repaired $(count repairs) times"
rm "$TMP/node1/broken"
: >"$TMP/node1/run/svc"
wait_for 60 hears '.failed == 0'

echo "# a check that does not end"
: >"$TMP/node1/hangs"
wait_for 90 state 'given up' 'killed: it took too long'
rm "$TMP/node1/hangs"
wait_for 60 hears '.failed == 0'

echo "# files that the site has no more"
file_is etc/motd hello || fail "no file of the site"
grep -q 'host of node1' "$TMP/node1/etc/issue" || fail "no block of the site"
site_is 'plugins = svc, motd
svc.every = 1
motd.text = later'
rm "$SITE/plugins/motd/root/etc/issue.add"
site publish || fail "$(cat "$TMP/said")"
wait_for 60 file_is etc/motd later
wait_for 60 file_is etc/issue Debian
wait_for 60 hears '.failed == 0 and .next_boot == 1'
site_is 'plugins = svc
svc.every = 1'
site publish || fail "$(cat "$TMP/said")"
wait_for 60 file_is etc/motd 'the image'
site undo || fail "$(cat "$TMP/said")"
wait_for 60 file_is etc/motd later
