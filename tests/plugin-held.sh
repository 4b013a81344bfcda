#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The export NAME/held shows and serves the chunks in the node's store, and
# gives an error at once for others.  Images and the view may come after
# nbdkit's start.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/plugin.subr"

image=$TMP/image
make_image "$image" $((40 * 4096 + 100))
ID=$("$STORETOOL" manifest "$image" "$image.vfm" part 4096)
mkdir "$TMP/store"
server_start node "$PLUGIN" store="$TMP/store" router="$TMP/none" \
	router-timeout=1

for x in "" part "$ID/held" /manifest /view; do
	! size_of "$(uri node "$x")" 2>/dev/null || fail "'$x' of an empty store"
done
grep -q "no image is here yet" "$TMP/node.log" || fail "the log is silent"
expect "empty list" "$(nbdinfo --list "$(uri node)" 2>/dev/null |
	grep -c ^export)" 0

"$STORETOOL" put "$TMP/store" "$image" "$image.vfm" 0-0 8-15 40-40
for x in part/held "$ID/held" /held; do
	expect "map of $x" "$(nbdinfo --map "$(uri node "$x")" |
		awk '{ printf "%d+%d:%d ", $1, $2, $3 }')" \
		"0+4096:0 4096+28672:1 32768+32768:0 65536+98304:1 163840+100:0 "
	check_range "$x" "$(uri node "$x")" "$image" 32768 32768
	check_range "$x, the end" "$(uri node "$x")" "$image" 163900 40
	expect "$x missing" "$(read_error "$(uri node "$x")" 4096 1)" EIO
	expect "$x partly" "$(read_error "$(uri node "$x")" 4090 10)" EIO
done
expect "whole has no holes" "$(nbdinfo --map "$(uri node part)" |
	awk '{ printf "%d+%d:%d ", $1, $2, $3 }')" "0+163940:0 "
check_range "whole, what is held" "$(uri node)" "$image" 32768 32768
nbdcopy "$(uri node /manifest)" "$TMP/m"
cmp "$TMP/m" "$image.vfm" || fail "manifest"

# A connection that is open sees chunks that come later.
"$PYTHON" - "$(uri node /held)" "$STORETOOL" "$TMP/store" "$image" <<'END' || fail "open"
import nbd, subprocess, sys
uri, tool, store, image = sys.argv[1:]
h = nbd.NBD()
h.connect_uri(uri)
try:
    h.pread(4096, 4096)
    sys.exit(1)
except nbd.Error:
    pass
subprocess.run([tool, "put", store, image, image + ".vfm", "1-1"], check=True)
assert h.pread(4096, 4096) == open(image, "rb").read()[4096:8192]
END

# A second image is added, and the view.
make_image "$TMP/other" 5000
"$STORETOOL" manifest "$TMP/other" "$TMP/other.vfm" other 4096 >/dev/null
"$STORETOOL" put "$TMP/store" "$TMP/other" "$TMP/other.vfm" 0-1
expect "other" "$(size_of "$(uri node other)")" 5000
expect "part" "$(size_of "$(uri node part)")" 163940
nbdinfo --list "$(uri node)" | grep -q 'export="part/held"' || fail "list"
head -c 3000 /dev/urandom >"$TMP/store/view"
nbdcopy "$(uri node /view)" "$TMP/v"
cmp "$TMP/v" "$TMP/store/view" || fail "view"
head -c $((8 << 20)) /dev/zero >"$TMP/store/view"
nbdcopy "$(uri node /view)" "$TMP/v"
cmp "$TMP/v" "$TMP/store/view" || fail "a view of 8 MiB"
head -c $(((8 << 20) + 1)) /dev/zero >"$TMP/store/view"
! size_of "$(uri node /view)" 2>/dev/null || fail "a view of more than 8 MiB"

# A chunk that an earlier run has left, and that was damaged since, is not
# served.
"$STORETOOL" put "$TMP/store" "$image" "$image.vfm"
printf damaged | dd of="$TMP/store/$ID/data" bs=1 seek=32770 conv=notrunc \
	status=none
expect "damaged" "$(read_error "$(uri node part/held)" 32768 4096)" EIO
check_range "its neighbour" "$(uri node part/held)" "$image" 36864 4096
server_stop $SERVER
echo "held: right"
