#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Machines boot in networks that are not one card and DHCP: with a fixed
# address; with two cards, of which only one has a cable or the command line
# names one; in a VLAN.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need

boot_busybox_root "$TMP/root"
cat >"$TMP/root/sbin/init" <<'END'
#!/bin/sh
export PATH=/bin
ip -o -4 addr show scope global | sed 's/^[0-9]*: *\([^ ]*\) *inet \([^ ]*\).*/HAS \1 \2/'
ip route | sed 's/^/ROUTE /'
echo "NAME $(hostname)"
sha256sum /data
poweroff -f
END
boot_busybox_image 2000000

boot_network
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs"
bed_wait_ready 1

# a second card, which stands before the first in the guest's order of cards
boot_tap tap-b
other=52:54:00:77:01:00
two_cards="-netdev tap,id=net1,ifname=tap-b,script=no,downscript=no
	-device virtio-net-pci,netdev=net1,addr=3,mac=$other"
second=virtio-net-pci,addr=4

# booted GUEST CARDS: waits until the guest has read its root and ended.  Fails
# unless it printed one line that begins with "HAS", and that line is "HAS
# CARDS", the cards that are up with their addresses.
booted() {
	boot_says "$1" "$sum"
	boot_ended "$1"
	[ "$(boot_count "$1" 'HAS ')" -eq 1 ] &&
		[ "$(boot_count "$1" "HAS $2")" -eq 1 ] ||
		fail "guest $1 has not just $2"
}

# shellcheck disable=SC2086 # split on purpose
BOOT_CARD=$second boot_kernel 1 \
	"ip=$BED_NET.90:$(bed_addr 1):$BED_NET.254:255.255.255.0:fixed:eth1" \
	$two_cards
booted 1 "eth1 $BED_NET.90/24"
[ "$(boot_count 1 "ROUTE default via $BED_NET.254 dev eth1")" -eq 1 ] ||
	fail "it has no way out"
[ "$(boot_count 1 'NAME fixed')" -eq 1 ] || fail "it has another name"

# The cable of the second card is out before the guest runs.
mkfifo "$TMP/monitor.in" "$TMP/monitor.out"
# shellcheck disable=SC2086
BOOT_CARD=$second boot_kernel 2 "vfield.peer=$(bed_addr 1)" $two_cards -S \
	-chardev "pipe,id=monitor,path=$TMP/monitor" -mon monitor
printf 'set_link net1 off\ncont\n' >"$TMP/monitor.in"
booted 2 "eth1 $(boot_addr 2)/24"

# shellcheck disable=SC2086
BOOT_CARD=$second boot_kernel 3 \
	"vfield.peer=$(bed_addr 1) BOOTIF=01-52-54-00-77-00-03" $two_cards
booted 3 "eth1 $(boot_addr 3)/24"
# shellcheck disable=SC2086
BOOT_CARD=$second boot_kernel 4 "vfield.peer=$(bed_addr 1) ip=eth0:dhcp" \
	$two_cards
booted 4 "eth0 $BED_NET.1[5-9]."

echo "a port of the switch that takes and gives frames of VLAN 7 only"
"$PYTHON" "$TOP/tests/qemu/vlan.py" vlan7 7 7001 7002 &
at_exit "kill $! 2>/dev/null"
wait_for 10 ip link show vlan7
ip link set vlan7 master br0 up
BOOT_NETDEV=socket,udp=127.0.0.1:7001,localaddr=127.0.0.1:7002
boot_kernel 5 "vfield.vlan=7 vfield.peer=$(bed_addr 1)"
booted 5 "eth0.7 $(boot_addr 5)/24"
