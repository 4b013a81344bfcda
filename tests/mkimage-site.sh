#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# --install puts a list of jobs for hosts of the site beside it, signs it too.
# --site makes the image that `vfield site publish' would make of the directory,
# signs that it is in force, and puts it onto the medium.  A site with errors,
# one without a key, and secrets in an open cluster are refused before anything
# is written.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"

ln -s "$BUILD/bin/vfield" "$quick/bin/vfield"
lab=$TMP/lab site=$TMP/site
system "$lab"
mkdir "$site"
printf '[seat]\nhosts = seat[1-3]\nplugins = names\n' >"$site/hosts"
vfield key new --dir "$TMP/keys" >"$TMP/trust" 2>/dev/null
keyed="--key $TMP/keys --site $site"

for program in grub-mkrescue xorriso mformat; do
	printf '#!/bin/sh\necho "$*" >>%s\nexit 1\n' "$TMP/arguments" \
		>"$TMP/bin/$program"
	chmod 755 "$TMP/bin/$program"
done
# shellcheck disable=SC2086 # split on purpose
MAKES_STATUS=1 makes room "$lab" $keyed --iso "$TMP/iso" \
	--install '@seat,!seat2'
for file in site.squashfs site.squashfs.vfm jobs.list jobs.list.vfm; do
	grep -q "vfield/site/$file=$TMP/room.out/$file" "$TMP/arguments" ||
		fail "the medium has no $file"
done
grep -q "vfield.trust=$(cat "$TMP/trust")" "$TMP/room.out/boot.ipxe" ||
	fail "no trust"
! grep -q vfield.site= "$TMP/room.out/boot.ipxe" ||
	fail "machines start without the site"

node_start 1 serve --image "$TMP/room.out/room.squashfs" \
	--image "$TMP/room.out/site.squashfs" \
	--image "$TMP/room.out/jobs.list" --trust "$(cat "$TMP/trust")" \
	--words "$TMP/room.out/words"
status_is 1 '.default.id == $id' \
	--arg id "$(image_id "$TMP/room.out/room.squashfs.vfm")" ||
	fail "the image is not the default"
vfield site show --site "$site" --state "$TMP/state" --run-dir "$TMP/n1" |
	tee "$TMP/shown"
grep -q "directory .*: same" "$TMP/shown" || fail "another site"
[ "$(vfield status --site-id --run-dir "$TMP/n1")" = \
	"$(image_id "$TMP/room.out/site.squashfs.vfm")" ] || fail "not in force"
vfield fetch --run-dir "$TMP/n1" \
	"$(vfield status --word jobs --run-dir "$TMP/n1")" "$TMP/jobs" 2>/dev/null
[ "$(sed -n 's/^[0-9]* \(install [^ ]*\) [0-9]*$/\1/p' "$TMP/jobs" | paste -sd ,)" = \
	'install seat1,install seat3' ] || fail "$(cat "$TMP/jobs")"
node_stop 1

# shellcheck disable=SC2086 # split on purpose
{
	refuses 'wants --key' "$lab" --site "$site"
	refuses 'another' "$lab" $keyed --name site
	refuses 'install @room: ' "$lab" $keyed --install @room
	refuses 'wants --site' "$lab" --key "$TMP/keys" --install seat1
	mkdir "$site/secret"
	echo hidden >"$site/secret/shadow"
	refuses 'secret: anybody could read it' "$lab" $keyed
	vfield key cluster --file "$TMP/cluster.key" 2>/dev/null
	takes "$lab" $keyed --cluster-key "$TMP/cluster.key"
	rm -r "$site/secret"
	echo 'colour = red' >>"$site/hosts"
	refuses 'hosts:4: ' "$lab" $keyed
}
