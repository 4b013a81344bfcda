#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A wrong setting is reported before anything is started.  -n prints the
# settings that are in force, in a form that can be read as a configuration
# again.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"

# refused STATUS PATTERN ARGS...: fails the test unless `vfield boot ARGS` exits
# with STATUS, its message matches PATTERN, and it has made no run directory.
refused() {
	wanted=$1 pattern=$2
	shift 2
	rc=0
	timeout 30 vfield boot --run-dir "$TMP/run" "$@" >"$TMP/out" \
		2>"$TMP/err" || rc=$?
	[ $rc -eq "$wanted" ] || fail "$*: status $rc: $(cat "$TMP/err")"
	grep -q -e "$pattern" "$TMP/err" ||
		fail "$*: does not say $pattern: $(cat "$TMP/err")"
	[ ! -e "$TMP/run" ] || fail "$*: something was made"
}

refused 1 'no network card has a cable' --files "$FILES"
bed_bridge
refused 1 "$FILES/vmlinuz: No such file" --files "$FILES"
boot_files 100 100
set -- --files "$FILES"
refused 2 'what is this' "$@" eth0
refused 1 'eth7: there is no such network card' "$@" -i eth7
refused 1 'lo is no Ethernet card' "$@" -i lo
refused 2 'not FIRST-LAST' "$@" --range 10.77.0.9
refused 2 'not an IPv4 address' "$@" --range 10.77.0.9-x
refused 2 'ends before it begins' "$@" --range 10.77.0.9-10.77.0.8
refused 2 'br0 has the network 10.77.0.1-10.77.0.254' "$@" \
	--range 10.78.0.9-10.78.0.99
refused 2 'gateway 10.1.1.1: not in the network' "$@" --gateway 10.1.1.1
refused 2 'dns example.org: not an IPv4' "$@" --dns example.org
refused 2 'names a_#' "$@" --names 'a_#'
refused 2 'names #-#' "$@" --names '#-#'
refused 2 'domain -x' "$@" --domain -x
refused 2 'domain : not a domain name' "$@" --domain=
refused 2 'append' "$@" --append 'a=${b}'
refused 2 'proxy and --range' "$@" --proxy --range 10.77.0.8-10.77.0.9
refused 2 'proxy and --bootp' "$@" --proxy --bootp
refused 2 'are the other server' "$@" --proxy --dns none
refused 2 'http-port' "$@" --http-port 70000
ip link add br1 type bridge
ip addr add 10.78.0.1/24 dev br1
ip link set br1 up
refused 1 'several network cards.*--interface: br0 br1' "$@"
ip link del br1

# has LINE: fails the test unless -n has printed LINE.
has() {
	grep -qx -e "$1" "$TMP/printed" || fail "no $1: $(cat "$TMP/printed")"
}

printf '[boot]\nnames = pc-##\ndns = 192.0.2.1\ndns = 192.0.2.2\n' >"$TMP/conf"
vfield boot "$@" --config "$TMP/conf" -n --gateway none >"$TMP/printed"
for line in '\[boot\]' 'interface = br0' 'range = 10.77.0.128-10.77.0.254' \
	'gateway = none' 'dns = 192.0.2.1' 'dns = 192.0.2.2' 'names = pc-##' \
	"files = $FILES" 'state = /run/vfield/boot' 'proxy = no' \
	'http-port = 10811'; do
	has "$line"
done
vfield boot --config "$TMP/printed" -n >"$TMP/again"
cmp "$TMP/printed" "$TMP/again" || fail "it does not read what it printed"

# node LINE...: runs `vfield boot' with a list of machines of these lines, and
# sets rc to its exit status.
node() {
	printf '%s\n' "$@" >"$TMP/list"
	rc=0
	timeout 20 vfield boot --run-dir "$TMP/run" --files "$FILES" --machines \
		"$TMP/list" 2>"$TMP/err" >"$TMP/out" || rc=$?
	rm -rf "$TMP/run"
}
says() {
	[ $rc -eq 1 ] && grep -q -e "$1" "$TMP/err" ||
		fail "status $rc, not $1: $(cat "$TMP/err")"
}
mac=52:54:00:00:00:01
node '# a comment' "$mac" && says 'list:2: a name has'
node "$mac a_b" && says 'list:1: a name has'
node "${mac%1} a" && says 'list:1: it does not begin'
node "01:00:5e:00:00:01 a" && says 'list:1: it does not begin'
node "$mac a 10.77" && says 'list:1: after MAC and NAME'
node "$mac a 10.77.0.9 b" && says 'list:1: after MAC and NAME'
node "$mac a" "$mac b" && says 'list:2: this card'
node "$mac a" "${mac%1}2 A" && says 'list:2: this name'
node "$mac a 10.77.0.9" "${mac%1}2 b 10.77.0.9" && says 'list:2: this address'
node "$mac a 10.99.0.9" && says '10.99.0.9 is not in the network of br0'
node "$mac a 10.77.0.254" && says "this machine's"
