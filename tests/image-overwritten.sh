#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# An image file is written to while a node serves it: chunks that were verified
# before are verified again.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/mem/image
make_image "$image" 16000000
want=$(sum_file "$image")
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1
wait_for 60 node_complete 2
check_sum "the image" "$(sum_sock 1)" "$want"

# overwrite FROM_KB: writes 2 MB of random bytes to the file, from FROM_KB on.
overwrite() {
	head -c 2000000 /dev/urandom |
		dd of="$image" bs=1000 seek="$1" conv=notrunc status=none
}
overwrite 5000
check_sum "overwritten in part, network" "$(sum_tcp 1)" "$want"
wait_for 20 grep -q "$image: chunk [0-9]* is not as the manifest" "$TMP/n1/log"
overwrite 8000
check_sum "overwritten in another part" "$(sum_sock 1)" "$want"
truncate -s 3000000 "$image"
check_sum "cut short" "$(sum_sock 1)" "$want"
truncate -s 0 "$image"
check_sum "cut to nothing, network" "$(sum_tcp 1)" "$want"
status_is 1 '.clients.errors == 0' || fail "errors: $(status 1)"
