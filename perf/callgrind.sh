#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures instructions per request by callgrind: their number does not depend
# on the machine or on what else it does.  The kernel's instructions are not
# counted.
#
#   MB=64 REQUESTS=400
#
# hit: the router answers from its store. peer: the router has to fetch, verify
# and store the chunk and drop another one; one chunk at a time, at random, or
# as a stream, in order by nbdcopy. plugin: nbdkit and the plugin answer a peer
# from the export NAME/held.  Callgrind has no SHA instructions, so hashing
# costs what it costs without them: hash-128k is hashing alone, and is
# subtracted from peer-*.

# nbdkit stays root's where nobody can become another user: callgrind_control
# reaches no process of another one.
[ -n "${CALLGRIND_ROOT-}" ] || CALLGRIND_ROOT=1 \
	exec setpriv --bounding-set=-setuid --inh-caps=-setuid sh "$0" "$@"
. "$(dirname "$0")/lib.sh"
need valgrind callgrind_control nbdcopy nbdkit

MB=${MB:-64} REQUESTS=${REQUESTS:-400}
REPEAT=1 # instructions do not vary
image=$RAM/image
make_image "$image" $((MB * MIB))
vfield image create "$image" >/dev/null

# A supervisor starts the programs that lie beside it: there, router and nbdkit
# run under callgrind.
built=$BUILD
mkdir -p "$TMP/cg/bin" "$TMP/cg/lib"
chmod 1777 "$TMP/cg" # nbdkit runs as another user
cp "$built/bin/vfield" "$built/bin/vfield-member" "$TMP/cg/bin"
cp "$built/lib/nbdkit-vfield-plugin.so" "$TMP/cg/lib"
under_callgrind() {
	printf '#!/bin/sh\nexec valgrind -q --tool=callgrind %s %s "$@"\n' \
		"--callgrind-out-file=$TMP/cg/out.%p --vgdb-prefix=$TMP/cg/vgdb" \
		"$1"
}
under_callgrind "$built/bin/vfield-router" >"$TMP/cg/bin/vfield-router"
chmod +x "$TMP/cg/bin/vfield-router"

# count PID CMD...: prints how many instructions the process executes while CMD
# runs.
count() {
	pid=$1
	shift
	callgrind_control --vgdb-prefix="$TMP/cg/vgdb" -z "$pid" >/dev/null 2>&1
	"$@"
	rm -f "$TMP/cg/out.$pid".*
	callgrind_control --vgdb-prefix="$TMP/cg/vgdb" -d "$pid" >/dev/null 2>&1
	awk '/^(totals|summary):/ { n = $2 } END { print n }' \
		"$TMP/cg/out.$pid".*
}

# reads URI SIZE N: makes N reads of SIZE bytes at random places, one at a time.
reads() {
	"$PYTHON" - "$@" <<-'END'
		import random, sys, nbd
		h = nbd.NBD()
		h.connect_uri(sys.argv[1])
		size, n = int(sys.argv[2]), int(sys.argv[3])
		random.seed(1)
		for i in range(n):
		    h.pread(size, random.randrange(h.get_size() // size) * size)
	END
}

# hash_128k: prints the instructions for hashing 128 KiB, from the difference of
# two images' manifests.
hash_128k() {
	for chunks in 8 72; do
		head -c $((chunks * 131072)) "$image" >"$RAM/part"
		rm -f "$RAM/part.vfm"
		valgrind -q --tool=callgrind --callgrind-out-file="$TMP/cg/hash" \
			"$built/bin/vfield" image create "$RAM/part" >/dev/null
		awk '/^(totals|summary):/ { n = $2 } END { print n }' \
			"$TMP/cg/hash"
	done | paste -s | awk '{ printf "%d\n", ($2 - $1) / 64 }'
}

fetched() {
	status_get 2 .chunks.fetched
}

# peer_row WHAT CMD...: adds a row: the instructions, while CMD runs, for each
# chunk that node 2 fetched.
peer_row() {
	what=$1
	shift
	chunks=$(fetched)
	counted=$(count "$router" "$@")
	chunks=$(($(fetched) - chunks))
	bench_row "$what" $((counted / chunks - hash))
}

# row WHAT PID REQUESTS CMD...: adds a row: the instructions of PID, while CMD
# runs, for each of REQUESTS requests.
row() {
	what=$1 pid=$2 requests=$3
	shift 3
	counted=$(count "$pid" "$@")
	bench_row "$what" $((counted / requests))
}

# valgrind_of N PROGRAM: prints the id of node N's PROGRAM, under its name
# there.
valgrind_of() {
	node_child "$1" callgrind-amd64 || node_child "$1" "$2"
}

bench_begin 1 request instructions
hash=$(hash_128k)
bench_row hash-128k "$hash"
PATH=$TMP/cg/bin:$PATH
node_start 1 serve --image "$image"
router=$(valgrind_of 1 vfield-router)
# The first reads verify chunks; the measured ones do not.
nbdcopy "$(uri_sock 1)" null:
row hit-4k "$router" "$REQUESTS" reads "$(uri_sock 1)" 4096 "$REQUESTS"
row hit-128k "$router" "$REQUESTS" reads "$(uri_sock 1)" 131072 "$REQUESTS"

node_start 2 join 127.0.0.1 --store 8M --direct
router=$(valgrind_of 2 vfield-router)
nbdcopy "$(uri_sock 2)" null:
peer_row peer-random \
	reads "$(uri_sock 2)" 131072 "$REQUESTS"
peer_row peer-stream \
	nbdcopy --connections=1 "$(uri_sock 2)" null:
node_stop 2

under_callgrind "$(command -v nbdkit)" >"$TMP/bin/nbdkit"
chmod +x "$TMP/bin/nbdkit"
node_start 3 serve --image "$image"
nbdkit=$(valgrind_of 3 nbdkit)
nbdcopy "$(uri_tcp 3 /held)" null:
row plugin-4k "$nbdkit" "$REQUESTS" \
	reads "$(uri_tcp 3 /held)" 4096 "$REQUESTS"
row plugin-128k "$nbdkit" "$REQUESTS" \
	reads "$(uri_tcp 3 /held)" 131072 "$REQUESTS"
bench_end
