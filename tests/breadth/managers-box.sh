#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Each program that configures network cards runs in a machine of its own, a
# namespace with the systemd of a Debian, whose card vfield-card holds with leases
# of 10 s, while the DHCP server goes and comes: a connection over that card to a
# server of a root lives as long as the test, and the card keeps its address.  In
# half of the machines the program is told to leave the card alone, as at boot; in
# the others it is not.  MINUTES (1) says for how long, MANAGERS chooses some.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/breadth/breadth.subr"
. "$TOP/tests/breadth/box.subr"
need nbdkit busybox
[ -e "$BOOT/managers.done" ] || skip "no Debian with managers in $BOOT:" \
	"make check-breadth makes it"
box_need_cgroups

MANAGERS=${MANAGERS:-connman dhcpcd ifupdown NetworkManager networkd netplan \
	cloud-init}
UNITS='connman dhcpcd networking NetworkManager systemd-networkd'

# unit_of MANAGER: prints the unit that is started for it.
unit_of() {
	case $1 in
	ifupdown | cloud-init) echo networking ;;
	networkd | netplan) echo systemd-networkd ;;
	*) echo "$1" ;;
	esac
}

# configure MANAGER ROOT: makes its configuration in ROOT, which takes the card.
configure() {
	: >"$2/etc/cloud/cloud-init.disabled"
	case $1 in
	netplan)
		mkdir -p "$2/etc/netplan"
		echo 'network: {version: 2, ethernets: {eth0: {dhcp4: true}}}' \
			>"$2/etc/netplan/50-test.yaml"
		rm -f "$2/etc/systemd/network/80-dhcp.network"
		;;
	cloud-init)
		seed=$2/var/lib/cloud/seed/nocloud
		mkdir -p "$seed"
		echo 'instance-id: seat' >"$seed/meta-data"
		echo '#cloud-config' >"$seed/user-data"
		printf '%s\n' 'version: 2' 'ethernets:' '  eth0: {dhcp4: true}' \
			>"$seed/network-config"
		rm -f "$2/etc/network/interfaces.d/eth0" \
			"$2/etc/cloud/cloud-init.disabled"
		;;
	esac
}

# hold I: has vfield-card get an address for machine I, and hold it.
hold() {
	bed_in "$1" ip addr flush dev eth0
	mkdir "$TMP/net$1"
	bed_start "$1" "$TMP/card$1.log" vfield-card --dir "$TMP/net$1" eth0
	wait_for 60 test -e "$TMP/net$1/eth0"
}

# tell I: tells the network programs of machine I as init does.
tell() {
	cat >"$TMP/tell" <<-END
		. "$TMP/net$1/eth0"
		mac=$(bed_in "$1" ip -o link show eth0 |
			sed 's/.*ether \([^ ]*\).*/\1/') name=node$1
		. "$TOP/initramfs/managers"
		tell_managers "$TMP/b$1/root" "$TMP/run$1"
	END
	busybox sh "$TMP/tell" || fail "machine $1: tell_managers: status $?"
}

# read_root I: reads over the connection on and on, until it breaks or the test
# ends.
cat >"$TMP/reader.py" <<'END'
import nbd, random, sys, time
h = nbd.NBD()
h.connect_tcp(sys.argv[1], "10809")
n = 0
while True:
    h.pread(4096, random.randrange(1000) * 4096)
    n += 1
    print("READ", n, flush=True)
    time.sleep(0.2)
END
read_root() {
	bed_start "$1" "$TMP/read$1.log" "$PYTHON" "$TMP/reader.py" \
		"$BED_NET.254"
}

reads() {
	grep -c READ "$TMP/read$1.log" || :
}

reads_more() {
	[ "$(reads "$1")" -ge "$2" ]
}

address_of() {
	sed -n "s/^net_address='\(.*\)'/\1/p" "$TMP/net$1/eth0"
}

# has I: whether the card has the address that it had first, and is up.
has() {
	bed_in "$1" ip -4 addr show dev eth0 up |
		grep -q "inet $(eval "echo \$HAD_$1")/24 "
}

# machine I MANAGER TOLD
machine() {
	name=$2 unit=$(unit_of "$2") words=
	mkdir -p "$TMP/run$1"
	box_layer "$1" "$TMP/image"
	configure "$name" "$TMP/b$1/root"
	bed_machine "$1"
	hold "$1"
	eval "HAD_$1=$(address_of "$1")"
	read_root "$1"
	[ "$3" = no ] || tell "$1"
	for other in $UNITS rootcheck systemd-networkd-wait-online; do
		[ "$other" = "$unit" ] || words="$words systemd.mask=$other.service"
	done
	BOX_SYS=sysfs BOX_RUN=$TMP/run$1 \
		box_script "$1" "systemd.wants=$unit.service $words" >"$TMP/start$1"
	bed_start "$1" "$TMP/box$1.log" sh "$TMP/start$1"
}

# runs I MANAGER: whether systemd says that the manager's unit runs.
runs() {
	# shellcheck disable=SC2016 # it is for the machine's own shell
	bed_in "$1" sh -c 'nsenter -t "$(pgrep -f "^/lib/systemd/systemd --log")" \
		-m -p -r -- systemctl -q is-active "$1"' sh "$(unit_of "$2")"
}

mkdir "$TMP/image"
mount -t squashfs -o loop,ro "$BOOT/managers.squashfs" "$TMP/image"
room_network 10
nbdkit -f -i "$BED_NET.254" pattern 64M >"$TMP/nbdkit.log" 2>&1 &
at_exit "kill $! 2>/dev/null"
n=0
for told in yes no; do
	for name in $MANAGERS; do
		n=$((n + 1))
		machine $n "$name" $told
		eval "NAME_$n=$name TOLD_$n=$told"
	done
done
for i in $(seq $n); do
	wait_for 300 runs "$i" "$(eval "echo \$NAME_$i")"
done

# passes SECONDS-OF-LEASES: waits until machine 1 has read so long.
passes() {
	wait_for 300 reads_more 1 $(($(reads 1) + $1 * 4))
}
end=$(($(date +%s) + ${MINUTES:-1} * 60)) times=0
while [ "$(date +%s)" -lt $end ]; do
	room_goes
	passes 15
	room_comes
	passes 12
	times=$((times + 1))
done

for i in $(seq $n); do
	name=$(eval "echo \$NAME_$i") told=$(eval "echo \$TOLD_$i")
	wait_for 60 reads_more "$i" $(($(reads "$i") + 5))
	wait_for 20 has "$i"
	note='leaves the card alone'
	[ "$(bed_in "$i" ip -4 -o addr show dev eth0 | wc -l)" -eq 1 ] ||
		note='takes the card, which keeps its address'
	! grep -q 'something has set the card down' "$TMP/card$i.log" ||
		note='takes the address, which is put back'
	[ $told = yes ] || note="not told: $note"
	cell 'Debian 12' namespaces "this machine's" "leases of 10 s, server away $times times" \
		"$name: $note"
	case $told:$note in
	yes:*alone) ;;
	yes:*) fail "$name was told, and $note" ;;
	esac
done
