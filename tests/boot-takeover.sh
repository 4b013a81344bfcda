#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Three nodes have a boot service, and one of them answers DHCP.  When that
# machine's power is cut, another one answers, and machines get the same
# addresses and names from it; kernel and initramfs come from all nodes that
# live.  When the first machine comes back with an empty run directory, it does
# not take over.  The test prints how long a machine that asks every second gets
# no answer.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"

answering() {
	for i in $1; do
		boot_is "$i" '.role == "answering"' && echo "$i"
	done
	:
}
# one_answers "I...": returns 0 if exactly one of these machines answers DHCP.
one_answers() {
	[ "$(answering "$1" | wc -l)" -eq 1 ]
}
all_up() {
	boot_json "$1" '.machines[] | "\(.mac) \(.stage)"' >"$TMP/stages.log"
	[ "$(grep -c up "$TMP/stages.log")" -eq 12 ]
}
# stands_by I: returns 0 if the service on machine I says that it stands by, and
# runs no dnsmasq.
stands_by() {
	bed_vfield "$1" status |
		grep "stands by; $BED_NET.$first answers DHCP" &&
		! boot_child "$1" dnsmasq
}
bed_bridge
boot_files 20000 50000
for i in 1 2 3; do
	bed_machine $i
done
bed_corosync 1 2 3
make_image "$TMP/image" 300000
vfield image create "$TMP/image" >/dev/null
for i in 1 2 3; do
	bed_serve $i --image "$TMP/image"
done
bed_wait_ready 1 2 3
bed_machine 4
range="--range $BED_NET.100-$BED_NET.199 --names pc##"
for i in 1 2 3; do
	boot_serve $i $range
done
for i in 1 2 3; do
	boot_wait $i
done
wait_for 10 one_answers '1 2 3'
first=$(answering '1 2 3')
others=$(echo 1 2 3 | tr -d "$first")
echo "machine $first answers"
for i in 1 2 3; do
	bed_vfield "$i" role list --json |
		json_is '.roles[] | select(.name == "dhcp") | (.holders | length) == 1
			and .holders[0].node == "n'"$first"'"' ||
		fail "role list of machine $i does not say that n$first answers"
done
for i in $others; do
	wait_for 10 stands_by "$i"
done

boot_crowd 4 12
cp "$TMP/crowd" "$TMP/first"
# Each service knows all twelve machines, whichever node has given a machine its
# files.
for i in 1 2 3; do
	wait_for 10 all_up $i
done

echo "machine $first has no power any more"
began=$(date +%s%N)
bed_power_cut "$first"
wait_for 60 one_answers "$others"
second=$(answering "$others")
until bed_in 4 busybox udhcpc -f -q -n -t 1 -T 1 -i eth0 -s /bin/true \
	>"$TMP/udhcpc" 2>&1; do
	[ $(($(date +%s%N) - began)) -lt 60000000000 ] || fail "$(cat "$TMP/udhcpc")"
done
echo "machine $second answers $((($(date +%s%N) - began) / 1000000)) ms later"
boot_crowd 4 12
diff "$TMP/first" "$TMP/crowd" || fail "other addresses or names"
boot_crowd 4 3 --first 31
sort -m "$TMP/first" "$TMP/crowd" | cut -d ' ' -f 2 | sort | uniq -d | grep . &&
	fail "an address was given twice"

bed_machine "$first"
bed_corosync_start "$first"
wait_for 60 bed_corosync_formed "$first" 3
bed_serve "$first" --image "$TMP/image"
bed_wait_ready "$first"
boot_serve "$first" $range
boot_wait "$first"
grep -q 'standing by' "$TMP/n$first/boot-ready" ||
	fail "$(cat "$TMP/n$first/boot-ready")"
[ "$(answering '1 2 3')" = "$second" ] || fail "$(answering '1 2 3') answers"
know() {
	boot_is "$first" '[.machines[] | select(.name != "")] | length >= 15'
}
wait_for 10 know
cp "$TMP/first" "$TMP/kept"
boot_stop "$second"
wait_for 60 one_answers "$(echo 1 2 3 | tr -d "$second")"
boot_crowd 4 12
diff "$TMP/kept" "$TMP/crowd" || fail "other addresses or names, at the end"
