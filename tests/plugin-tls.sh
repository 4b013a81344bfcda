#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# nbdkit provides TLS: with a pre-shared key, clients that have the key can read
# all exports, and no others can.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/plugin.subr"
need qemu-img

image=$TMP/image
make_image "$image" 1000003
"$STORETOOL" manifest "$image" "$image.vfm" secret 4096 >/dev/null
key() {
	od -An -tx1 -N 32 /dev/urandom | tr -d ' \n'
}
echo "alice:$(key)" >"$TMP/keys.psk"
echo "alice:$(key)" >"$TMP/wrong.psk"

server_start node --tls=require --tls-psk="$TMP/keys.psk" "$PLUGIN" \
	image="$image"
tls() {
	echo "nbds+unix://alice@/${2-}?socket=$TMP/node.sock&tls-psk-file=$1"
}
right=$TMP/keys.psk
expect "size" "$(size_of "$(tls "$right" secret)")" 1000003
for x in "" secret secret/held; do
	expect "'$x'" "$(sum_uri "$(tls "$right" $x)")" "$(sum_file "$image")"
done
timeout 60 nbdcopy "$(tls "$right" /manifest)" "$TMP/m"
cmp "$TMP/m" "$image.vfm" || fail "manifest"
nbdinfo --list "$(tls "$right")" | grep -q 'export="secret/held"' || fail "list"
! size_of "$(tls "$TMP/wrong.psk" secret)" 2>/dev/null || fail "a wrong key"
! size_of "$(uri node secret)" 2>/dev/null || fail "no key"

mkdir "$TMP/psk" && cp "$right" "$TMP/psk/keys.psk"
qemu-img compare \
	--object tls-creds-psk,id=k,dir="$TMP/psk",username=alice,endpoint=client \
	--image-opts driver=raw,file.driver=file,file.filename="$image" \
	driver=nbd,server.type=unix,server.path="$TMP/node.sock",export=secret,tls-creds=k ||
	fail "qemu-img"
server_stop $SERVER
echo "TLS: right"
