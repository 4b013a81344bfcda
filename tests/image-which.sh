#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Every command finds and checks an image's manifest in the same way, by the
# image's content and not by dates.  A file that is written to while its
# manifest is made is refused.
. "$(dirname "$0")/lib.sh"
need jq

names_it() {
	grep -q "$1" "$TMP/err" || fail "does not say '$1': $(cat "$TMP/err")"
}

# serve_fails TEXT FILE: fails the test unless `vfield serve` refuses FILE with
# TEXT in its message.
serve_fails() {
	mkdir -p "$TMP/n9"
	! timeout 60 vfield serve --image "$2" --listen 127.0.0.9 \
		--run-dir "$TMP/n9" >"$TMP/out" 2>"$TMP/err" || fail "$2: served"
	[ ! -s "$TMP/out" ] || fail "$2: ready: $(cat "$TMP/out")"
	names_it "$1"
}

# For all commands a link means the file to which it leads.
mkdir "$TMP/images"
file=$TMP/images/x86_64.img-20261128
link=$TMP/images/x86_64.img
make_image "$file" 3000000
ln -s "${file##*/}" "$link"
id=$(vfield image create --name room204 --chunk-size 64K "$link")
[ -f "$file.vfm" ] || fail "no manifest beside the file: $(ls "$TMP/images")"
[ ! -e "$link.vfm" ] || fail "a manifest beside the link"
vfield image verify "$link" >/dev/null
node_start 1 serve --image "$link"
expect_id() {
	[ "$(status_get "$1" '[.images[].id] | join(" ")')" = "$2" ] ||
		fail "node $1 has $(status "$1"), not $2"
}
expect_id 1 "$id"
make_image "$TMP/images/2" 100000
id2=$(vfield image create "$TMP/images/2")
ln -s 2 "$TMP/images/two"
[ "$(vfield image add "$TMP/images/two" --run-dir "$TMP/n1")" = "$id2" ] ||
	fail "the link that was added has another id"
node_stop 1

# The same bytes of the same name are the same image, wherever the file is and
# whichever command hashes it.
cp "$file" "$TMP/images/copy"
mkdir "$TMP/images/again"
cp "$file" "$TMP/images/again/copy"
a=$(vfield image create "$TMP/images/copy")
node_start 1 serve --image "$TMP/images/again/copy"
expect_id 1 "$a"
node_stop 1

# A date in the future changes nothing.
touch -d '+1 year' "$file"
node_start 1 serve --image "$file"
expect_id 1 "$id"
node_stop 1

# Another file with the same size and an older date replaces the image file.
make_image "$TMP/images/old" 3000000
touch -d '-1 year' "$TMP/images/old"
cp -p "$TMP/images/old" "$TMP/images/new"
mv "$TMP/images/new" "$file"
serve_fails "x86_64.img-20261128: it is not the image that" "$file"
node_start 1 serve --image "$TMP/images/2"
! vfield image add "$file" --run-dir "$TMP/n1" >"$TMP/out" 2>"$TMP/err" ||
	fail "added: $(cat "$TMP/out")"
names_it "x86_64.img-20261128: it is not the image that"
# The same, without what was remembered of the file: the manifest is a new file.
cp "$file.vfm" "$TMP/images/m" && mv "$TMP/images/m" "$file.vfm"
serve_fails "x86_64.img-20261128: it is not the image that" "$file"

# A file name that no image can have is refused, not shortened.
long=$TMP/images/$(printf 'x%.0s' $(seq 70)).img
cp "$TMP/images/2" "$long"
cp "$TMP/images/2" "$TMP/images/образ.img"
serve_fails "image create --name" "$long"
serve_fails "image create --name" "$TMP/images/образ.img"
! vfield image create "$long" 2>"$TMP/err" || fail "a long name"
names_it "give it a --name"
[ "$(vfield image create --name x "$long")" = \
	"$(vfield image create --name x "$TMP/images/образ.img")" ] ||
	fail "the same bytes and name, another id"

# Every command refuses a file that is written to while its manifest is made.
busy=$TMP/mem/busy
truncate -s 3G "$busy"
writer() {
	while :; do
		printf x | dd of="$busy" bs=1 conv=notrunc status=none
		sleep 0.02
	done
}
writer &
writer_pid=$!
at_exit "kill $writer_pid 2>/dev/null"
! vfield image create "$busy" >"$TMP/out" 2>"$TMP/err" || fail "created"
names_it "somebody wrote to it"
serve_fails "somebody wrote to it" "$busy"
! vfield image add "$busy" --run-dir "$TMP/n1" >"$TMP/out" 2>"$TMP/err" ||
	fail "added"
names_it "somebody wrote to it"
kill $writer_pid
[ ! -e "$busy.vfm" ] || fail "a manifest was left"
