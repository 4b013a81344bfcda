#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A node that listens on all addresses is reached by IPv6, too: its member and
# its exports.
. "$(dirname "$0")/lib.sh"
need jq
grep -q . /proc/net/if_inet6 2>/dev/null || skip "the kernel's IPv6 is missing"

image=$TMP/image
make_image "$image" 9000000
vfield image create "$image"
want=$(sum_file "$image")
node_start 1 serve --image "$image" --listen 0.0.0.0
node_start 2 join ::1 --listen '[::1]:10900'
node_start 3 join 127.0.0.1 --listen 127.0.0.3:10901
wait_for 20 node_knows 1 3
wait_for 20 node_knows 2 3
check_sum "from the first node by IPv6" "$(sum_uri 'nbd://[::1]')" "$want"
check_sum "a node that knows IPv6 alone" "$(sum_sock 2)" "$want"
check_sum "the same, network" "$(sum_uri 'nbd://[::1]:10900')" "$want"
status_is 2 '.membership.peer == "[::1]:10810"' || fail "$(status 2)"
