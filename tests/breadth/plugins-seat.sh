#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A machine of a room is a seat: it shows a greeter on its screen, whether that is
# QEMU's std or its virtio VGA, and both show the same.  Who types a name and a
# password on the keyboard that the site says has a session, in the language that
# the site says.  The same host without a screen starts neither X nor the greeter.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
. "$TOP/tests/breadth/room.subr"
room_need
LIGHTDM=/var/log/lightdm/lightdm.log
ROOM_CORES=$(bed_addr 1) ROOM_STORE=32M # one machine is not many

box_keys
# On a German keyboard y and z have changed places.
hash=$(openssl passwd -6 zyvfield)
printf '%s\n' 'root:!' "ann:$hash:2000:2000:Ann:/home/ann:/bin/sh" \
	>"$SITE/secret/users"
cat >"$SITE/hosts" <<END
[seat]
address = $(bed_addr 101)
mac = $(boot_mac 1)
plugins = names, ssh, users, seat, desk
seat.keyboard = de
seat.locale = de_DE.UTF-8
END
# What a session begins with.
desk=$SITE/plugins/desk/root/etc/xdg/openbox
mkdir -p "$desk"
echo 'description = a colour' >"$SITE/plugins/desk/plugin"
cat >"$desk/autostart" <<'END'
{ id -un && echo "$LANG" && setxkbmap -query; } >/tmp/session 2>&1
xsetroot -solid '#2468ac'
END
room_key

screen() {
	"$PYTHON" "$TOP/tests/breadth/screen.py" "$@"
}

# is_still FILE: dumps the screen to FILE; whether it shows what FILE has shown
# before, with a dialog, which is white.
is_still() {
	mv "$1" "$1.was" 2>/dev/null || :
	screen dump "$TMP/qmp" "$1"
	[ -e "$1.was" ] || return 1
	differ=$(screen differ "$1.was" "$1") white=$(screen share "$1" ffffff)
	[ "${differ%.*}" -eq 0 ] && [ "${white%.*}" -ge 3 ]
}

# shows FILE COLOUR: dumps the screen to FILE; whether most of it is of the colour.
shows() {
	screen dump "$TMP/qmp" "$1"
	share=$(screen share "$1" "$2")
	[ "${share%.*}" -ge 80 ]
}

# asks: whether the greeter was told to ask for the account's password; it asks for
# a name before.
asks() {
	on 101 "sed -n '/authentication for ann/,\$p' $LIGHTDM" |
		grep -q 'Prompt greeter'
}

# seat_on CARD...: switches the machine on.
seat_on() {
	room_on 1 "$TMP/stick,readonly=on" -qmp "unix:$TMP/qmp,server=on,wait=off" "$@"
	room_starts 1 seat
}

# greets CARD: waits for the greeter on the screen, and keeps what it shows.
greets() {
	boot_until 1 "there is no greeter" on 101 pidof lightdm-gtk-greeter
	boot_until 1 "the greeter is not drawn" is_still "$TMP/$1.ppm"
	cp "$TMP/$1.ppm" "$BUILD/tests/log/seat-$1.ppm"
}

boot_network
room_first
mkdir -p "$BUILD/tests/log"

for card in std:VGA virtio:virtio-vga; do
	echo "# ${card%:*}"
	seat_on -device "${card#*:},xres=1280,yres=800"
	greets "${card%:*}"
	rm -f "$TMP/asks.ppm"
	screen type "$TMP/qmp" a n n ret
	boot_until 1 "nobody asks for a password" asks
	boot_until 1 "the password's place is not drawn" is_still "$TMP/asks.ppm"
	screen type "$TMP/qmp" y z v f i e l d ret
	boot_until 1 "there is no session" shows "$TMP/session.ppm" 2468ac
	cp "$TMP/session.ppm" "$BUILD/tests/log/seat-${card%:*}-session.ppm"
	on 101 cat /tmp/session | tr -s ' ' >"$TMP/session"
	for line in ann de_DE.UTF-8 'layout: de'; do
		grep -qxF "$line" "$TMP/session" ||
			fail "the session: $(cat "$TMP/session")"
	done
	boot_off 1
done
differ=$(screen differ "$TMP/std.ppm" "$TMP/virtio.ppm")
[ "${differ%.*}" -eq 0 ] || fail "the greeters differ by $differ %"

echo "# no screen"
seat_on
on 101 '! pidof lightdm Xorg && [ ! -e /etc/systemd/system/display-manager.service ]' ||
	fail "a greeter without a screen"
cell 'Debian 12' 'from a node' 'Debian 12' 'std, virtio, no VGA' 'plugin seat'
