#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A router that has no file descriptor left for a client that wants its status
# does not use the processor meanwhile, and answers once it has a descriptor.
. "$(dirname "$0")/lib.sh"
need jq prlimit

image=$TMP/image
make_image "$image" 4000000
vfield image create "$image"
node_start 1 serve --image "$image"
router=$(node_child 1 vfield-router)
wait_for 10 node_knows 1 1

limit() {
	prlimit --pid "$router" --nofile="$1:"
}

# spent: prints the CPU time that the router has used, in hundredths of a
# second.
spent() {
	awk '{ print $14 + $15 }' "/proc/$router/stat"
}

n=0
while [ -L "/proc/$router/fd/$n" ]; do
	n=$((n + 1))
done
limit "$n"
vfield status --run-dir "$TMP/n1" >"$TMP/status" &
before=$(spent)
sleep 1
after=$(spent)
[ $((after - before)) -lt 30 ] || fail "$((after - before)) % of a processor"
limit 1024
wait $! || fail "no status"
grep -q image "$TMP/status" || fail "it says: $(cat "$TMP/status")"
node_stop 1
