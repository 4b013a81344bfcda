#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node joins a moment after another node has lost its link: the newcomer is
# still told of that node, and does not wait for it.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"

# told_of N: returns 0 if node 1's export /view names N nodes; each of them has
# the image.
told_of() {
	[ "$(bed_in 1 nbdcopy "nbd://$(bed_addr 1)//view" - |
		grep -a -o newcomers-image | wc -l)" -eq "$1" ]
}

make_image "$TMP/newcomers-image" 4000000
bed_bridge
for n in 1 2 3; do
	bed_machine $n
done
bed_serve 1 --image "$TMP/newcomers-image"
bed_wait_ready 1
bed_join 2 "$(bed_addr 1)"
wait_for 20 told_of 2
bed_link 2 down
bed_join 3 "$(bed_addr 1)" --verbose
bed_wait_ready 3
! grep 'no manifest' "$TMP/n3/log" || fail "it asked the one without a cable"
check_sum "the third node" "$(sum_bed 3)" "$(sum_file "$TMP/newcomers-image")"
