#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node answers with a broken manifest: the newcomer asks another node, which
# has the right one.
. "$(dirname "$0")/lib.sh"
need nbdkit nbdcopy

image=$TMP/image
view=$TMP/view
make_image "$image" 4000000

# both_known: returns 0 if node 2's export /view names the image twice: both
# nodes have it.
both_known() {
	nbdcopy nbd://127.0.0.2//view - >"$view" &&
		[ "$(grep -a -o image "$view" | wc -l)" -ge 2 ]
}

node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1
wait_for 20 both_known

# An impostor takes node 2's place: its /view is the same, its manifest all
# zeroes.
server=$(node_child 2 nbdkit)
kill -STOP "$(node_pid 2)"
kill -KILL "$server"
wait_for 10 ended "$server"
# shellcheck disable=SC2016 # expanded by nbdkit's shell
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
