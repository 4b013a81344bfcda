#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# One medium boots a network, and the network outlives it.  Nobody answers DHCP
# until the first machine boots from a CD.  It boots two others by PXE, and they
# become core nodes.  Then the first machine's power is cut.  A fourth machine,
# which is switched on after that, gets all it needs from those two, which have
# run without an error; and a machine that boots from a second medium finds that
# V-FIELD is there already.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/member.subr"
boot_need
boot_need_images
need corosync
[ -d /usr/lib/grub/i386-pc ] || skip "grub-pc-bin is missing"
[ -x "$BUILD/bin/vfield-boot" ] || fail "vfield-boot is not built in $BUILD"

sum=$(cat "$BOOT/lab.sum")
bed_bridge
ip addr replace "$BED_NET.254/16" dev br0
ip addr del "$BED_NET.254/24" dev br0

medium() {
	boot_on "$1" -drive \
		"file=$BOOT/lab.iso,media=cdrom,if=none,id=cd,readonly=on" \
		-device ide-cd,drive=cd,bootindex=0
}

echo "# the first machine is alone"
medium 1
boot_says 1 "PASS 1 $sum"
# The others are switched on once the boot service is ready, since a ROM soon
# gives up if nobody answers DHCP.
boot_says 1 'vfield boot: ready'

echo "# two others boot from it, and become core nodes"
boot_on 2
boot_on 3
boot_says 2 "PASS 1 $sum"
boot_says 3 "PASS 1 $sum"
# The probe connects to one member, which tells it of all nodes.
probe watch env "$PROBE" -c "$BED_NET.1" -l
# queued N: returns 0 if at least N core nodes have a boot service that is
# ready.
queued() {
	[ "$(awk '$1 == "node" { ready[$2] = /satellite=0 boots=[1-9]/ }
		$1 == "gone" { delete ready[$2] }
		END { for (name in ready) n += ready[name]; print n + 0 }' \
		"$TMP/watch.out")" -ge "$1" ]
}
for guest in 2 3; do
	boot_says $guest 'becomes a core node'
done
boot_until 2 "there are no three boot services" queued 3

echo "# the first machine is switched off"
boot_off 1
passes=$(boot_count 2 "PASS .* $sum")
others_answer() {
	[ $(($(boot_count 2 "$answers") + $(boot_count 3 "$answers"))) -gt 0 ]
}
answers='vfield boot: answers DHCP'
boot_until 2 'nobody answers DHCP' others_answer
boot_on 4
boot_says 4 'ROOT-IS-UP seat4' # the site was on the medium
boot_says 4 "PASS 1 $sum"
boot_says 2 "PASS .* $sum" $((passes + 2))

echo "# a second medium joins what is there"
medium 5
boot_says 5 'V-FIELD is there already'
boot_says 5 "PASS 1 $sum"
for guest in 2 3 4 5; do
	[ "$(boot_count $guest READ-ERROR)" -eq 0 ] || fail "guest $guest: errors"
	[ "$(boot_count $guest 'I/O error')" -eq 0 ] || fail "guest $guest: I/O"
done
