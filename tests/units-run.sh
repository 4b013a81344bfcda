#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The units do their work under systemd, confined as they are, in a closed
# cluster: a node serves, another joins and holds the image, and the boot service
# gives a machine address, files and the cluster key; by a unit of its own, and
# by `boot = yes' in the node's.  Two machines have this machine's system, with a
# systemd of their own.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"
. "$TOP/tests/breadth/box.subr"
need systemctl systemd-sysusers
[ -x /lib/systemd/systemd ] || skip "systemd is not installed"
box_need_cgroups

make_image "$TMP/image" 3000000
sum=$(sum_file "$TMP/image")
boot_files
vfield key cluster --file "$TMP/key" 2>/dev/null
mac=52:54:00:99:00:01

# settings I: what the administrator of machine I has written
settings() {
	cat <<-END
		[serve]
		image = /srv/image
		[join]
		peer = $BED_NET.1
		[boot]
		files = /srv/files
		machines = /etc/vfield/machines
		admit = known
		range = $BED_NET.100-$BED_NET.130
	END
}

# root I: makes $TMP/bI/root, this machine's system with V-FIELD installed, and
# of other units only what systemd itself brings.
root() {
	root=$TMP/b$1/root
	box_layer "$1" /
	make -s -C "$TOP" BUILD="$BUILD" PREFIX=/usr DESTDIR="$root" install \
		>"$TMP/installed" 2>&1 || fail "$(cat "$TMP/installed")"
	rm -rf "$root/etc/systemd/system" "$root/etc/vfield" "$root/srv"
	mkdir -p "$root/etc/systemd/system" "$root/etc/vfield" "$root/srv/files"
	printf '%s\n' '[Unit]' 'Requires=basic.target' 'After=basic.target' \
		>"$root/etc/systemd/system/default.target"
	systemd-sysusers --root "$root" 2>"$TMP/said" || fail "$(cat "$TMP/said")"
	! grep 'vfield.conf:' "$TMP/said" || fail "a user is not made"
	echo "box$1" >"$root/etc/hostname"
	settings >"$root/etc/vfield/vfield.conf"
	install -m 400 "$TMP/key" "$root/etc/vfield/cluster.key"
	echo "$mac teacher $BED_NET.120" >"$root/etc/vfield/machines"
	cp "$FILES"/* "$root/srv/files"
	cp "$TMP/image" "$root/srv/image"
}

# in_box I COMMAND: runs it on machine I.
in_box() {
	pid=$(eval "echo \$SYSTEMD_$1")
	shift
	nsenter -t "$pid" -m -u -i -n -p -C -r -w -- "$@"
}

systemd_runs() { # I: its systemd takes commands; notes its process id
	pid=$(eval "echo \$BOX_$1")
	for _ in 1 2; do
		pid=$(cat "/proc/$pid/task/$pid/children")
		pid=${pid% }
		[ -n "$pid" ] || return 1
	done
	[ "$(cat "/proc/$pid/comm")" = systemd ] || return 1
	eval "SYSTEMD_$1=$pid"
	in_box "$1" systemctl is-active -q default.target
}

active() { # I UNIT
	in_box "$1" systemctl start "$2" || fail "$2: $(in_box "$1" \
		journalctl -q --no-pager -n 30 -u "$2"; tail -n 20 "$TMP/box$1.log")"
	in_box "$1" systemctl is-active -q "$2" || fail "$2 is not active"
}

# boots: a machine that is known boots, and gets all files and the key.
boots() {
	boot_crowd 3 1 --until kernel
	grep -q "^$mac $BED_NET.120 teacher " "$TMP/crowd" ||
		fail "another address: $(cat "$TMP/crowd")"
	bed_in 3 curl -sf -m 20 --interface "$BED_NET.120" -o "$TMP/got" \
		"http://$BED_NET.1:10811/key?mac=$mac" &&
		cmp "$TMP/got" "$TMP/key" || fail "no key"
}

bed_bridge
for i in 1 2; do
	root $i
	bed_machine $i
	box_script $i >"$TMP/start$i"
	bed_start $i "$TMP/box$i.log" sh "$TMP/start$i"
	eval "BOX_$i=$BED_PID"
done
bed_machine 3
for i in 1 2; do
	wait_for 60 systemd_runs $i
done

echo "# serve and join"
active 1 vfield-serve
active 2 vfield-join
complete() {
	in_box 2 vfield status --json | jq -e '.images[0] |
		.held == .nchunks' >/dev/null
}
wait_for 60 complete
[ "$(in_box 2 nbdcopy 'nbd+unix:///?socket=/run/vfield/router.sock' - |
	sha256sum)" = "$sum  -" ] || fail "machine 2 reads something else"
for i in 1 2; do
	for user in nbd:nbdkit member:vfield-member router:vfield-router; do
		name=${user#*:}
		users=$(in_box $i ps -C "$name" -o user:20= | sort -u)
		[ "$i $name" = "2 vfield-member" ] ||
			[ "$users" = "vfield-${user%%:*}" ] ||
			fail "$name runs as ${users:-nothing}"
	done
done

echo "# the boot service by its own unit"
active 1 vfield-boot
boots
in_box 1 systemctl stop vfield-boot

echo "# and by boot = yes"
printf '[serve]\nboot = yes\n' >>"$TMP/b1/root/etc/vfield/vfield.conf"
in_box 1 systemctl restart vfield-serve
offers() {
	in_box 1 jq -e '.role == "answering"' /run/vfield/boot/machines.json \
		>/dev/null
}
wait_for 60 offers
boots

echo "# all of them go in peace"
in_box 1 systemctl stop vfield-serve
in_box 2 systemctl stop vfield-join
for i in 1 2; do
	! in_box $i systemctl --quiet --no-legend --failed list-units 'vfield-*' |
		grep . || fail "a unit of machine $i has failed"
done
