#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The boot service has names, cards and addresses from the site in force, also
# after another was published.  `vfield host adopt` gives hosts the cards of new
# machines, `host replace` a host another card, and both put that in force; the
# new machine of a host that starts from its disk is to install itself.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"
need mksquashfs unsquashfs

bed_bridge
boot_files 1000 1000
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
boot_node 1 --trust "$trust"
bed_machine 2
mkdir "$TMP/site"
cat >"$TMP/site/hosts" <<END
# teacher's machine
[teacher]
mac = 52:54:00:99:00:02 ; beside the door
address = $BED_NET.20
[seats]
hosts = seat[1-2]
[seat2]
address = $BED_NET.22
[printer]
mac = 52:54:00:99:00:bb
boot_from = disk
END

site() { # COMMAND...: of vfield, in machine 1
	bed_in 1 vfield "$@" --site "$TMP/site" --state "$TMP/state" \
		--key "$TMP/keys" 2>"$TMP/said" || fail "$*: $(cat "$TMP/said")"
}

# named MAC_END NAME ADDRESS: the service has the machine so
named() {
	boot_is 1 ".machines[] | select(.mac == \"52:54:00:99:00:$1\") |
		.name == \"$2\" and (.address | test(\"$3\"))"
}

site site publish >/dev/null
boot_serve 1 --range "$BED_NET.100-$BED_NET.119" --names 'n#' \
	--state "$TMP/leases"
boot_wait 1
wait_for 30 named 02 teacher "$BED_NET.20"
boot_crowd 2 4
grep -q "^52:54:00:99:00:02 $BED_NET.20 teacher " "$TMP/crowd" ||
	fail "$(cat "$TMP/crowd")"
grep -q "^52:54:00:99:00:01 $BED_NET.1[01][0-9] n" "$TMP/crowd" ||
	fail "$(cat "$TMP/crowd")"

echo "# new machines become the seats"
site host adopt @seats >"$TMP/out"
[ "$(wc -l <"$TMP/out")" = 2 ] || fail "adopted: $(cat "$TMP/out")"
grep -q '^seat1 52:54:00:99:00:0[134]$' "$TMP/out" || fail "$(cat "$TMP/out")"
seat2=$(sed -n 's/^seat2 .*:\(..\)$/\1/p' "$TMP/out")
grep -qx "# teacher's machine" "$TMP/site/hosts" || fail "a comment is lost"
wait_for 30 named "$seat2" seat2 "$BED_NET.22"

echo "# a broken machine is replaced"
site host replace teacher 52-54-00-99-00-AA >/dev/null
grep -qx 'mac = 52:54:00:99:00:aa ; beside the door' "$TMP/site/hosts" ||
	fail "$(cat "$TMP/site/hosts")"
wait_for 30 named aa teacher "$BED_NET.20"
! bed_in 1 vfield status --word jobs 2>/dev/null ||
	fail "a machine that does not start from its disk is installed"
site host replace printer 52:54:00:99:00:bc >/dev/null
bed_in 1 vfield fetch "$(bed_in 1 vfield status --word jobs)" "$TMP/jobs" \
	2>/dev/null
grep -q '^[0-9]* install printer [0-9]*$' "$TMP/jobs" || fail "no job for it"
! bed_in 1 vfield host replace teacher nonsense --site "$TMP/site" \
	2>"$TMP/said" || fail "a card that is none"
grep -q 'should be a card' "$TMP/said" || fail "$(cat "$TMP/said")"
site host replace teacher >"$TMP/out" # by the last one that nobody has
grep -q '^teacher 52:54:00:99:00:0[1234]$' "$TMP/out" || fail "$(cat "$TMP/out")"
wait_for 30 named "$(sed 's/.*://' "$TMP/out")" teacher "$BED_NET.20"

echo "# undo"
bed_in 1 vfield site undo --state "$TMP/state" --key "$TMP/keys" >/dev/null
wait_for 30 named aa teacher "$BED_NET.20"
