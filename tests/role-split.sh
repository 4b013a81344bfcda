#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The machine that holds a role is cut off: it keeps the role for itself, and
# another takes it for the rest.  When they meet again one of them gives it up.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/site.subr"
. "$TOP/tests/role.subr"

room 3 log
wait_for 60 held log
old=$(holder log)
other=$((old % 3 + 1))

echo "# n$old is cut off"
bed_link "$old" down
wait_for 60 other_holds log "$old" "$other"
held log "$old" || fail "n$old does not hold it any more"
[ "$(holder log "$old")" = "$old" ] || fail "n$old has another's view"
[ "$(owners | wc -l)" = 2 ] ||
	fail "the address is on the machines: $(owners | tr '\n' ' ')"

echo "# and comes back"
bed_link "$old" up
together() {
	for i in 1 2 3; do
		bed_status_is "$i" '.membership.nodes == 3' &&
			held log "$i" || return 1
	done
	[ "$(owners | wc -l)" = 1 ]
}
wait_for 60 together
runs() {
	started "$(holder log)"
}
wait_for 60 runs
