#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The link of a peer that serves a reader goes down and comes up again: the
# reader reads on, and uses the peer again.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/testbed.sh"
need jq

image=$TMP/image
make_image "$image" 16000000
vfield image create "$image"
bed_bridge
for i in 1 2 3; do
	bed_machine $i 400mbit
done
bed_serve 1 --image "$image"
bed_wait_ready 1
bed_serve 2 --image "$image" --peer "$(bed_addr 1)" --membership satellite
bed_join 3 "$(bed_addr 1)" --store 2M
bed_wait_ready 2 3
wait_for 20 bed_status_is 3 '.membership.nodes == 3'

got_from() {
	bed_vfield 3 status --json | jq "[.peers[] |
		select(.address | startswith(\"$(bed_addr "$1"):\")) | .bytes] |
		add // 0"
}

got_more() {
	[ "$(got_from "$1")" -gt "$2" ]
}

mkdir -p "$TMP/n3"
cat >"$TMP/bin/reader" <<END
#!/bin/sh
exec nsenter -t $(bed_init_pid 3) -m -n -- $PYTHON "\$@"
END
chmod +x "$TMP/bin/reader"
PYTHON=reader
reader_start 'nbd+unix:///?socket=/run/vfield/router.sock' "$image"
for victim in 2 1 2 1 2; do
	reader_reads 16000000
	bed_link $victim down
	reader_reads 32000000
	bed_link $victim up
	before=$(got_from $victim)
	wait_for 60 got_more $victim "$before"
	echo "the link of machine $victim went down and is used again"
done
reader_stop
