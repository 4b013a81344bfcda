#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A cluster with a key: who has it joins and reads; who has none, or another
# one, reads nothing, joins nothing, and is named once; and of what crosses the
# network nothing can be read.
. "$(dirname "$0")/lib.sh"
need jq nbdinfo nbdcopy qemu-img python3

make_image "$TMP/image" 6000000
# something to look for in what crosses the network
for i in 0 1 2 3; do
	printf 'THE-SECRET-OF-THE-IMAGE-%d' $i |
		dd of="$TMP/image" bs=1000000 seek=$i conv=notrunc status=none
done
vfield image create "$TMP/image" >/dev/null
sum=$(sum_file "$TMP/image")

key=$TMP/cluster.key
vfield key cluster --file "$key" 2>"$TMP/said"
grep -q 'copy it to each machine' "$TMP/said" || fail "$(cat "$TMP/said")"
[ "$(stat -c %a "$key")" = 400 ] || fail "others can read the key"
grep -qE '^[0-9a-f]{64}$' "$key" || fail "it cannot be typed"
! vfield key cluster --file "$key" 2>"$TMP/said" || fail "a key was lost"
vfield key cluster --file "$TMP/other.key" 2>/dev/null
cp "$key" "$TMP/loose.key" && chmod 644 "$TMP/loose.key"
! vfield serve --image "$TMP/image" --run-dir "$TMP/n9" --listen 127.0.0.9 \
	--cluster-key "$TMP/loose.key" 2>"$TMP/said" || fail "a key for all"
grep -q 'others can read the cluster key' "$TMP/said" || fail "$(cat "$TMP/said")"

echo "# who has the key"
# all between nodes 1 and 2 passes a proxy that keeps it
node_start 1 serve --image "$TMP/image" --cluster-key "$key"
node_start 2 join 127.0.0.1 --cluster-key "$key"
check_sum "node 2" "$(sum_sock 2)" "$sum"
wait_for 20 node_knows 1 2
wait_for 20 node_knows 2 2
for i in 1 2; do
	status_is $i '.authority.cluster_key' || fail "node $i: status"
	vfield status --run-dir "$TMP/n$i" | grep -q '^secrecy  only who has' ||
		fail "status does not say it"
	# the groups of nbdkit and of the member read theirs
	nbdkit=$(node_child $i nbdkit)
	group=$(getent passwd vfield-member nobody | head -n 1 | cut -d : -f 4)
	[ "$(stat -c '%a %u %g' "$TMP/n$i/member.psk" "$TMP/n$i/nbd.psk" |
		tr '\n' ' ')" = "640 0 $group 640 0 $(stat -c %g "/proc/$nbdkit") " ] ||
		fail "others can read the derived keys"
done

echo "# NBD clients that have it: the lines of vfield(7)"
name=$(vfield key cluster show --file "$key" | cut -d ' ' -f 1)
mkdir "$TMP/psk"
vfield key cluster psk --file "$key" >"$TMP/psk/keys.psk"
uri="nbds://$name@127.0.0.1/?tls-psk-file=$TMP/psk/keys.psk"
[ "$(nbdinfo --size "$uri")" = 6000000 ] || fail "nbdinfo"
check_sum nbdcopy "$(sum_uri "$uri")" "$sum"
qemu-img convert -O raw \
	--object "tls-creds-psk,id=k,dir=$TMP/psk,username=$name,endpoint=client" \
	--image-opts driver=nbd,server.type=inet,server.host=127.0.0.1,server.port=10809,tls-creds=k \
	"$TMP/copy" || fail "qemu-img"
check_sum qemu-img "$(head -c 6000000 "$TMP/copy" | sha256sum | cut -c 1-64)" "$sum"

echo "# who has none, or another"
! timeout 20 nbdinfo "$(uri_tcp 1)" >"$TMP/said" 2>&1 || fail "it is read in clear"
! timeout 20 nbdinfo "$(uri_tcp 1 /view)" >/dev/null 2>&1 || fail "the view is"
! timeout 20 nbdinfo --list "$(uri_tcp 1)" 2>/dev/null || fail "the list is"
vfield key cluster psk --file "$TMP/other.key" >"$TMP/other.psk"
other=$(vfield key cluster show --file "$TMP/other.key" | cut -d ' ' -f 1)
for user in "$name" "$other"; do
	! timeout 20 nbdinfo --size \
		"nbds://$user@127.0.0.1/?tls-psk-file=$TMP/other.psk" 2>/dev/null ||
		fail "$user reads with another key"
done
for old in 'disabled-version = TLS1.3' 'tls-disabled-cipher = AES-128-GCM'; do
	printf '[overrides]\n%s\n' "$old" >"$TMP/gnutls.conf"
	! GNUTLS_SYSTEM_PRIORITY_FILE=$TMP/gnutls.conf timeout 20 \
		nbdinfo --size "$uri" 2>"$TMP/said" || fail "accepted: $old"
	grep -q 'nbdinfo: .*gnutls_handshake' "$TMP/said" || fail "$(cat "$TMP/said")"
done
node_spawn 3 join 127.0.0.1 --member 127.0.0.1 --cluster-key none
node_spawn 4 join 127.0.0.1 --member 127.0.0.1 --cluster-key "$TMP/other.key"
said() { # NODE TEXT
	grep -q "$2" "$TMP/n$1/log"
}
wait_for 20 said 3 'it wants a cluster key; see'
wait_for 20 said 4 "it does not accept this node's cluster key"
wait_for 20 said 1 'it has no key of this cluster'
for i in 3 4; do
	status_is $i '.images == []' || fail "node $i has an image"
done
node_knows 1 2 || fail "node 1 knows a stranger"
grep -c 'it wants a cluster key' "$TMP/n3/log" | grep -qx 1 ||
	fail "it is said more than once"
node_stop 3
node_stop 4

echo "# a node without a key among those that have one is not read from"
node_start 5 serve --image "$TMP/image" --cluster-key none
vfield status --run-dir "$TMP/n5" | grep -q '^secrecy  open: whoever' ||
	fail "status does not say that node 5 is open"
grep -q 'open: whoever is in this network reads and joins' "$TMP/n5/log" ||
	fail "serve does not say it"
node_spawn 6 join 127.0.0.5 --member 127.0.0.5 --cluster-key "$key"
wait_for 20 said 6 "member 127.0.0.5:10810: not used"
status_is 6 '.images == []' || fail "it was read in clear"
node_stop 6

echo "# what crosses"
python3 - "$TMP/port" <<'END' >"$TMP/wire" &
# proxy 127.0.0.7:10809 to 127.0.0.1:10809 and keep all that passes
import os, select, socket, sys
s = socket.create_server(("127.0.0.7", 10809))
open(sys.argv[1], "w").write("ready")
ends, out = {}, sys.stdout.buffer
while True:
    for r in select.select([s, *ends], [], [])[0]:
        if r is s:
            a = s.accept()[0]
            b = socket.create_connection(("127.0.0.1", 10809))
            ends[a], ends[b] = b, a
            continue
        if r not in ends:
            continue
        try:
            data = r.recv(65536)
        except OSError:
            data = b""
        out.write(data)
        out.flush()
        if data:
            ends[r].sendall(data)
            continue
        o = ends.pop(r)
        ends.pop(o)
        r.close()
        o.close()
END
proxy=$!
wait_for 10 test -s "$TMP/port"
check_sum "by the proxy" "$(sum_uri "nbds://$name@127.0.0.7/?tls-psk-file=$TMP/psk/keys.psk")" "$sum"
[ "$(stat -c %s "$TMP/wire")" -gt 6000000 ] || fail "it did not pass the proxy"
! grep -aq 'THE-SECRET' "$TMP/wire" || fail "the image can be read"
! grep -aqi 'image' "$TMP/wire" || fail "names can be read"
kill $proxy
