#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# An image has more than 4 GiB: an answer about its extents never covers more
# than what was asked for, however long the extent is.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/plugin.subr"

size=$((5 << 30))
image=$TMP/mem/image
truncate -s $size "$image"
"$PYTHON" "$TOP/tests/zeroes.py" "$image.vfm" huge 4194304 $size
mkdir "$TMP/mem/store"
"$STORETOOL" put "$TMP/mem/store" "$image" "$image.vfm" 0-0
server_start none "$PLUGIN" store="$TMP/mem/store" router="$TMP/none"
server_start all "$PLUGIN" image="$image"

# extents URI: asks for extents by several counts, and fails if an answer covers
# more than was asked for.
extents() {
	timeout 60 "$PYTHON" - "$1" $size <<-'END'
		import nbd, sys
		uri, size = sys.argv[1], int(sys.argv[2])
		h = nbd.NBD()
		h.add_meta_context("base:allocation")
		h.connect_uri(uri)
		for count in (4096, 65536, 1 << 31, (1 << 32) - 4096):
		    got = []
		    h.block_status(count, 8 << 20, lambda m, o, e, err: got.extend(e))
		    assert 0 < sum(got[::2]) <= count, (count, got)
	END
}

extents "$(uri none /held)" || fail "a hole is longer than what was asked for"
extents "$(uri all /held)" || fail "data is longer than what was asked for"
expect "all that is held" "$(nbdinfo --map --totals "$(uri all huge/held)" |
	awk '{ printf "%s:%s ", $1, $3 }')" "$size:0 "
expect "one chunk is" "$(nbdinfo --map --totals "$(uri none huge/held)" |
	awk '{ printf "%s:%s ", $1, $3 }')" "4194304:0 $((size - 4194304)):1 "
server_stop $SERVER
echo "huge: right"
