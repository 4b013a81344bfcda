#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Three machines trust a key.  A fourth machine has a root user without the key,
# and a stranger connects by TCP.  On all three machines only an image that the
# key has signed becomes the default, and words that were refused are counted
# and named; so it is also after all were switched off and on.  Then another key
# replaces the first.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/testbed.sh"
need corosync jq python3

make_image "$TMP/base" 400000
make_image "$TMP/good" 600000
make_image "$TMP/evil" 700000
for name in base good evil; do
	vfield image create "$TMP/$name" >/dev/null
done
base=$(image_id "$TMP/base.vfm") good=$(image_id "$TMP/good.vfm")
evil=$(image_id "$TMP/evil.vfm")
trust=$(vfield key new --dir "$TMP/keys" 2>"$TMP/said")
grep -q "$TMP/keys/key: keep a copy" "$TMP/said" || fail "$(cat "$TMP/said")"
[ "$(vfield key show --dir "$TMP/keys")" = "$trust" ] || fail "another key"
[ "$(stat -c %a "$TMP/keys/key")" = 600 ] || fail "others can read the key"
! vfield key new --dir "$TMP/keys" 2>"$TMP/said" || fail "a key was lost"
grep -q 'key rotate' "$TMP/said" || fail "$(cat "$TMP/said")"
vfield key new --dir "$TMP/other" >/dev/null 2>&1

bed_bridge
for i in 1 2 3 4; do
	bed_machine $i 400mbit
done
bed_corosync 1 2 3

# serve_all: starts the nodes of the three machines, each with a store on disk.
serve_all() {
	bed_serve 1 --image "$TMP/base" --trust "$TMP/keys/key.pub" \
		--store-dir "$TMP/s1"
	bed_wait_ready 1
	for i in 2 3; do
		bed_join $i "$(bed_addr 1)" --trust "$trust" --store-dir "$TMP/s$i"
		bed_wait_ready $i
	done
}

# default_is ID MACHINE...: returns 0 if the image ID is the default on each of
# these machines.
default_is() {
	want=$1
	shift
	for i; do
		[ "$(bed_vfield "$i" image default)" = "$want" ] || return 1
	done
}

echo "# who has heard no signed word takes nobody's image"
bed_serve 1 --image "$TMP/base" --trust "$trust" --store-dir "$TMP/s1"
bed_wait_ready 1
bed_join 2 "$(bed_addr 1)" --trust "$trust" --store-dir "$TMP/s2"
bed_join 3 "$(bed_addr 1)" --image "$base" --trust "$trust" \
	--store-dir "$TMP/s3"
bed_wait_ready 3 # an id is no other image's
wait_for 30 grep -q 'not taken: this node trusts a key, and has heard no' \
	"$TMP/n2/log"
bed_status_is 2 '.images == []' || fail "an image that no key has signed came"
bed_vfield 1 image default base --key "$TMP/keys" >/dev/null
bed_wait_ready 2

bed_join 4 "$(bed_addr 1)" # without a trusted key
bed_wait_ready 4
for i in 1 2 3 4; do
	wait_for 30 bed_status_is $i '.membership.nodes == 4'
done
bed_vfield 1 status | grep -q "^trust    only what the key $(echo "$trust" |
	cut -c 1-12) has signed" || fail "status does not name the key"
bed_vfield 4 status | grep -q '^trust    open: whoever' ||
	fail "status does not say that the node is open"

echo "# who has no key changes nothing"
for name in good evil; do
	bed_vfield 4 image add "$TMP/$name" >/dev/null
done
# known ID: returns 0 if machine 1 knows a node that has the image ID.
known() {
	bed_vfield 1 node list --json | json_is \
		'[.nodes[].images[] | select(.id == $id)] != []' --arg id "$1"
}
wait_for 20 known "$good"
wait_for 20 known "$evil"
bed_vfield 4 image default evil >/dev/null
for i in 1 2 3; do
	! bed_vfield $i image default evil --key "$TMP/other" 2>"$TMP/said" ||
		fail "machine $i took another key's word"
	grep -q 'the key that is trusted has not signed it' "$TMP/said" ||
		fail "$(cat "$TMP/said")"
done
# stranger ADDRESS ID: connects to the member at ADDRESS, announces a node with
# the image ID as its default, and then sends a word that no key has signed.
stranger() {
	bed_in 4 python3 - "$1" "$2" <<-'END'
		import socket, struct, sys
		hello = struct.pack(">IBIB", 5, 1, 2, 0)
		body = struct.pack(">H16sB1s", 9, b"stranger" * 2, 1, b"x")
		body += bytes(10) + b"\xff\xff" + bytes([10, 77, 0, 4])
		body += struct.pack(">HHBQIQQ", 10809, 0, 2, 1, 0, 0, 1 << 40)
		body += bytes.fromhex(sys.argv[2]) + b"\0"
		node = struct.pack(">IB", len(body), 2) + body
		word = b"\1\7default" + struct.pack(">QQQ", 1 << 40, 0, 0)
		word += bytes.fromhex(sys.argv[2]) + bytes(4 + 32 + 64)
		for frame in (node, node + struct.pack(">IB", len(word), 10) + word):
		    s = socket.create_connection((sys.argv[1], 10810))
		    s.settimeout(1)
		    s.sendall(hello + frame)
		    try:
		        while s.recv(65536):
		            pass
		    except OSError:
		        pass
	END
}
for i in 1 2 3; do
	stranger "$(bed_addr $i)" "$evil"
done
for i in 1 2 3; do
	default_is "$base" $i || fail "machine $i has another default"
	grep -q 'its word on the default image .* not taken: no key' "$TMP/n$i/log" ||
		fail "the log of $i does not say what was not taken"
	bed_status_is $i '.authority.refused == 1 and
		(.authority.last_refused | test("router.ctl: the key"))' ||
		fail "the status of $i does not count it"
done

echo "# the key's word counts, on all, also where it is not trusted yet"
[ "$(bed_vfield 2 image default good --key "$TMP/keys")" = "$good" ] ||
	fail "it does not say what it has chosen"
wait_for 20 default_is "$good" 1 2 3
bed_vfield 1 image default base --key "$TMP/keys/key" --print >"$TMP/word"
default_is "$good" 1 || fail "--print told a node"
bed_vfield 3 image default --signed <"$TMP/word"
wait_for 20 default_is "$base" 1 2 3
bed_vfield 1 image default good --key - <"$TMP/keys/key" >/dev/null
wait_for 20 default_is "$good" 1 2 3
# An old word that is sent again does not count.
bed_vfield 3 image default --signed <"$TMP/word"
default_is "$good" 1 2 3 || fail "an old word counts"

echo "# all off and on again"
for i in 1 2 3; do
	bed_in $i sh -c 'kill -KILL $(pidof vfield vfield-router vfield-member nbdkit)
		rm -rf /run/vfield'
	: >"$TMP/n$i/ready"
done
serve_all
wait_for 20 default_is "$good" 1 2 3

echo "# another key takes its place"
next=$(bed_vfield 2 key rotate --dir "$TMP/keys" 2>>"$TMP/said")
[ "$next" != "$trust" ] || fail "it is the same key"
rotated() {
	for i in 1 2 3; do
		bed_vfield $i status --json | json_is \
			'[.authority.words[] | select(.subject == "key" and
				.id == $id)] != []' --arg id "$next" || return 1
	done
}
wait_for 20 rotated
! bed_vfield 1 image default base --key "$TMP/keys/key.old" 2>"$TMP/said" ||
	fail "the old key's word counts"
grep -q 'another key has taken the place' "$TMP/said" || fail "$(cat "$TMP/said")"
wait_for 20 known "$base"
bed_vfield 1 image default base --key "$TMP/keys" >/dev/null
wait_for 20 default_is "$base" 1 2 3

echo "# a restricted key says what it may"
bed_vfield 1 key delegate repair,jobs --dir "$TMP/keys" --to "$TMP/few" >/dev/null
! bed_vfield 1 image default good --key "$TMP/few" 2>"$TMP/said" ||
	fail "the restricted key says which image is the default"
grep -q 'may not say it' "$TMP/said" || fail "$(cat "$TMP/said")"
