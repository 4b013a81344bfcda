#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield boot --admit gives the cluster key to machines that are admitted, once a
# boot and while they boot, and to nobody else; the log says each time to whom.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"

boot_files
mac1=52:54:00:99:00:01 mac2=52:54:00:99:00:02
echo "$mac1 teacher $BED_NET.120" >"$TMP/machines"
vfield key cluster --file "$TMP/key" 2>/dev/null
admitted=$TMP/admitted

# asks N [MAC]: machine N, which has booted, asks for the key; its answer goes to
# $TMP/got.
asks() {
	bed_in 2 curl -sf -m 20 --interface "$(address "$1")" -o "$TMP/got" \
		"http://$BED_NET.1:10811/key?mac=${2:-52-54-00-99-00-0$1}"
}

address() {
	awk -v mac="52:54:00:99:00:0$1" '$1 == mac { print $2 }' "$TMP/addresses"
}

boots() {
	boot_crowd 2 2 --until kernel
	cp "$TMP/crowd" "$TMP/addresses"
}

serve() {
	boot_serve 1 --range "$BED_NET.100-$BED_NET.130" \
		--machines "$TMP/machines" --cluster-key "$TMP/key" \
		--admitted "$admitted" "$@"
	boot_wait 1
}

sent_to_disk() {
	bed_in 2 curl -sf --interface "$(address 1)" \
		"http://$BED_NET.1:10811/boot.ipxe?mac=$mac1" |
		grep -qx 'exit 1'
}

bed_bridge
boot_node 1
bed_machine 2

echo "# without --admit nobody gets it"
serve
boots
! asks 1 || fail "a key without --admit"
boot_stop 1

echo "# known: who is in the list"
serve --admit known
boots
bed_in 2 curl -sf "http://$BED_NET.1:10811/boot.ipxe?mac=$mac1" |
	grep -q ' vfield.key=boot ' || fail "the script does not say to ask"
! asks 1 52-54-00-99-00-02 || fail "a key for another card's name"
asks 1 || fail "teacher gets no key: $(cat "$TMP/n1/boot.log")"
cmp "$TMP/got" "$TMP/key" || fail "another key"
grep -q "teacher ($mac1, $BED_NET.120) gets the cluster key" "$TMP/n1/boot.log" ||
	fail "the log does not say so"
! asks 1 || fail "a key twice in a boot"
! asks 2 || fail "a key for a machine that is not known"
grep -q "($mac2, .*) gets no cluster key: it is not admitted" \
	"$TMP/n1/boot.log" || fail "the log does not say why"
! bed_in 2 curl -sf -m 20 -o "$TMP/got" "http://$BED_NET.1:10811/key?mac=$mac2" ||
	fail "a key for an address of no machine"

echo "# one that is admitted gets it, by name, and again at its next boot"
name=$(awk -v mac=$mac2 '$1 == mac { print $3 }' "$TMP/addresses")
bed_vfield 1 node admit "$name" --admitted "$admitted"
bed_vfield 1 node admit "$mac2" --admitted "$admitted"
[ "$(cat "$admitted")" = "$mac2 $name" ] || fail "$(cat "$admitted")"
asks 2 && cmp "$TMP/got" "$TMP/key" || fail "no key for one that is admitted"
bed_in 2 curl -sf --interface "$(address 2)" \
	"http://$BED_NET.1:10811/up?mac=$mac2" || fail "up"
boots
asks 2 || fail "no key at the next boot: $(cat "$TMP/n1/boot.log")"

echo "# not when it is up"
boots
bed_in 2 curl -sf --interface "$(address 2)" \
	"http://$BED_NET.1:10811/up?mac=$mac2" || fail "up"
! asks 2 || fail "a key for a machine that is up"

echo "# not when it only says by HTTP that it boots, to a service started anew"
boot_stop 1
serve --admit known
bed_in 2 curl -s --interface "$(address 2)" -o "$TMP/got" \
	"http://$BED_NET.1:10811/vmlinuz?mac=$mac2" || fail "vmlinuz"
! asks 2 || fail "a key for a machine that DHCP has not seen boot"
boots
asks 2 || fail "no key at its next boot: $(cat "$TMP/n1/boot.log")"
boot_stop 1

echo "# not when it was sent to its disk, whose system has users"
sed -i 's/$/ disk/' "$TMP/machines"
serve --admit known
boot_crowd 2 2 --until tftp
! asks 1 || fail "a key for a machine that is to start from its disk"
wait_for 30 sent_to_disk
! asks 1 || fail "a key for a machine that starts from its disk"
grep -q "gets no cluster key: it starts from its disk" "$TMP/n1/boot.log" ||
	fail "the log does not say why"
boot_stop 1
sed -i 's/ disk$//' "$TMP/machines"

echo "# ask: the list is not enough"
serve --admit ask
boots
! asks 1 || fail "a key for one that was not admitted by hand"
mkdir -p "$TMP/net/eth0" "$TMP/run"
echo $mac2 >"$TMP/net/eth0/address"
sed "s|/sys/class/net|$TMP/net|; s|/run/vfield|$TMP/run|" \
	"$TOP/initramfs/cluster" >"$TMP/cluster"
bed_in 2 ip route replace "$BED_NET.0/24" dev eth0 src "$(address 2)"
# shellcheck disable=SC2016 # the initramfs's own shell expands it
bed_in 2 busybox sh -c '. "$0"
	net_device=eth0 net_server=$1 boot=$1:10811
	ask_boot_key' "$TMP/cluster" "$BED_NET.1" ||
	fail "no key for the initramfs of one that was"
cmp "$TMP/run/key.boot" "$TMP/key" || fail "the initramfs has another key"
! bed_vfield 1 node admit nobody --admitted "$admitted" 2>"$TMP/err" ||
	fail "nobody"
grep -q 'nobody: neither' "$TMP/err" || fail "$(cat "$TMP/err")"
