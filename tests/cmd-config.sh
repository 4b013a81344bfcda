#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The command line beats the file, which beats the defaults.  -n prints the
# settings that are in force, in a form that can be read again.  The node's
# processes get these settings as arguments.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/cmd.subr"

# has FILE LINE: fails the test unless FILE has LINE.
has() {
	grep -qx -e "$2" "$1" || fail "no '$2' in: $(cat "$1")"
}

make_image "$TMP/image" 1000
cat >"$TMP/conf" <<END
# for all commands
run-dir = $TMP/n1
listen = 127.0.0.1
copies = 2

[serve]
image = $TMP/image
name = seed
copies = 4
window = 99

[join]
peer = 127.0.0.8
peer = 127.0.0.9:1234
image = debian
store = 64M
store-dir = $TMP/store
io-timeout = 7
direct = yes
END

vfield serve --config "$TMP/conf" -n >"$TMP/out"
for line in '\[serve\]' "image = $TMP/image" 'name = seed' 'copies = 4' \
	'window = 99' 'listen = 127.0.0.1' 'store = all' 'direct = no' \
	'membership = auto' 'member-port = 10810' "run-dir = $TMP/n1"; do
	has "$TMP/out" "$line"
done
vfield serve --config "$TMP/out" -n >"$TMP/again"
cmp "$TMP/out" "$TMP/again" || fail "it does not read what it printed"
vfield serve --config "$TMP/conf" -n --copies 5 --image other >"$TMP/out"
has "$TMP/out" 'copies = 5'
has "$TMP/out" 'image = other'
! grep -q "image = $TMP" "$TMP/out" || fail "the file's images are there too"
[ ! -e "$TMP/n1" ] || fail "-n did something"

echo 'colour = blue' >>"$TMP/conf"
refused 2 'conf:20: \[join\] has no setting colour' \
	vfield join --config "$TMP/conf"
refused 2 'it has image peer name listen' vfield join --config "$TMP/conf"
refused 2 'conf:20: \[join\] has no setting colour' \
	vfield status --config "$TMP/conf"
refused 2 'conf2: No such file' vfield serve --config "$TMP/conf2"
sed -i /colour/d "$TMP/conf"
{ echo 'listn = 127.0.0.1' && cat "$TMP/conf"; } >"$TMP/conf3"
refused 2 'conf3:1: no command has a setting listn; vfield serve has image ' \
	vfield serve --config "$TMP/conf3"
{ cat "$TMP/conf" && printf '[sreve]\nname = x\n'; } >"$TMP/conf3"
refused 2 'conf3:21: no command has a section \[sreve\]; there are \[serve\]' \
	vfield serve --config "$TMP/conf3"

# A message that rejects a setting lists the settings of the section's command:
# the list must be the same whichever command reads the file.
cp "$BUILD/bin/vfield-boot" "$FAKE/bin/"
its_settings() {
	"$@" --config "$TMP/conf3" 2>&1 | sed -n 's/.*; it has //p' |
		tr ' ' '\n' | sed '/^$/d' | sort
}
for command in serve join agent status map 'node list' 'image add' 'image default' \
	fetch copy boot install repair; do
	printf '[%s]\nno such = 1\n' "${command%% *}" >"$TMP/conf3"
	other=status
	[ "$command" != status ] || other=map
	# shellcheck disable=SC2086 # split on purpose
	its_settings vfield $command >"$TMP/own"
	[ -s "$TMP/own" ] || fail "vfield $command takes what it does not know"
	its_settings vfield $other | cmp - "$TMP/own" ||
		fail "lib/config_names.c does not say what vfield $command has:" \
			"$(cat "$TMP/own")"
done

# `vfield serve' starts its processes with the settings of the file.
vfield serve --config "$TMP/conf" >"$TMP/ready" 2>"$TMP/serve.log" &
wait_for 10 test -s "$TMP/ready"
kill $!
wait $! || fail "status $?"
for words in "--image $TMP/image --manifest $TMP/image.vfm" '--copies=4' \
	'--window=99' '--name seed' '--advertise 127.0.0.1:10809' \
	'--member-socket --member-port=10810' \
	'--store-dir /dev/shm/vfield-[0-9a-f]* --store=[0-9]*'; do
	fake_args vfield-router | grep -q -e "$words " ||
		fail "no $words: $(fake_args vfield-router)"
done
fake_args nbdkit | grep -q -e "-p 10809 -i 127.0.0.1 .*plugin.so store=/dev/\
shm/vfield-[0-9a-f]* router=$TMP/n1/plugin.sock" || fail "$(fake_args nbdkit)"
fake_args vfield-member | grep -q -e '--listen 127.0.0.1:10810 --corosync no' ||
	fail "$(fake_args vfield-member)"

# If --store is less than a node needs, a message says so.
rm "$TMP/ready"
vfield serve --config "$TMP/conf" --store 0 >"$TMP/ready" 2>"$TMP/serve.log" &
wait_for 10 test -s "$TMP/ready"
kill $!
wait $! || fail "status $?"
grep -q 'store .*: 0 B wanted, which is less than the 8 MiB that a node needs' \
	"$TMP/serve.log" || fail "$(cat "$TMP/serve.log")"
grep -q 'up to 8 MiB' "$TMP/ready" "$TMP/serve.log" || fail "$(cat "$TMP/ready")"
fake_args vfield-router | grep -q -e '--store=8388608 ' ||
	fail "$(fake_args vfield-router)"

# If the store's file system has less room than a node needs, a message says so.
mkdir "$TMP/little"
mount -t tmpfs -o size=64k tmpfs "$TMP/little"
at_exit 'umount "$TMP/little"'
rm "$TMP/ready"
vfield serve --config "$TMP/conf" --store-dir "$TMP/little" \
	>"$TMP/ready" 2>"$TMP/serve.log" &
wait_for 10 test -s "$TMP/ready"
kill $!
wait $! || fail "status $?"
grep -q 'little: room for .* only, and a node needs 8 MiB' "$TMP/serve.log" ||
	fail "$(cat "$TMP/serve.log")"

# `vfield join' starts its processes with the settings of the file; without
# corosync it starts no member.
rm "$FAKE"/*.args "$TMP/ready"
vfield join --config "$TMP/conf" >"$TMP/ready" 2>"$TMP/join.log" &
wait_for 10 test -s "$TMP/ready"
kill $!
wait $! || fail "status $?"
for words in '--peer 127.0.0.8 --peer 127.0.0.9:1234' '--want debian' \
	'--store=67108864' "--store-dir $TMP/store" '--copies=2' '--direct' \
	'--io-timeout=7'; do
	fake_args vfield-router | grep -q -e "$words " ||
		fail "no $words: $(fake_args vfield-router)"
done
[ ! -e "$FAKE/vfield-member.args" ] || fail "a satellite runs a member"
[ -d "$TMP/store" ] || fail "a store on disk was removed"
grep -q "store up to 64 MiB in $TMP/store" "$TMP/ready" || cat "$TMP/ready"

vfield key cluster --file "$TMP/keys" 2>/dev/null
# Peers on the command line replace those of the file.
rm "$TMP/ready"
vfield join 127.0.0.5 --config "$TMP/conf" --cluster-key "$TMP/keys" \
	--member 127.0.0.6 --advertise 192.0.2.7 \
	>"$TMP/ready" 2>"$TMP/join.log" &
wait_for 10 test -s "$TMP/ready"
kill $!
wait $! || fail "status $?"
for words in '--peer 127.0.0.5' '--member 127.0.0.6' \
	'--advertise 192.0.2.7:10809'; do
	fake_args vfield-router | grep -q -e "$words " ||
		fail "no $words: $(fake_args vfield-router)"
done
! fake_args vfield-router | grep -q 127.0.0.8 || fail "the file's peers"
fake_args nbdkit | grep -q -e "--tls=require --tls-psk=.*/nbd.psk" ||
	fail "$(fake_args nbdkit)"
fake_args vfield-router | grep -q -e '--psk=.*/nbd.psk --member-psk=.*/member.psk' ||
	fail "$(fake_args vfield-router)"

# If corosync is configured, a node that joins becomes a core node.  A ring of
# loopback addresses alone, as in the configuration of Debian's package, does
# not count.
[ -d /etc/corosync ] || skip "corosync is not installed"
for addr in 127.0.0.1 192.0.2.1; do
	rm -f "$TMP/ready" "$FAKE"/*.args
	printf 'nodelist {\n\tnode {\n\t\tring0_addr: %s\n\t}\n}\n' $addr \
		>/etc/corosync/corosync.conf
	vfield join 127.0.0.5 --listen 127.0.0.1 --run-dir "$TMP/n1" \
		>"$TMP/ready" 2>"$TMP/join.log" &
	wait_for 10 test -s "$TMP/ready"
	kill $!
	wait $! || fail "status $?"
	if [ $addr = 127.0.0.1 ]; then
		[ ! -e "$FAKE/vfield-member.args" ] || fail "it runs a member"
	else
		fake_args vfield-member | grep -q -e '--corosync yes' ||
			fail "it runs no member of the group"
	fi
done
