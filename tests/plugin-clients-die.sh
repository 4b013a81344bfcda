#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Clients are killed with many reads in flight, of chunks that are held and of
# chunks that are waited for: nbdkit lives on.  The plugin's thread model is the
# most parallel one that this nbdkit's version survives.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/plugin.subr"

image=$TMP/image
make_image "$image" $((16 << 20))
"$STORETOOL" manifest "$image" "$image.vfm" image 131072 >/dev/null
"$STORETOOL" put "$TMP/store" "$image" "$image.vfm" 0-99
server_start router eval get_size="echo $((16 << 20))" \
	can_cache='echo native' thread_model='echo parallel' \
	cache='sleep 0.2' pread="dd if=$image bs=64k skip=\$4 count=\$3 \
		iflag=skip_bytes,count_bytes status=none"
router=$SERVER
server_start node "$PLUGIN" store="$TMP/store" router="$TMP/router.sock"
node=$SERVER

cat >"$TMP/victim" <<'END'
import nbd, os, sys
h = nbd.NBD()
h.connect_uri(sys.argv[1])
bufs = [nbd.Buffer(1 << 20) for _ in range(16)]
for i, b in enumerate(bufs):
    h.aio_pread(b, i << 20)
for _ in range(int(sys.argv[2])):
    h.poll(10)
os.kill(os.getpid(), 9)
END
i=0
while [ $i -lt 50 ]; do
	{ "$PYTHON" "$TMP/victim" "$(uri node)" $((i % 7)) || :; } 2>/dev/null
	ended $node && fail "nbdkit died of client $i"
	i=$((i + 1))
done
expect "sum" "$(sum_uri "$(uri node)")" "$(sum_file "$image")"
server_stop $node
server_stop $router

# The plugin declares the thread model that fits nbdkit's version.
model=$(nbdkit --dump-plugin "$PLUGIN" | sed -n 's/^thread_model=//p')
version=$(nbdkit --dump-config | sed -n 's/^version=//p')
if [ "$(printf '%s\n' 1.36.0 "$version" | sort -V | head -n 1)" = 1.36.0 ]; then
	expect "thread model of $version" "$model" parallel
else
	expect "thread model of $version" "$model" serialize_requests
fi
echo "50 clients died, the server did not"
