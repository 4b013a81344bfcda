#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Three machines that boot one image from a first one are three hosts of a site:
# alpha serves home directories from its marked disk, beta and gamma compute.
# What an account writes on one is there on the others; a change of the
# administrator's reaches all of them while they run.  Then the first machine is
# switched off for good: programs of MPI run on all three, and alpha restarts in
# the middle of a write, which waits and goes on.  After all were off and on each
# is who it was.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/breadth/breadth.subr"
. "$TOP/tests/breadth/room.subr"
room_need
need mkfs.ext4
BOOT_AGAIN=1
HOSTS='alpha beta gamma'

box_keys
cat >"$SITE/hosts" <<END
[room]
hosts = alpha, beta, gamma
plugins = names, ssh, users, nfs, mpi, motd
names.domain = lab.example
nfs.server = alpha
mpi.network = $BED_NET.0/24
motd.text = hello
END
i=100
for host in $HOSTS; do
	i=$((i + 1))
	printf '[%s]\naddress = %s\nmac = %s\n' $host "$(bed_addr $i)" \
		"$(boot_mac $((i - 100)))" >>"$SITE/hosts"
done
mkdir -p "$SITE/plugins/motd/root/etc"
printf '[settings]\ntext = none\n' >"$SITE/plugins/motd/plugin"
echo '@text@ from @host.name@' >"$SITE/plugins/motd/root/etc/motd.in"

# The disk of alpha, and a stick for the others.
room_key
home=$TMP/files/home/ann
mkdir -p "$home/.ssh"
: >"$TMP/files/vfield-share"
: >"$TMP/files/vfield-data"
cp "$TMP/key" "$TMP/files/vfield-key"
cp "$TMP/ann" "$home/.ssh/id_ed25519"
cp "$TMP/ann.pub" "$home/.ssh/authorized_keys"
chmod -R go= "$home" "$TMP/files/vfield-key"
chown -R 2000:2000 "$home"
truncate -s 512M "$TMP/disk"
mkfs.ext4 -q -d "$TMP/files" "$TMP/disk"

# all_on: switches the guests on, one after another, and waits until each has
# started and takes logins.
all_on() {
	disk=$TMP/disk,cache=unsafe guest=0
	for host in $HOSTS; do
		guest=$((guest + 1))
		room_on $guest "$disk"
		room_starts $guest "$host"
		disk=$TMP/stick,readonly=on
	done
}

# identity GUEST: prints its name, machine-id, address and host key.
identity() {
	on $((100 + $1)) 'hostname -f; cat /etc/machine-id
		ip -4 -o addr show scope global | tr -s " " | cut -d " " -f 4
		cut -d " " -f 2 /etc/ssh/ssh_host_ed25519_key.pub' |
		paste -sd ' '
}

identities() {
	for guest in 1 2 3; do
		identity $guest
	done
}

# has_motd GUEST TEXT
has_motd() {
	on $((100 + $1)) grep -q "'^$2 from'" /etc/motd
}

boot_network
room_first
all_on

echo "# three machines"
identities >"$TMP/first"
cat "$TMP/first"
[ "$(cut -d ' ' -f 1,3 "$TMP/first" | paste -sd ' ')" = "alpha.lab.example \
$(bed_addr 101)/24 beta.lab.example $(bed_addr 102)/24 gamma.lab.example \
$(bed_addr 103)/24" ] || fail "names and addresses"
for field in 2 4; do
	[ "$(cut -d ' ' -f $field "$TMP/first" | sort -u | wc -l)" -eq 3 ] ||
		fail "two have one machine-id or host key"
done

echo "# a change of the administrator's"
sed -i 's/^motd.text = .*/motd.text = again/' "$SITE/hosts"
room_publish
began=$(date +%s)
for guest in 1 2 3; do
	boot_until $guest "it has the old site" has_motd $guest again
done
echo "all have it within $(($(date +%s) - began)) s"

echo "# the first machine is switched off"
boot_until 3 "one machine has a chunk alone" bed_status_is 1 \
	'[.images[] | select(.name == "room" and .copies.least >= 2)] != []'
boot_until 3 "there are no three core nodes" bed_status_is 1 \
	'.membership.cores == 3'
bed_power_cut 1

echo "# homes"
as_ann 102 'echo "a word of beta" >word'
boot_type 3 ann
boot_says 3 'Password:'
boot_type 3 vfield
boot_says 3 'again from gamma'
boot_type 3 'cat word'
boot_says 3 'a word of beta'
boot_type 3 'exit'

echo "# mpi"
as_ann 102 mpirun -n 3 ring >"$TMP/ring" 2>"$TMP/said" || fail "$(cat "$TMP/said")"
grep -qx 'SUM 3 of 3' "$TMP/ring" || fail "$(cat "$TMP/ring")"
[ "$(sed -n 's/^RANK . on //p' "$TMP/ring" | sort | paste -sd ' ')" = "$HOSTS" ] ||
	fail "$(cat "$TMP/ring")"

echo "# alpha restarts in the middle of a write"
as_ann 102 'while [ ! -e /tmp/stop ]; do
		head -c 65536 /dev/urandom
		sleep 0.2
	done | tee /tmp/data | dd of=big bs=64k iflag=fullblock oflag=sync' \
	2>"$TMP/said" &
writer=$!
# written BYTES: whether the disk has more than that.
written() {
	size=$(on 101 stat -c %s /srv/share/home/ann/big 2>/dev/null) &&
		[ "${size:-0}" -gt "$1" ]
}
boot_until 1 "nothing is written" written 500000
on 101 systemctl reboot || :
room_starts 1 alpha
boot_until 1 "the write does not go on" written \
	"$(on 102 stat -c %s /tmp/data)"
on 102 touch /tmp/stop
wait $writer || fail "the writer: $(cat "$TMP/said")"
sum=$(on 102 'sha256sum </tmp/data')
[ "$(as_ann 103 'sha256sum <big')" = "$sum" ] || fail "another file: $sum"
[ "$(identity 1)" = "$(sed -n 1p "$TMP/first")" ] ||
	fail "alpha has changed: $(identity 1)"

echo "# all off, and on"
for guest in 1 2 3; do
	boot_off $guest
done
room_first
all_on
identities >"$TMP/second"
# Where no disk is marked for it host keys are new.
[ "$(cut -d ' ' -f 1-3 "$TMP/second")" = "$(cut -d ' ' -f 1-3 "$TMP/first")" ] &&
	[ "$(sed -n 1p "$TMP/second")" = "$(sed -n 1p "$TMP/first")" ] ||
	fail "they have changed: $(cat "$TMP/second")"
[ "$(as_ann 103 'sha256sum <big')" = "$sum" ] || fail "another file: $sum"
cell 'Debian 12' 'from a node' 'Debian 12' '3 machines' \
	"plugins names, ssh, users, nfs, mpi; the first machine off"
