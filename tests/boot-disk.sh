#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A machine that starts from its disk is booted from the network while it has a
# job to do, and told to leave iPXE once it says that the job is done; nobody else
# can say so.  What its installer says is in `vfield status', where a machine
# whose installation failed is not called up.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"

bed_bridge
boot_files 1000 1000
boot_node 1
bed_machine 20
bed_machine 21
mac=52:54:00:99:00:20
echo "$mac alpha $(bed_addr 20) disk job=7" >"$TMP/list"
boot_serve 1 --range "$BED_NET.100-$BED_NET.119" --machines "$TMP/list"
boot_wait 1

get() { # MACHINE PATH
	bed_in "$1" curl -s -m 20 "http://$BED_NET.1:10811/$2"
}

says() { # MACHINE QUERY ANSWER
	answer=$(get "$1" "job?$2")
	[ "$answer" = "$3" ] || fail "machine $1, $2: $answer"
}

shows() {
	bed_vfield 1 status >"$TMP/status" && grep -q "^alpha .*$mac *$1" "$TMP/status"
}

get 20 boot.ipxe | grep -q '^kernel ' || fail "no kernel while there is a job"
get 20 "up?mac=$mac"
wait_for 20 shows 'up '
says 20 'say=install%204%2F9%20base%2041%25' network
wait_for 20 shows 'install .*, install 4/9 base 41%'
says 20 'say=failed%20base%3A%20exit%201%1B%5B2J' network
wait_for 20 shows 'failed .*, failed base: exit 1?'
! shows up || fail "a machine is up whose installation failed"

# for another machine, and numbers that are none
says 21 "done=7&mac=$mac" unknown
[ "$(bed_in 20 curl -s -o /dev/null -w '%{http_code}' \
	"http://$BED_NET.1:10811/job?done=x")" = 400 ] || fail "done=x is taken"
says 20 done=6 network
get 20 boot.ipxe | grep -q '^kernel ' || fail "no kernel for the next job"

says 20 done=7 disk
get 20 boot.ipxe >"$TMP/script"
grep -qx 'exit 1' "$TMP/script" && ! grep -q kernel "$TMP/script" ||
	fail "it does not leave iPXE: $(cat "$TMP/script")"
wait_for 20 shows 'disk '

# a service that is started anew still knows; a new job comes before the disk
boot_stop 1
boot_serve 1 --range "$BED_NET.100-$BED_NET.119" --machines "$TMP/list"
boot_wait 1
get 20 boot.ipxe | grep -qx 'exit 1' || fail "the service has forgotten"
boot_stop 1
sed -i 's/job=7/job=8/' "$TMP/list"
boot_serve 1 --range "$BED_NET.100-$BED_NET.119" --machines "$TMP/list"
boot_wait 1
get 20 boot.ipxe | grep -q '^kernel ' || fail "no kernel for a new job"
