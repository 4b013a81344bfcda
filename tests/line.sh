#!/bin/sh
# Nodes that read one chunk after another, at the same time: each gets them of
# the one that started before it, the first of them of the seed.
. "$(dirname "$0")/lib.sh"
need jq nbdcopy

chunks=200
make_image "$TMP/image" $((chunks * 131072))
id=$(vfield image create "$TMP/image")
node_start 1 serve --image "$TMP/image"
for n in 2 3 4; do
	node_start $n join 127.0.0.1 --no-fill
	# what it says of when it started has whole seconds, roughly
	[ $n = 4 ] || sleep 2
done
for n in 1 2 3 4; do
	wait_for 20 node_knows $n 4
done

# read_slowly NODE: here and there, so that nothing is read ahead, for longer
# than news of who reads takes
read_slowly() {
	"$PYTHON" - "$(uri_sock "$1" "$id")" "$TMP/image" $chunks <<-'END'
		import nbd, sys, time
		uri, image, chunks = sys.argv[1], open(sys.argv[2], "rb"), int(sys.argv[3])
		h = nbd.NBD()
		h.connect_uri(uri)
		for i in range(chunks):
		    at = i * 37 % chunks << 17
		    image.seek(at)
		    if h.pread(4096, at) != image.read(4096):
		        sys.exit("wrong bytes at %d" % at)
		    time.sleep(0.02)
	END
}
pids=
for n in 2 3 4; do
	read_slowly $n &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || fail "a reader failed"
done

for n in 2 3 4; do
	got=$(($(peer_bytes $n $((n - 1))) / 131072))
	echo "node $n: $got of $chunks chunks of the one before"
	[ $got -ge $((chunks * 3 / 4)) ] || fail "that is too few: $(status $n |
		jq -c '[.peers[] | [.address, .bytes]]')"
done
