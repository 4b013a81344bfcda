#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Clients ask for much and read nothing, or say nothing, or ask nonsense:
# memory, connections and log stay bounded, and other clients are served
# meanwhile.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/plugin.subr"
silent=${SILENT:-3000} # 20000 in check-full
[ -z "${SAN-}" ] || skip "a sanitizer's memory is not the plugin's"

image=$TMP/mem/image
make_image "$image" 80000000
want=$(sum_file "$image")
"$STORETOOL" manifest "$image" "$image.vfm" im >/dev/null
nbdkit -f -p 10809 -P "$TMP/pid" "$PLUGIN" image="$image" 2>"$TMP/nbdkit.log" &
SERVER=$!
at_exit "kill $SERVER 2>/dev/null"
wait_for 20 test -s "$TMP/pid"

# hostile WHAT N [ARG]: opens N connections in the background that behave as
# WHAT says, until `stop'.
hostile() {
	rm -f "$TMP/done"
	"$PYTHON" "$TOP/tests/hostile.py" "$@" "$TMP/done" &
	HOSTILE=$!
	# each connection waits until nbdkit has accepted those before it
	wait_for $((100 + $2 / 100)) test -e "$TMP/done"
}

served() {
	check_sum "$1" "$(sum_uri "nbd://127.0.0.1/im")" "$want"
}

most() {
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$SERVER/status"
}

bounded() {
	! ended $SERVER || fail "$1: nbdkit has ended"
	[ "$(most)" -le $((256 << 10)) ] || fail "$1: $(most) KiB of memory"
	echo "$1: at most $(most) KiB"
}

stop() {
	kill "$HOSTILE"
	wait "$HOSTILE" || :
}

served "at first"
hostile greedy 60 33554432
served "beside 60 who want 32 MiB each"
bounded "60 times 32 MiB"
stop
hostile greedy 200 67108864
served "beside 200 who want 64 MiB each"
bounded "200 times 64 MiB"
stop
hostile greedy 200 4194304
served "beside 200 who want a large chunk each"
bounded "200 times 4 MiB"
stop

# They come from another address than the good client, for which nbdkit has
# places of its own.
hostile silent "$silent" 127.0.0.9
served "beside $silent who say nothing"
bounded "$silent silent ones"
threads=$(ls "/proc/$SERVER/task" | wc -l)
[ "$threads" -le 100 ] || fail "$threads threads"
# Silent clients that nbdkit has accepted are disconnected after a while.
alone() {
	[ "$(ls "/proc/$SERVER/task" | wc -l)" -le 3 ]
}
wait_for 30 alone
stop

hostile nonsense 500
served "after 500 who want what is not there"
stop
size=$(wc -c <"$TMP/nbdkit.log")
[ "$size" -le 100000 ] || fail "$size bytes of log: $(tail -n 5 "$TMP/nbdkit.log")"
server_stop $SERVER
