#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# An image is announced, but no node gives out its manifest.  It holds up no
# other image: neither one that a newcomer names after it, nor those that a
# newcomer takes because they exist.  When the manifest can be had again the
# image comes, too.
. "$(dirname "$0")/lib.sh"
need jq

for name in first withheld later; do
	make_image "$TMP/$name" 3000000
	vfield image create "$TMP/$name" >/dev/null
done
node_start 1 serve --store-dir "$TMP/store" --image "$TMP/first" \
	--image "$TMP/withheld" --image "$TMP/later"
manifest=$TMP/store/$(image_id "$TMP/withheld.vfm")/manifest
mv "$manifest" "$TMP/manifest"

has() {
	status_is "$1" "[.images[].name] | sort == $2"
}

# Among the images that are named, the withheld one comes before others; in the
# order of names it comes last.
node_start 2 join 127.0.0.1
wait_for 20 has 2 '["first", "later"]'
node_start 3 join 127.0.0.1 --image withheld --image later --image first
wait_for 20 has 3 '["first", "later"]'
for n in 2 3; do
	check_sum "node $n" "$(sum_sock "$n" later)" "$(sum_file "$TMP/later")"
done

mv "$TMP/manifest" "$manifest"
for n in 2 3; do
	wait_for 20 has "$n" '["first", "later", "withheld"]'
	check_sum "node $n, at last" "$(sum_sock "$n" withheld)" \
		"$(sum_file "$TMP/withheld")"
done
