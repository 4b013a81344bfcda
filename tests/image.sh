#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield image makes, shows and checks manifests.  Its messages name what is
# wrong, and no half-written file stays.
. "$(dirname "$0")/lib.sh"
need jq sha256sum
need_built
cd "$TMP"

# refuses STATUS TEXT COMMAND...: fails the test unless COMMAND exits with
# STATUS, prints nothing to standard output, and says TEXT in a message of its
# own.
refuses() {
	wanted=$1 text=$2
	shift 2
	got=0
	"$@" >out 2>err || got=$?
	[ "$got" -eq "$wanted" ] || fail "status $got, not $wanted: $*: $(cat err)"
	grep -qF -- "$text" err || fail "does not say '$text': $*: $(cat err)"
	grep -q '^vfield' err || fail "who says it? $*: $(cat err)"
	[ ! -s out ] || fail "prints to stdout: $*"
}

# Images with sizes around that of a chunk, and an empty one, are right.
for size in 0 1 131071 131072 131073 400000; do
	make_image "i$size.img" "$size"
	id=$(vfield image create "i$size.img" 2>err)
	[ ! -s err ] || fail "not a terminal, but: $(cat err)"
	[ "$id" = "$(sum_file "i$size.img.vfm")" ] || fail "$size: id $id"
	vfield image verify "i$size.img" >out
	grep -q "$id" out || fail "$size: $(cat out)"
	vfield image info --json "i$size.img.vfm" >json
	json_is '.id == $id and .name == $name and .size == $size and
		.chunk_size == 131072 and (.uuid | length) == 36 and
		.nchunks == (($size + 131071) / 131072 | floor)' \
		--arg id "$id" --arg name "i$size" --argjson size "$size" \
		<json || fail "$size: $(cat json)"
done
vfield image info i400000.img.vfm | grep -q '^chunks: *4$' || fail "info"

# The options --name, -c and -o do what they say.
make_image "my image v1.2.squashfs" 300000
vfield image create "my image v1.2.squashfs" >/dev/null
name=$(vfield image info --json "my image v1.2.squashfs.vfm" | jq -r .name)
[ "$name" = "my_image_v1.2" ] || fail "it is called $name"
vfield image create i1.img --name other -c 4K -o elsewhere.vfm >/dev/null
[ "$(vfield image info -j elsewhere.vfm | jq -c '[.name, .chunk_size]')" = \
	'["other",4096]' ] || fail "options"
vfield image verify i1.img -m elsewhere.vfm >/dev/null

# Making a manifest twice gives the same id, and so does a copy of the file.
a=$(vfield image create i1.img)
b=$(vfield image create i1.img 2>err)
[ "$a" = "$b" ] || fail "two creations, two ids"
grep -q "unchanged" err || fail "not said to be unchanged: $(cat err)"
mkdir copy
cp i1.img copy
[ "$a" = "$(vfield image create copy/i1.img)" ] || fail "a copy, another id"
[ "$a" != "$(vfield image create -N i2 copy/i1.img)" ] || fail "two names, one id"
[ "$a" != "$(vfield image create -c 4K copy/i1.img)" ] ||
	fail "two chunk sizes, one id"

# If an image file differs from its manifest, the message names the chunk.
cp i400000.img x.img
vfield image create x.img >/dev/null
printf X | dd of=x.img bs=1 seek=270000 conv=notrunc status=none
cmp -s x.img i400000.img && printf Y |
	dd of=x.img bs=1 seek=270000 conv=notrunc status=none
refuses 1 "chunk 2, at byte 262144" vfield image verify x.img
cp i400000.img x.img
truncate -s 399999 x.img
refuses 1 "chunk 3, at byte 393216" vfield image verify x.img
truncate -s 262144 x.img
refuses 1 "chunk 2, at byte 262144" vfield image verify x.img
cp i400000.img x.img
echo >>x.img
refuses 1 "after byte 400000" vfield image verify x.img
refuses 1 "No such file" vfield image verify nothing.img
cp i1.img without.img
refuses 1 "'vfield image create' makes it" vfield image verify without.img
refuses 1 "No such file" vfield image create nothing.img
refuses 1 "Is a directory" vfield image create /etc
refuses 1 "neither a file nor a disk" vfield image create /dev/null

# Files that are no manifests are refused.
head -c 60 i400000.img.vfm >bad.vfm
refuses 1 "truncated" vfield image info bad.vfm
{ cat i400000.img.vfm && echo; } >bad.vfm
refuses 1 "longer" vfield image info bad.vfm
refuses 1 "magic" vfield image info i400000.img
refuses 1 "magic" vfield image verify i400000.img -m i400000.img
refuses 1 "magic" vfield image info /dev/null
: >bad.vfm
refuses 1 "magic" vfield image info bad.vfm

# Wrong use of the command line is refused.
refuses 2 "FILE is missing" vfield image create
refuses 2 "one FILE at a time" vfield image create i1.img i0.img
refuses 2 "power of two" vfield image create -c 100000 i1.img
refuses 2 "should be a size" vfield image create -c many i1.img
refuses 2 "--name a/b" vfield image create -N a/b i1.img
refuses 2 "there is no option --bogus" vfield image create --bogus i1.img
refuses 2 "no command 'bogus'" vfield image bogus
refuses 2 "no command 'bogus'" vfield bogus
refuses 1 "would replace the image" vfield image create -o i1.img i1.img
refuses 1 "/dev/null" vfield image create -o /dev/null i1.img
[ -c /dev/null ] || fail "/dev/null is gone"
vfield --version | grep -q '^vfield [0-9]' || fail "version"
for c in "" image "image create" "image info" "image verify"; do
	# shellcheck disable=SC2086 # split on purpose
	vfield $c --help | grep -q '^Usage: vfield' || fail "$c --help"
done
got=0
vfield image info i1.img.vfm >/dev/full 2>err || got=$?
[ $got -eq 1 ] || fail "does not mind a full standard output"

# With no room the old manifest stays as it was, and no other file is left.
mkdir small
mount -t tmpfs -o size=16k tmpfs small
at_exit "umount '$TMP/small'"
make_image big.img 4000000
echo before >small/big.vfm
refuses 1 "No space left" vfield image create -c 4K -o small/big.vfm big.img
[ "$(cat small/big.vfm)" = before ] || fail "the old file is damaged"
[ "$(ls -A small)" = big.vfm ] || fail "left over: $(ls -A small)"
