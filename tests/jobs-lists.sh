#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A list of jobs that a newer one has superseded goes from all nodes, from the
# one that gave it, too, also if it was read when the newer one came.  So lists
# take no images' places, and however many may follow each other.
. "$(dirname "$0")/lib.sh"
need jq mksquashfs

SITE=$TMP/site
mkdir -p "$SITE/disks"
printf '[room]\nhosts = node[1-3]\ndisk = room\nboot_from = disk\n' \
	>"$SITE/hosts"
printf 'disk smallest\nroot 8M ext4 /\nhome rest ext4 /home keep\n' \
	>"$SITE/disks/room"
make_image "$TMP/image" 3000000
make_image "$TMP/jobs-2" 300000
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
node_start 1 serve --image "$TMP/image" --image "$TMP/jobs-2" --trust "$trust"
vfield image default image --run-dir "$TMP/n1" --key "$TMP/keys" >/dev/null
node_start 2 join 127.0.0.1 --trust "$trust"
vfield site publish --site "$SITE" --run-dir "$TMP/n1" --key "$TMP/keys" \
	--state "$TMP/state" >/dev/null 2>"$TMP/said" || fail "$(cat "$TMP/said")"

give() { # install|repair
	vfield "$1" node2 --yes --run-dir "$TMP/n1" --state "$TMP/state" \
		--key "$TMP/keys" >"$TMP/out" 2>"$TMP/said" </dev/null ||
		fail "$(cat "$TMP/said")"
}

# lists N: prints how many images of lists node N has
lists() {
	status_get "$1" '[.images[].name |
		select(test("^(jobs|repair)-[0-9]{10}$"))] | length'
}

lists_are() { # N COUNT
	[ "$(lists "$1")" -eq "$2" ]
}

knows() { # N ID
	status_is "$1" "any(.images[]; .id == \"$2\")"
}

echo "# one that is read while others follow it"
give install
first=$(vfield status --word jobs --run-dir "$TMP/n1")
wait_for 20 knows 2 "$first"
reader_start "$(uri_sock 2 "$first")" "$TMP"/state/jobs/jobs-*[0-9]
for _ in 1 2 3 4 5 6 7 8 9 10; do
	give install
	give repair
	sleep 0.3
done
jobs=$(vfield status --word jobs --run-dir "$TMP/n1")
repair=$(vfield status --word repair --run-dir "$TMP/n1")
wait_for 20 knows 2 "$jobs"
wait_for 20 knows 2 "$repair"
wait_for 30 lists_are 2 3
knows 2 "$first" || fail "it left while it was read"
reader_stop

echo "# one that joins"
node_start 3 join 127.0.0.1 --trust "$trust"
wait_for 20 knows 3 "$jobs"
wait_for 20 knows 3 "$repair"
lists_are 3 2 || fail "an old list was taken: $(lists 3) lists"
for n in 1 2; do
	wait_for 30 lists_are "$n" 2
done
wait_for 20 knows 3 "$(image_id "$TMP/jobs-2.vfm")"
[ "$(find "$TMP/state/jobs" -name '*[0-9]' | wc -l)" -eq 4 ] ||
	fail "files are left: $(ls "$TMP/state/jobs")"

echo "# a router that starts anew"
kill -KILL "$(node_child 1 vfield-router)"
wait_for 30 knows 1 "$jobs"
lists_are 1 2 || fail "a list has come back"
