#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Another DHCP server gives machines their addresses and does not say what to
# boot; `vfield boot --proxy` beside it says that.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need

boot_busybox_root "$TMP/root"
boot_busybox_image 3000000
boot_service_files

bed_bridge
bed_machine 1
bed_serve 1 --image "$TMP/busybox.squashfs"
bed_wait_ready 1
bed_machine 9
bed_start 9 "$TMP/other.log" dnsmasq --keep-in-foreground --port=0 \
	--conf-file=/dev/null --interface=eth0 --bind-interfaces --no-ping \
	--log-facility=- --pid-file= --user=root --dhcp-leasefile=/run/leases \
	--dhcp-range="$BED_NET.200,$BED_NET.210"
wait_for 10 grep -q 'IP range' "$TMP/other.log"
bed_start 1 "$TMP/service.log" vfield boot --files "$TMP/files" --proxy \
	--append 'console=ttyS0 panic=10' --names 'proxy#'
wait_for 60 grep -q 'boot: ready' "$TMP/service.log"

boot_on 3
boot_says 3 'V-FIELD boots proxy'
boot_says 3 "proxy[0-9]* is $BED_NET.2"
boot_says 3 "ROOT-IS-UP proxy"
boot_says 3 "PASS 1 $sum"
status_up() {
	bed_vfield 1 status | tee "$TMP/status.log" |
		grep -q "^proxy.* $(boot_mac 3) *up "
}
boot_until 3 "status does not show it up" status_up
