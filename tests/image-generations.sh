#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Images come and go while a cluster runs: each becomes the default, is read and
# held on all nodes, and then the image before it is removed.  Memory, open
# files and the bytes in /dev/shm do not grow with the number of images.
# (check-full runs this with GENERATIONS=100 NODES=8.)
. "$(dirname "$0")/lib.sh"
need jq
generations=${GENERATIONS:-6} nodes=${NODES:-3}

generation() {
	file=$TMP/mem/gen$1
	make_image "$file" 3000000
	vfield image create "$file" >/dev/null
}

# used: prints the KiB of private memory and the open files of all routers and
# nbdkits together, and the KiB used in /dev/shm.
used() {
	memory=0 files=0
	for n in $(seq 1 "$nodes"); do
		for program in vfield-router nbdkit; do
			p=$(node_child "$n" $program)
			kib=$(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB/\1/p' \
				"/proc/$p/status")
			memory=$((memory + kib))
			files=$((files + $(ls "/proc/$p/fd" | wc -l)))
		done
	done
	shm=$(du -sk /dev/shm | cut -f 1)
	echo "$memory $files $shm"
}

held_by_all() {
	vfield image list --json --run-dir "$TMP/n1" |
		json_is ".images | length == 1 and .[0].name == \"gen$1\" and
			.[0].complete == $nodes"
}

generation 0
node_start 1 serve --image "$TMP/mem/gen0"
for n in $(seq 2 "$nodes"); do
	node_start "$n" join 127.0.0.1
done
wait_for 60 held_by_all 0
for g in $(seq 1 "$generations"); do
	generation "$g"
	vfield image add --run-dir "$TMP/n1" "$TMP/mem/gen$g" >/dev/null
	vfield image default --run-dir "$TMP/n1" "gen$g" >/dev/null
	vfield image remove --run-dir "$TMP/n1" "gen$((g - 1))" >/dev/null
	rm "$TMP/mem/gen$((g - 1))"
	wait_for 60 held_by_all "$g"
	check_sum "generation $g" "$(sum_sock $((g % nodes + 1)))" \
		"$(sum_file "$TMP/mem/gen$g")"
	# The figures to compare with are taken after a third of the images,
	# when memory that is kept for reuse has been allocated.
	[ "$g" -ne $((generations / 3)) ] || before=$(used)
	echo "$(used)"
done
# settled: returns 0 if the figures have not grown much.  They do so for a
# while, until connections of peers, with the stores that they keep open, are
# closed.
settled() {
	# shellcheck disable=SC2046
	set -- $before $(used)
	[ "$4" -le $(($1 + $1 / 10 + 4096)) ] && [ "$5" -le $(($2 + 32)) ] &&
		[ "$6" -le $(($3 + 4096)) ]
}
wait_for 60 settled
echo "$before, at the end $(used)"
