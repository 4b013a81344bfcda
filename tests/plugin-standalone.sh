#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The plugin serves an image file without a router: the exports of the whole
# image, held and manifest, as clients that are not ours see them.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/plugin.subr"
need qemu-img jq

# serve FILE NAME CHUNK: starts nbdkit with the plugin, which serves FILE as the
# image NAME with chunks of CHUNK bytes; sets ID to its id.
serve() {
	ID=$("$STORETOOL" manifest "$1" "$1.vfm" "$2" "$3")
	server_start plain "$PLUGIN" image="$1" manifest="$1.vfm"
}

# check_copy EXPORT FILE: fails the test unless EXPORT has the bytes of FILE.
check_copy() {
	timeout 60 nbdcopy "$(uri plain "$1")" "$TMP/copy" || fail "nbdcopy '$1'"
	cmp "$2" "$TMP/copy" || fail "export '$1' differs from $2"
	rm -f "$TMP/copy"
}

# info EXPORT FILTER: prints what jq's FILTER makes of nbdinfo's description of
# EXPORT.
info() {
	timeout 60 nbdinfo --json "$(uri plain "$1")" | jq -r ".exports[0]$2"
}

big=$TMP/big
make_image "$big" $((9 << 20 | 12345))
serve "$big" debian 131072
for x in debian "$ID" "$(echo "$ID" | tr a-f A-F)" ""; do
	check_copy "$x" "$big"
	check_copy "$x/held" "$big"
	check_copy "$x/manifest" "$big.vfm"
done
qemu-img compare -f raw -F raw "$big" "$(uri plain debian)" ||
	fail "qemu-img finds a difference"
expect "block size" "$(info debian '."block_size_preferred"')" 131072
expect "least block" "$(info debian '."block_size_minimum"')" 1
expect "largest" "$(info debian '."block_size_maximum"')" $((4 << 20))
expect "multi-conn" "$(info debian .can_multi_conn)" true
expect "read-only" "$(info debian .is_read_only)" true
expect "cache" "$(info debian .can_cache)" true
expect "cache of held" "$(info debian/held .can_cache)" false
expect "default name" "$(info '' '."export-name"')" debian
info debian .description | grep -q "$ID" || fail "no id in the description"
expect "list" "$(nbdinfo --list --json "$(uri plain)" |
	jq -r '[.exports[]."export-name"] | sort | join(" ")')" \
	"debian debian/held debian/manifest"
expect "map" "$(nbdinfo --map --totals "$(uri plain debian)" | wc -l)" 1
expect "a view" "$(size_of "$(uri plain /view)" 2>/dev/null)" ""
cache_all "$(uri plain)" ||
	fail "cache of the whole image"
check_range "odd range" "$(uri plain)" "$big" 131071 400003
check_range "last byte" "$(uri plain)" "$big" $(((9 << 20) + 12344)) 1
server_stop $SERVER

for size in 0 1 4095 4096 131073; do
	make_image "$TMP/small" $size
	serve "$TMP/small" "s$size" 4096
	expect "size of $size" "$(size_of "$(uri plain)")" $size
	check_copy "" "$TMP/small"
	check_copy "s$size/held" "$TMP/small"
	nbdinfo --map "$(uri plain /held)" >/dev/null || fail "map of $size"
	server_stop $SERVER
done

# A file that cannot be served is refused when nbdkit starts, with a message.
# refused WORDS ARGS...: fails the test unless nbdkit with ARGS does not start,
# and says WORDS.
refused() {
	words=$1
	shift
	if timeout 10 nbdkit -f -U "$TMP/no.sock" "$PLUGIN" "$@" 2>"$TMP/err"; then
		fail "nbdkit starts with $*"
	fi
	grep -q "$words" "$TMP/err" || fail "$*: $(cat "$TMP/err")"
}
cp "$big" "$TMP/longer" && echo more >>"$TMP/longer"
refused "not of the size" image="$TMP/longer" manifest="$big.vfm"
refused "No such file" image="$big" manifest="$TMP/none.vfm"
refused "none: No such file" image="$TMP/none"
cp "$big" "$TMP/bare"
refused "bare.vfm: No such file.*vfield image create .*/bare$" image="$TMP/bare"
head -c 1000 "$big.vfm" >"$TMP/short.vfm"
refused "short.vfm: " image="$big" manifest="$TMP/short.vfm"
refused "is required" manifest="$big.vfm"
refused "is required" image="$big" store="$TMP"
refused "needs router" store="$TMP"
refused "unknown parameter" image="$big" colour=blue
echo "served by itself: right"
