#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# 300 clients vanish with reads in flight, at the router and at nbdkit: neither
# process dies, and nothing is left of the clients.
. "$(dirname "$0")/lib.sh"
need jq

image=$TMP/image
make_image "$image" 16000000
vfield image create "$image"
want=$(sum_file "$image")
node_start 1 serve --image "$image"
node_start 2 join 127.0.0.1 --store 2M
wait_for 20 node_knows 2 2

children() {
	for program in nbdkit vfield-router; do
		node_child "$1" $program
	done
}
before="$(children 1) $(children 2)"

for uri in "$(uri_sock 2)" "$(uri_tcp 2)" "$(uri_tcp 1)" "$(uri_sock 1)"; do
	"$PYTHON" - "$uri" <<'END'
import random, socket, struct, sys, nbd
for i in range(300):
    h = nbd.NBD()
    h.connect_uri(sys.argv[1])
    size = h.get_size()
    for j in range(random.randrange(2, 24)):
        n = random.choice((512, 131072, 1 << 20))
        h.aio_pread(nbd.Buffer(n), random.randrange(size - n))
    for j in range(random.randrange(3)):
        h.poll(1)
    s = socket.socket(fileno=h.aio_get_fd())
    if s.family != socket.AF_UNIX:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                     struct.pack("ii", 1, 0))
    s.detach()
    del h
END
	echo "300 clients of $uri are gone"
done

[ "$before" = "$(children 1) $(children 2)" ] || fail "a process has died"
wait_for 30 status_is 2 '.clients.now == 0'
wait_for 30 status_is 2 '.images[0].waiting_reads == 0'
for n in 1 2; do
	check_sum "node $n, socket" "$(sum_sock $n)" "$want"
	check_sum "node $n, network" "$(sum_tcp $n)" "$want"
done
