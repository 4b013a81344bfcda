#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A Debian boots with each of the programs that configure network cards: its
# root lives, over several leases and while the DHCP server is away for longer
# than a lease, and the card keeps its address.  MANAGERS chooses some.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
boot_need
[ -e "$BOOT/managers.done" ] || skip "no Debian with managers in $BOOT:" \
	"make check-breadth makes it"

UNITS='connman dhcpcd networking NetworkManager systemd-networkd'
room_network 10
bed_machine 1
bed_serve 1 --image "$BOOT/managers.squashfs"
bed_wait_ready 1

# manager GUEST NAME UNIT WORD: boots the guest with the unit of the network
# manager NAME started, all others masked, and WORD on its command line.  Fails
# if its root dies or its card has another address.
manager() {
	guest=$1 name=$2 unit=$3 words=$4
	for other in $UNITS; do
		[ "$other" = "$unit" ] ||
			words="$words systemd.mask=$other.service"
	done
	BOOT_MEMORY=384 boot_kernel "$guest" "vfield.peer=$(bed_addr 1) \
		vfield.store=12M init=/sbin/choose \
		systemd.wants=$unit.service $words"
	lives "$guest" 2
	had=$(grep -a -o 'eth0=[0-9./]*' "$TMP/guest$guest.serial" |
		head -n 1)
	lives "$guest" 12
	room_goes
	lives "$guest" 20 # for longer than a lease
	room_comes
	lives "$guest" 5
	[ "$(boot_count "$guest" "MANAGER ${5:-$unit} active")" -gt 0 ] ||
		fail "$name does not run"
	all=$(boot_count "$guest" ROOT-LIVES)
	[ "$all" -eq "$(boot_count "$guest" "ROOT-LIVES .* $had")" ] ||
		fail "$name: the card has not always had $had"
	note='leaves the card alone'
	[ "$(boot_count "$guest" 'ROOT-LIVES .*,')" -eq 0 ] ||
		note='takes the card, which keeps its address'
	[ "$(boot_count "$guest" 'something has set the card down')" -eq 0 ] ||
		note='takes the address, which is put back'
	boot_off "$guest"
	cell 'Debian 12' 'kernel by QEMU' '6.1, .ko' '1 CPU, 384 MB' "$name: $note"
}

n=0
for name in ${MANAGERS:-connman dhcpcd ifupdown NetworkManager networkd netplan \
	cloud-init}; do
	n=$((n + 1))
	case $name in
	ifupdown) manager $n $name networking '' ;;
	networkd) manager $n $name systemd-networkd '' ;;
	netplan) manager $n $name systemd-networkd test.netplan ;;
	cloud-init) manager $n $name networking test.cloud cloud-init-local ;;
	*) manager $n $name $name '' ;;
	esac
done
