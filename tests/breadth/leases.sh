#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Three machines have DHCP leases of 10 s, and the DHCP server goes and comes
# back again and again: no root is lost, and each machine keeps its address.
# MINUTES (2) says for how long.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
boot_need

boot_busybox_root "$TMP/root"
cat >"$TMP/root/sbin/init" <<'END'
#!/bin/sh
export PATH=/bin
n=0
while :; do
	echo 3 >/proc/sys/vm/drop_caches
	sum=$(sha256sum /data) || echo ROOT-DIED
	n=$((n + 1))
	echo "ROOT-LIVES $n ${sum%% *} $(ip -o -4 addr show scope global |
		awk '{ print $2 "=" $4 }')"
	sleep 1
done
END
boot_busybox_image 24000000
room_network 10
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs"
bed_wait_ready 1
for guest in 1 2 3; do
	BOOT_MEMORY=256 boot_kernel $guest \
		"vfield.peer=$(bed_addr 1) vfield.store=12M"
done
for guest in 1 2 3; do
	lives $guest 1
	eval "had_$guest=$(grep -a -o 'eth0=[0-9./]*' \
		"$TMP/guest$guest.serial" | head -n 1)"
done
end=$(($(date +%s) + ${MINUTES:-2} * 60)) times=0
while [ "$(date +%s)" -lt $end ]; do
	room_goes
	lives 1 20 # for longer than a lease
	room_comes
	lives 2 10
	times=$((times + 1))
done
for guest in 1 2 3; do
	lives $guest 1
	all=$(boot_count $guest "ROOT-LIVES [0-9]* $sum ")
	had=$(eval "echo \$had_$guest")
	[ "$all" -eq "$(boot_count $guest 'ROOT-LIVES')" ] ||
		fail "guest $guest: other bytes"
	[ "$all" -eq "$(boot_count $guest "ROOT-LIVES .* $had")" ] ||
		fail "guest $guest has not always had $had"
done
cell busybox 'kernel by QEMU' '6.1, .ko' '3 machines, 256 MB' \
	"leases of 10 s, the server away $times times in ${MINUTES:-2} min"
