#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node that answers with a manifest that is none is not asked for ever: another
# node has it.
. "$(dirname "$0")/lib.sh"
need nbdkit nbdcopy

image=$TMP/image
view=$TMP/view
make_image "$image" 4000000

# both nodes have the image, node 2 says
both_known() {
	nbdcopy nbd://127.0.0.2//view - >"$view" &&
		[ "$(grep -a -o image "$view" | wc -l)" -ge 2 ]
}

node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1
wait_for 20 both_known

# now node 2 is another one, which says the same
server=$(node_child 2 nbdkit)
kill -STOP "$(node_pid 2)"
kill -KILL "$server"
wait_for 10 ended "$server"
# shellcheck disable=SC2016 # the shell is nbdkit's
nbdkit -f -i 127.0.0.2 eval open='echo "$3"' get_size='
	case $2 in
	/view) stat -c %s '"$view"' ;;
	*) echo 4096 ;;
	esac' pread='
	case $2 in
	/view) tail -c +$(($4 + 1)) '"$view"' | head -c "$3" ;;
	*) head -c "$3" /dev/zero ;;
	esac' >"$TMP/impostor.log" 2>&1 &
wait_for 10 sh -c "ss -Hltn src 127.0.0.2:10809 | grep -q ."

node_start 3 join 127.0.0.2
grep 'wrong manifest' "$TMP/n3/log" || fail "the other one was not asked"
check_sum "the third node" "$(sum_sock 3)" "$(sum_file "$image")"
