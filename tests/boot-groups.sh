#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Hosts of a group boot the image that the site gives the group, the others the
# default one, each with its own kernel; `vfield node list' says which machine
# runs something else than it would boot.  A site that names an image which no
# node has is refused; a boot service that cannot read such an image says so, and
# its hosts boot the default one.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"
need mksquashfs unsquashfs jq
at_exit 'tail -n 15 "$TMP"/n*/boot.log'

SITE=$TMP/site
mkdir -p "$SITE" "$TMP/images"

# image NAME: makes the image NAME with a kernel, sets the variable NAME to its
# id, and copies its boot files to $TMP/images/ID.
image() {
	mkdir -p "$TMP/$1/boot/vfield"
	make_image "$TMP/$1/boot/vfield/vmlinuz" 300000
	make_image "$TMP/$1/boot/vfield/initrd" 500000
	cp "$TMP/images/undionly.kpxe" "$TMP/$1/boot/vfield/"
	mksquashfs "$TMP/$1" "$TMP/$1.squashfs" -quiet -no-progress
	vfield image create "$TMP/$1.squashfs" --name "$1" >/dev/null
	eval "$1=$(image_id "$TMP/$1.squashfs.vfm")"
	cp -r "$TMP/$1/boot/vfield" "$TMP/images/$(image_id \
		"$TMP/$1.squashfs.vfm")"
}

site() { # COMMAND [OPTION]...
	what=$1
	shift
	case $what in
	publish) set -- --key "$TMP/keys" --state "$TMP/state" "$@" ;;
	esac
	bed_vfield 1 site "$what" --site "$SITE" "$@" >"$TMP/out" 2>&1
}

# refused TEXT COMMAND [OPTION]...: fails unless the command fails and says TEXT
refused() {
	text=$1
	shift
	! site "$@" || fail "not refused: $*"
	grep -qF "$text" "$TMP/out" || fail "$*: $(cat "$TMP/out")"
}

# hosts TEXT: publishes a site with two hosts, and TEXT
hosts() {
	cat >"$SITE/hosts" <<END
[room]
hosts = pc[1-2]
[pc1]
mac = 52:54:00:99:00:01
address = $BED_NET.11
[pc2]
mac = 52:54:00:99:00:02
address = $BED_NET.12
$1
END
}

# script_of HOST: prints the boot script of HOST, whose address is one of
# machine 3's as long as that plays the hosts.
script_of() {
	who=3
	bed_in 3 ip addr show | grep -qF "$BED_NET.1${1#pc}/" || who=1${1#pc}
	bed_in $who curl -s -m 20 --interface "$BED_NET.1${1#pc}" \
		"http://$BED_NET.1:10811/boot.ipxe?mac=52:54:00:99:00:0${1#pc}"
}

# next_is HOST ID: returns 0 if HOST would boot the image ID, and its script
# names that image
next_is() {
	boot_is 1 ".machines[] | select(.name == \"$1\") | .next == \"$2\"" &&
		script_of "$1" | grep -q "vfield.image=$2 "
}

# all_boot: has both hosts boot, and fails unless each gets the files of the
# image that its script names.
all_boot() {
	bed_in 3 "$PYTHON" "$TOP/tests/boot_client.py" eth0 "$TMP/images" \
		--images --tftp '' --until kernel --count 2 >"$TMP/crowd" 2>&1 ||
		fail "$(cat "$TMP/crowd")"
}

# node_list TEXT: returns 0 if `vfield node list' has the line TEXT
node_list() {
	bed_vfield 1 node list >"$TMP/list" && grep -q "$1" "$TMP/list"
}

make_image "$TMP/images/undionly.kpxe" 70000
plain='' lab=''
image plain
image lab
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
bed_bridge
for i in 1 3; do
	bed_machine $i
done
for i in 11 12; do
	bed_in 3 ip addr add "$BED_NET.$i/24" dev eth0
done
bed_serve 1 --image "$TMP/plain.squashfs" --trust "$trust"
bed_wait_ready 1
bed_vfield 1 image default plain --key "$TMP/keys" >/dev/null

echo "# an image that no node has"
hosts '[cuda]
hosts = pc2
image = lab'
refused 'hosts:11: image = lab: no node has an image' check
refused 'hosts:11: image = lab: no node has an image' publish

echo "# one that a node has"
bed_vfield 1 image add "$TMP/lab.squashfs"
site check || fail "$(cat "$TMP/out")"
site publish || fail "$(cat "$TMP/out")"
site diff && [ ! -s "$TMP/out" ] || fail "it differs: $(cat "$TMP/out")"
FILES=
chmod 755 "$TMP"
range="--range $BED_NET.100-$BED_NET.119"
boot_serve 1 $range
boot_wait 1
wait_for 30 next_is pc2 "$lab"
next_is pc1 "$plain" || fail "pc1 has another image"
all_boot
bed_vfield 1 status >"$TMP/out"
grep -q '^pc2 .*, boots lab$' "$TMP/out" && ! grep -q '^pc1 .*boots' "$TMP/out" ||
	fail "$(cat "$TMP/out")"

echo "# machines that run one image and would boot another"
for i in 11 12; do
	bed_in 3 ip addr del "$BED_NET.$i/24" dev eth0
	bed_machine $i
	bed_join $i "$BED_NET.1" --trust "$trust" --image "$plain"
	bed_wait_ready $i
done
wait_for 20 node_list '^  1 of 2 machines run what they would boot now$'
grep -q "^  .* runs plain (.*), and will boot lab (.*)\$" "$TMP/list" ||
	fail "$(cat "$TMP/list")"
bed_vfield 1 node list --json | json_is '[.nodes[].next | select(.) |
	.name + (if .same then "=" else "#" end)] | sort == ["lab#", "plain="]' ||
	fail "$(bed_vfield 1 node list --json)"

echo "# the group has no image of its own any more"
hosts ''
site publish || fail "$(cat "$TMP/out")"
wait_for 20 next_is pc2 "$plain"
wait_for 20 node_list '^  2 of 2 machines run what they would boot now$'
# One that boots just now still gets the rest.
bed_in 3 curl -sf -m 30 -o "$TMP/got" \
	"http://$BED_NET.1:10811/$lab/vmlinuz" &&
	cmp "$TMP/got" "$TMP/images/$lab/vmlinuz" || fail "its kernel is gone"

echo "# an image whose last copy goes, and that comes back"
hosts "[cuda]
hosts = pc2
image = lab@$lab"
site publish || fail "$(cat "$TMP/out")"
wait_for 20 next_is pc2 "$lab"
bed_vfield 1 image remove lab --force
wait_for 60 next_is pc2 "$plain"
bed_vfield 1 status | grep "^ *not lab (.*), which the site gives hosts: no node has it$" ||
	fail "$(bed_vfield 1 status)"
bed_vfield 1 image add "$TMP/lab.squashfs"
wait_for 60 next_is pc2 "$lab"
bed_in 3 curl -sf -m 30 -o "$TMP/got" \
	"http://$BED_NET.1:10811/$lab/vmlinuz" &&
	cmp "$TMP/got" "$TMP/images/$lab/vmlinuz" || fail "no kernel"

echo "# an image that a new boot service cannot find"
boot_stop 1
bed_vfield 1 image remove lab --force
gone() {
	! bed_vfield 1 image list | grep -q lab
}
wait_for 30 gone
boot_serve 1 $range
boot_wait 1
script_of pc2 >"$TMP/got"
grep -q '^sleep 3$' "$TMP/got" && ! grep -q vfield.image "$TMP/got" ||
	fail "it is not told to wait: $(cat "$TMP/got")"
wait_for 60 next_is pc2 "$plain"
grep -q 'the site gives hosts lab (.*), but no node has it; they boot the default' \
	"$TMP/n1/boot.log" || fail "it does not say so"
bed_vfield 1 status | grep '^ *not lab (.*), which the site gives hosts: no node has it$' ||
	fail "$(bed_vfield 1 status)"
