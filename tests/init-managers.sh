#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# At boot, each program in the image that configures network cards is told, in
# its own settings and beside those that are there, to leave the root's card
# alone.  Telling it twice has the same effect as once.
. "$(dirname "$0")/lib.sh"
need busybox

root=$TMP/image run=$TMP/run
there() {
	for file; do
		mkdir -p "$root/$(dirname "$file")"
		cat >"$root/$file"
	done
}

# tell CARD: tells the network programs in $root of the card CARD, as init does,
# with only busybox's programs in PATH.
tell() {
	mkdir -p "$run"
	cat >"$TMP/tell" <<-END
		net_device=$1 mac=52:54:00:77:00:09 name=node09
		. "$TOP/initramfs/managers"
		tell_managers "$root" "$run" || exit
		tell_hosts "$root"
	END
	busybox env -i PATH="$TMP/applets" busybox sh "$TMP/tell" ||
		fail "status $?"
}

# says FILE TEXT: fails the test unless FILE has the line TEXT exactly once.
says() {
	[ "$(grep -cxF "$2" "$1")" = 1 ] || fail "$1: $(cat "$1")"
}

mkdir "$TMP/applets"
busybox --install -s "$TMP/applets"

echo "# an image that has none of them"
there etc/hostname </dev/null
tell eth0
says "$run/systemd/network/0-vfield.network" 'MACAddress=52:54:00:77:00:09'
says "$run/systemd/network/0-vfield.network" 'Unmanaged=yes'
says "$run/NetworkManager/conf.d/05-vfield.conf" \
	'unmanaged-devices+=mac:52:54:00:77:00:09'
says "$run/NetworkManager/conf.d/05-vfield.conf" 'managed=0'
[ "$(cd "$root" && find . -type f | sort | paste -sd' ')" = \
	'./etc/hostname ./etc/hosts' ] || fail "files too many"
[ ! -e "$run/udev" ] || fail "the card keeps its name for nobody"
rm -rf "$root" "$run"

echo "# one that has all"
there usr/sbin/connmand sbin/dhcpcd sbin/ifup usr/sbin/wicked </dev/null
there etc/network/interfaces etc/cloud/cloud.cfg </dev/null
there etc/connman/main.conf <<-'END'
	[General]
	SingleConnectedTechnology=true
END
there etc/dhcpcd.conf <<-'END'
	hostname
	interface eth1
	static ip_address=192.0.2.1/24
END
there etc/sysconfig/network-scripts/ifcfg-office <<-'END'
	HWADDR="52:54:00:77:00:09"
	ONBOOT=yes
END
there etc/hosts <<-'END'
	127.0.0.1 localhost
	127.0.1.1	other
END
tell eth0
tell eth0
says "$run/udev/rules.d/05-vfield.rules" \
	'SUBSYSTEM=="net", ACTION=="add", DRIVERS=="?*", ATTR{address}=="52:54:00:77:00:09", NAME="eth0"'
says "$root/etc/connman/main.conf" '[General]'
says "$root/etc/connman/main.conf" 'SingleConnectedTechnology=true'
says "$root/etc/connman/main.conf" \
	'NetworkInterfaceBlacklist=vmnet,vboxnet,virbr,ifb,ve-,vb-,ham,veth,eth0'
[ "$(head -n 1 "$root/etc/dhcpcd.conf")" = 'denyinterfaces eth0' ] ||
	fail "dhcpcd: $(cat "$root/etc/dhcpcd.conf")"
[ "$(wc -l <"$root/etc/dhcpcd.conf")" = 4 ] || fail "dhcpcd: another length"
says "$run/network/ifstate" 'eth0=eth0'
says "$run/ifstate" 'eth0=eth0'
says "$run/systemd/system/networking.service.d/vfield.conf" \
	'Environment="EXCLUDE_INTERFACES=eth0"'
says "$root/etc/sysconfig/network/ifcfg-eth0" "STARTMODE='off'"
says "$root/etc/sysconfig/network-scripts/ifcfg-eth0" 'ONBOOT=no'
says "$root/etc/sysconfig/network-scripts/ifcfg-office" 'ONBOOT=no'
says "$root/etc/cloud/cloud.cfg.d/99-vfield.cfg" 'network: {config: disabled}'
says "$root/etc/hosts" '127.0.1.1	node09'
! grep -q other "$root/etc/hosts" || fail "hosts: an old name"

echo "# settings that are there, and a VLAN"
there etc/connman/main.conf <<-'END'
	[General]
	NetworkInterfaceBlacklist=wlan
END
tell eth0.7
says "$root/etc/connman/main.conf" \
	'NetworkInterfaceBlacklist=wlan,eth0.7,eth0'
says "$root/etc/dhcpcd.conf" 'denyinterfaces eth0.7 eth0'
says "$run/network/ifstate" 'eth0=eth0'
says "$run/network/ifstate" 'eth0.7=eth0.7'
grep -q 'NAME="eth0"' "$run/udev/rules.d/05-vfield.rules" ||
	fail "the VLAN's card has another name"

echo "# links lead nowhere"
echo untouched >"$TMP/outside"
for file in etc/dhcpcd.conf etc/hosts etc/connman/main.conf; do
	ln -sf "$TMP/outside" "$root/$file"
done
tell eth0
says "$TMP/outside" untouched
