#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A plain client loses its power and sends nothing any more.  The server closes
# its connections after a while, whether they are idle or have an answer under
# way.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
need ss

make_image "$TMP/image" 40000000
vfield image create "$TMP/image" >/dev/null
chmod 755 "$TMP"
bed_bridge
bed_machine 1
bed_machine 2
bed_serve 1 --image "$TMP/image"
bed_wait_ready 1
bed_start 2 "$TMP/client.log" "$PYTHON" -c "
import nbd, time
kept = []
for i in range(40):
    h = nbd.NBD()
    h.connect_tcp('$BED_NET.1', '10809')
    h.pread(512, 0)
    if i % 4 == 0:
        h.aio_pread(nbd.Buffer(4 << 20), 0)
    kept.append(h)
print('connected', flush=True)
time.sleep(600)"
wait_for 30 grep -q connected "$TMP/client.log"

connections() {
	bed_in 1 ss -Htn state established sport = :10809 | wc -l
}
none() {
	[ "$(connections)" -eq 0 ]
}
[ "$(connections)" -ge 40 ] || fail "only $(connections) connections"
bed_link 2 down
bed_power_cut 2
wait_for 60 none
echo "gone"
