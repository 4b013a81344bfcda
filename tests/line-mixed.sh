#!/bin/sh
# Some nodes read one chunk after another, each from the one before it, while
# others read all in order, by trees, whose order is another one: nobody waits
# in a circle.
. "$(dirname "$0")/lib.sh"
need jq nbdcopy

chunks=800
make_image "$TMP/image" $((chunks * 131072))
id=$(vfield image create "$TMP/image")
node_start 1 serve --image "$TMP/image"
for n in 2 3 4 5 6; do
	node_start $n join 127.0.0.1 --no-fill
	# what it says of when it started has whole seconds, roughly
	[ $n = 6 ] || sleep 2
done
for n in 1 2 3 4 5 6; do
	wait_for 20 node_knows $n 6
done

# read_slowly NODE: here and there, so that nothing is read ahead, for longer
# than news of who reads takes
read_slowly() {
	"$PYTHON" - "$(uri_sock "$1" "$id")" "$TMP/image" $chunks <<-'END'
		import nbd, sys, time
		uri, image, chunks = sys.argv[1], open(sys.argv[2], "rb"), int(sys.argv[3])
		h = nbd.NBD()
		h.connect_uri(uri)
		slowest = 0
		for i in range(chunks // 8):
		    at = i * 37 % chunks << 17
		    image.seek(at)
		    began = time.monotonic()
		    if h.pread(4096, at) != image.read(4096):
		        sys.exit("wrong bytes at %d" % at)
		    slowest = max(slowest, time.monotonic() - began)
		    time.sleep(0.02)
		print("the slowest read took %.0f ms" % (slowest * 1e3))
		sys.exit(slowest > 3 and "that is too slow")
	END
}
pids=
for n in 2 4 6; do
	read_slowly $n &
	pids="$pids $!"
done
sleep 0.6 # until they are known to read
for n in 3 5; do
	(nbdcopy --connections=1 "$(uri_sock $n "$id")" - | cmp - "$TMP/image") &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || fail "a reader failed"
done
