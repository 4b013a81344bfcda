#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A damaged chunk of an image file is never served; the other chunks are.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/plugin.subr"

image=$TMP/image
make_image "$image" $((64 * 4096 - 7))
"$STORETOOL" manifest "$image" "$image.vfm" damaged 4096 >/dev/null
cp "$image" "$TMP/right"
# Damages a byte of chunk 5, and the image's last byte.
for at in $((5 * 4096 + 17)) $((64 * 4096 - 8)); do
	byte=$(od -An -tu1 -j $at -N 1 "$image" | tr -d ' ')
	printf '%b' "\\0$(printf %o $((byte ^ 1)))" |
		dd of="$image" bs=1 seek=$at conv=notrunc status=none
done
server_start plain "$PLUGIN" image="$image"
for x in damaged damaged/held; do
	for at in $((5 * 4096)) $((6 * 4096 - 1)) $((63 * 4096)); do
		expect "$x at $at" "$(read_error "$(uri plain $x)" $at 1)" EIO
	done
	expect "$x, a range over it" \
		"$(read_error "$(uri plain $x)" 0 $((64 * 4096 - 7)))" EIO
	check_range "$x before" "$(uri plain $x)" "$TMP/right" 0 $((5 * 4096))
	check_range "$x after" "$(uri plain $x)" "$TMP/right" \
		$((6 * 4096)) $((57 * 4096))
done

# Chunk 20 was right when it was first read, and is damaged after that.
check_range "chunk 20" "$(uri plain)" "$TMP/right" $((20 * 4096)) 4096
printf 'other bytes' | dd of="$image" bs=1 seek=$((20 * 4096)) conv=notrunc \
	status=none
expect "written to since" "$(read_error "$(uri plain)" $((20 * 4096)) 4096)" EIO
check_range "another since" "$(uri plain)" "$TMP/right" $((21 * 4096)) 4096
! timeout 60 nbdcopy "$(uri plain)" - >/dev/null 2>&1 ||
	fail "nbdcopy found nothing wrong"
grep -q "damaged or unreadable" "$TMP/plain.log" || fail "the log is silent"
server_stop $SERVER
echo "damaged chunks: refused"
