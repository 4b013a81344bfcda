#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The stores together have room for a little more than one copy beside the first
# machine's.  A client reads through these stores: the chunks that pass through
# replace only chunks of which another store has a copy.  So no chunk is lost
# when the first machine dies at that moment.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/testbed.sh"
need corosync jq

chunk=131072
image=$TMP/img
make_image "$image" $((240 * chunk))
vfield image create "$image" >/dev/null
bed_bridge
for i in 1 2 3 4 5 6; do
	bed_machine $i 100mbit
done
bed_corosync 1 2 3 4 5 6
bed_serve 1 --image "$image"
bed_wait_ready 1
for i in 2 3 4 5; do
	bed_join $i "$(bed_addr 1)" --store $((78 * chunk))
done
bed_wait_ready 2 3 4 5
all_kept() {
	# shellcheck disable=SC2046 # split on purpose
	"$PYTHON" "$TOP/tests/copies.py" img $chunk $(for i in 2 3 4 5; do
		bed_addr $i
	done) >"$TMP/copies.log" && grep -q '^1 1.3' "$TMP/copies.log"
}
wait_for 60 all_kept
bed_join 6 "$(bed_addr 1)" --no-fill --store 8M
bed_wait_ready 6
bed_in 6 "$PYTHON" "$TOP/tests/reader.py" --passes 2 --beat "$TMP/beat" \
	'nbd+unix:///?socket=/run/vfield/router.sock' "$image" \
	>"$TMP/reader.log" 2>&1 &
reader=$!
wait_for 30 test -s "$TMP/beat"
bed_power_cut 1
wait_for 120 ended $reader
wait $reader || fail "$(cat "$TMP/reader.log")"
wait_for 60 all_kept
