#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A site becomes an image that a signed word puts in force: all nodes of a
# cluster that trusts the key hear the word and hold the image, undo brings the
# site before back, and both outlive the node that published and a start of all.
# Nothing is published without a trusted key, with another key, with errors, or
# with secrets where no cluster key keeps strangers from reading.
. "$(dirname "$0")/lib.sh"
need jq mksquashfs unsquashfs

SITE=$TMP/site STATE=$TMP/state
mkdir -p "$SITE/plugins/motd/root/etc" "$SITE/.git"
echo 'not published' >"$SITE/.git/config"
printf '[settings]\ntext = hello\n' >"$SITE/plugins/motd/plugin"
echo '@text@ from @host.name@' >"$SITE/plugins/motd/root/etc/motd.in"
cat >"$SITE/hosts" <<'END'
[room]
hosts = node[1-3]
plugins = motd
END
make_image "$TMP/image" 3000000
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
vfield key new --dir "$TMP/other" >/dev/null 2>&1

site() { # NODE COMMAND [OPTION]...
	node=$1 command=$2
	shift 2
	case $command in
	publish | undo) set -- --key "$TMP/keys" "$@" ;;
	esac
	case $command in
	check) ;;
	*) set -- --state "$STATE" --run-dir "$TMP/n$node" "$@" ;;
	esac
	case $command in
	undo | log) ;;
	*) set -- --site "$SITE" "$@" ;;
	esac
	vfield site "$command" "$@" 2>"$TMP/said"
}

refused() { # TEXT COMMAND...
	text=$1
	shift
	! site "$@" >"$TMP/out" || fail "taken: $*"
	grep -q "$text" "$TMP/said" || fail "$(cat "$TMP/said")"
}

# in_force ID: on all nodes, which hold all of the image
in_force() {
	for i in 1 2 3; do
		status_is $i '[.authority.words[] | select(.subject == "site" and
			.id == $id)] != [] and ([.images[] |
			select(.id == $id and .complete)] != [])' --arg id "$1" ||
			return 1
	done
}

echo "# without a trusted key there is no site"
node_start 1 serve --image "$TMP/image"
refused 'trusts no key' 1 publish
node_stop 1

start_all() {
	node_start 1 serve --image "$TMP/image" --trust "$trust" \
		--store-dir "$TMP/s1"
	# the others take no image that the key has not signed
	vfield image default image --run-dir "$TMP/n1" --key "$TMP/keys" \
		>/dev/null
	for i in 2 3; do
		node_start $i join 127.0.0.1 --trust "$trust" \
			--store-dir "$TMP/s$i"
	done
}
start_all
site 1 show >"$TMP/out"
grep -q '^in force   none' "$TMP/out" || fail "$(cat "$TMP/out")"

echo "# what is wrong is not published"
echo 'colour = red' >>"$SITE/hosts"
refused "$SITE/hosts:4: colour: no such key" 1 publish
refused "$SITE/hosts:4: colour: no such key" 1 check
sed -i '$d' "$SITE/hosts"
site 1 check || fail "$(cat "$TMP/said")"
refused 'the key that is trusted has not signed it' 1 publish --key "$TMP/other"
mkdir "$SITE/secret"
site 1 publish >/dev/null || fail "an empty secret/: $(cat "$TMP/said")"
echo x >"$SITE/secret/shadow"
refused 'has no cluster key' 1 publish
rm -r "$SITE/secret"

echo "# every node has the site"
first=$(site 1 publish) || fail "$(cat "$TMP/said")"
wait_for 20 in_force "$first"
[ "$(site 1 publish)" = "$first" ] || fail "the same directory has another id"
grep -q 'in force already' "$TMP/said" || fail "$(cat "$TMP/said")"
site 2 show --json | json_is '.id == $id and .nodes == 3 and .holders == 3 and
	.directory == "same"' --arg id "$first" || fail "site show"
cp -r "$SITE" "$TMP/copy"
touch -d 2001-01-01 "$TMP/copy/hosts" && chmod 600 "$TMP/copy/hosts"
[ "$(site 1 publish --site "$TMP/copy")" = "$first" ] ||
	fail "a copy of the directory has another id"
vfield fetch --run-dir "$TMP/n3" "$first" "$TMP/fetched" 2>/dev/null
unsquashfs -q -n -d "$TMP/tree" "$TMP/fetched" >/dev/null
cmp "$TMP/tree/hosts" "$SITE/hosts" || fail "another file hosts"
[ -f "$TMP/tree/plugins/motd/root/etc/motd.in" ] || fail "no plugin"
[ ! -e "$TMP/tree/.git" ] || fail ".git is published"
# (what an initramfs has in the place of squashfs-tools)
ln -s /bin/true "$TMP/bin/modprobe"
if [ -w /dev/loop-control ] && losetup -f >/dev/null; then
	sh "$TOP/initramfs/unsquashfs" -quiet -d "$TMP/mounted" "$TMP/fetched" ||
		fail "the initramfs does not unpack a site"
	diff -r "$TMP/tree" "$TMP/mounted" || fail "the initramfs unpacks another"
fi

echo "# another site, and the one before"
echo 'motd.text = bye' >>"$SITE/hosts"
site 3 diff >"$TMP/out" || fail "$(cat "$TMP/said")"
grep -q '^+motd.text = bye' "$TMP/out" || fail "$(cat "$TMP/out")"
site 1 show --json | json_is '.directory == "differs"' || fail "site show"
second=$(site 1 publish) || fail "$(cat "$TMP/said")"
[ "$second" != "$first" ] || fail "another directory has the same id"
wait_for 20 in_force "$second"
[ "$(site 1 undo)" = "$first" ] || fail "$(cat "$TMP/said")"
wait_for 20 in_force "$first"
version=$(site 1 log --json | jq ".sites[] | select(.id == \"$second\").version")
site 1 log | grep -q "^$version  20" || fail "$(site 1 log)"
[ "$(site 1 undo "$version")" = "$second" ] || fail "$(cat "$TMP/said")"
wait_for 20 in_force "$second"
refused 'no such version' 1 undo 17

echo "# three sites later, the first one again, by another node"
for text in one two three; do
	sed -i '$d' "$SITE/hosts"
	echo "motd.text = $text" >>"$SITE/hosts"
	site 1 publish >"$TMP/out" || fail "$(cat "$TMP/said")"
done
wait_for 20 in_force "$(cat "$TMP/out")"
version=$(site 1 log --json |
	jq "[.sites[] | select(.id == \"$first\").version] | max")
site 2 undo "$version" >/dev/null || fail "$(cat "$TMP/said")"
wait_for 30 in_force "$first"
site 1 undo >/dev/null || fail "$(cat "$TMP/said")"
site 1 undo "$version" >/dev/null || fail "$(cat "$TMP/said")"
wait_for 30 in_force "$first"
site 2 publish >"$TMP/out" || fail "$(cat "$TMP/said")"
second=$(cat "$TMP/out")
wait_for 30 in_force "$second"

echo "# the publisher dies; all are off and on again"
node_kill 1
for i in 2 3; do
	status_is $i '[.images[] | select(.id == $id and .complete)] != []' \
		--arg id "$second" || fail "node $i has lost the site"
	node_kill $i
done
start_all
wait_for 30 in_force "$second"
