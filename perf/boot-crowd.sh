#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures a boot server before a crowd: N machines start at one moment and
# fetch kernel and initramfs.
#
#   COUNTS=1,10,60 RATE=1gbit KERNEL_MB=8 INITRD_MB=10
#
# http: `vfield boot`; each machine asks DHCP three times, and gets the loader
# by TFTP, and script, kernel and initramfs by HTTP. tftp-50 and tftp-1024:
# dnsmasq alone, which sends kernel and initramfs in one file by TFTP, with its
# default of 50 transfers at a time and with the 1024 that `vfield boot` sets.
# The machines stand behind one shaped link.  Their client is one Python process
# (tests/boot_client.py), which at full rate is the limit, as `busy' shows.
# Columns: failed, the machines that did not get all of it within 15 s of
# silence; mean and slowest, in seconds, of the other machines; MB_s, of all of
# them together.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"

COUNTS=$(list "${COUNTS:-1,10,60}") RATE=${RATE:-1gbit}
KERNEL_MB=${KERNEL_MB:-8} INITRD_MB=${INITRD_MB:-10}
boot_files $((KERNEL_MB * 1000000)) $((INITRD_MB * 1000000))
cat "$FILES/vmlinuz" "$FILES/initrd" >"$FILES/both"
chmod 644 "$FILES"/*
cat "$FILES"/* >/dev/null

# run COUNT ARGS...: has COUNT machines boot, and prints failed, mean, slowest,
# MB_s and busy.
run() {
	run_count=$1
	shift
	ticks_was=$(ticks) began=$(now_ms)
	bed_in 2 "$PYTHON" "$TOP/tests/boot_client.py" eth0 "$FILES" \
		--count "$run_count" "$@" >/dev/null 2>"$TMP/steps" || :
	took=$(($(now_ms) - began))
	[ -z "${VERBOSE-}" ] || cat "$TMP/steps" >&2
	awk -v n="$run_count" -v mb=$((KERNEL_MB + INITRD_MB)) \
		-v busy="$(cores_busy $(($(ticks) - ticks_was)) $took)" '
		/Wrong|Error/ { bad++ }
		$1 == "all" { mean = $2; slowest = $3 }
		END { printf "%d %.2f %.2f %.1f %s", bad, mean, slowest,
			slowest ? (n - bad) * mb / slowest : 0, busy }' \
		"$TMP/steps"
}

tftp_server() {
	bed_start 1 "$TMP/tftp.log" dnsmasq --keep-in-foreground --port=0 \
		--conf-file=/dev/null --interface=eth0 --bind-interfaces \
		--log-facility=- --pid-file= --user=root --no-ping \
		--dhcp-leasefile=/run/leases --dhcp-authoritative \
		--dhcp-range="$BED_NET.100,$BED_NET.199" --dhcp-boot=both \
		--enable-tftp --tftp-root="$FILES" --tftp-max="$1"
	wait_for 10 grep -q 'TFTP root' "$TMP/tftp.log"
	TFTP=$BED_PID
}

tftp_stop() {
	bed_in 1 sh -c 'kill $(pgrep -x dnsmasq)'
	wait "$TFTP" || :
	rm "$TMP/tftp.log"
}

bench_begin 2 mode machines failed mean slowest MB_s busy before
bed_bridge
boot_node 1
bed_machine 2
bed_shape "$RATE" tc qdisc replace dev v2

boot_serve 1 --range "$BED_NET.100-$BED_NET.199"
boot_wait 1
# All machines get their addresses once before, so that none is new.
boot_crowd 2 60 --until dhcp
for n in $COUNTS; do
	for _ in $(seq "$REPEAT"); do
		before=$(others)
		bench_row http "$n" "$(run "$n")" "$before"
	done
done
boot_stop 1
for most in 50 1024; do
	tftp_server "$most"
	# A few at a time, since dnsmasq may offer one address to two machines.
	for first in 1 11 21 31 41 51; do
		run 10 --first $first --until dhcp >/dev/null
	done
	for n in $COUNTS; do
		for _ in $(seq "$REPEAT"); do
			before=$(others)
			bench_row "tftp-$most" "$n" \
				"$(run "$n" --until tftp --tftp both)" "$before"
		done
	done
	tftp_stop
done
bench_end
