#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Cards that know BOOTP and no DHCP are answered where --bootp says so: the boot
# loader that they load goes on by DHCP, at the same address.  Without it only a
# card is answered whose address the list of machines gives.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"

bed_bridge
boot_files 1000 1000
boot_node 1
bed_machine 20
echo "52:54:00:99:00:07 listed $(bed_addr 77)" >"$TMP/list"

echo "# without --bootp"
boot_serve 1 --range "$BED_NET.100-$BED_NET.119" --machines "$TMP/list"
boot_wait 1
boot_crowd 20 1 --first 7 --bootp --until tftp
grep -q "^52:54:00:99:00:07 $(bed_addr 77) - undionly.kpxe$" "$TMP/crowd" ||
	fail "the listed card: $(cat "$TMP/crowd")"
! bed_in 20 "$PYTHON" "$TOP/tests/boot_client.py" eth0 "$FILES" --first 8 \
	--bootp --until dhcp --tries 2 >"$TMP/crowd" 2>&1 ||
	fail "a card that is in no list is answered: $(cat "$TMP/crowd")"
boot_stop 1

echo "# with it"
boot_serve 1 --range "$BED_NET.100-$BED_NET.119" --bootp
boot_wait 1
boot_crowd 20 3 --first 8 --bootp || fail "$(cat "$TMP/crowd")"
[ "$(grep -c "^52:54:00:99:00:[01][89a] $BED_NET.1[01]" "$TMP/crowd")" = 3 ] ||
	fail "the cards' addresses: $(cat "$TMP/crowd")"
wait_for 10 boot_is 1 '[.machines[] | select(.stage == "up")] | length == 3'
