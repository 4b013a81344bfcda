#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures warm stores: machines whose stores are full, each with a budget, read
# the image in order at the same moment.
#
#   NODES=16 RATE=100mbit MB=135       number of readers, rate of each link,
#                                      size of the image
#   BUDGETS=4,1                        stores of 1/4 and of all of the image
# With a store of 1/B of the image each chunk is copied to N/B nodes, so that
# the stores are full.  The reads begin once nobody has copied anything for 3 s.
# nbd-server is the plain server of crowd.sh.  The columns: see crowd.subr.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/crowd.subr"
need nbdcopy nbd-server jq

NODES=$(list "${NODES:-16}") BUDGETS=$(list "${BUDGETS:-4,1}")
RATE=${RATE:-100mbit} MB=${MB:-135}
most=$(echo "$NODES" | tr ' ' '\n' | sort -n | tail -n 1)
image=$RAM/image small=$RAM/small
make_image "$image" $((MB * 1000000))
make_image "$small" 4000000
vfield image create "$image" >/dev/null

held() {
	for i in $(crowd_readers "$1"); do
		bed_vfield "$i" status --json | jq .images[0].held
	done | awk '{ sum += $1 } END { print sum }'
}

# settle N: waits until the N readers' stores have got no chunk for three
# seconds.
settle() {
	was=-1
	for _ in $(seq 200); do
		now=$(held "$1")
		[ "$now" != "$was" ] || return 0
		was=$now
		sleep 3
	done
	fail "the stores are still being filled"
}

# warm N BUDGET: fills the stores anew, has N readers read, and adds a row.
warm() {
	copies=$(($1 / $2))
	crowd_cluster "$1" "$image" --store "$((MB / $2 + 1))M" \
		--copies "$((copies > 2 ? copies : 2))"
	settle "$1"
	full=$(awk -v held="$now" -v n="$1" -v mb="$MB" \
		'BEGIN { printf "%.2f", held * 131072 / n / mb / 1e6 }')
	crowd_read "$1" "$MB" "$CROWD_SOCKET"
	bench_row "1/$2" "$1" "$MB" "$full" "$CROWD_ROW"
	crowd_check 2 "$image"
	crowd_stop "$1"
}

# shellcheck disable=SC2086 # split on purpose
bench_begin 3 store nodes MB held $CROWD_COLUMNS
bench_note "readers: $NODES, links of $RATE, payload $PAYLOAD of it;" \
	"held: what each had before, in images"
crowd_machines "$most" "$RATE"
for n in $NODES; do
	for _ in $(seq "$REPEAT"); do
		crowd_plain nbd-server "$small"
		crowd_read "$n" 4 "$CROWD_URI"
		crowd_plain_stop
		bench_row nbd-server "$n" 4 0 "$CROWD_ROW"
		for budget in $BUDGETS; do
			warm "$n" "$budget"
		done
	done
done
bench_end
bench_plot bars warm.svg "Warm: all read $MB MB, links of $RATE" \
	"mean, parts of the link's payload" mean
