# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# shellcheck shell=sh disable=SC2034
# boot: the boot service in machines of the testbed; source it after lib.sh and
# testbed.sh.  A test that boots machines with it is in tests/qemu.
#
#   boot_files               $FILES: what is booted, which nothing executes
#   boot_node I              machine I is a node that has an image
#   boot_serve I ARGS...     `vfield boot` on it, in the background; with --files
#                            if there is $FILES
#   boot_wait I              until it says that it is ready
#   boot_stop I
#   boot_crowd I COUNT ARGS  boot_client.py there; its lines in $TMP/crowd
#   boot_json I FILTER       what jq makes of its machines
need dnsmasq jq busybox curl
[ -x "$PYTHON" ] || skip "$PYTHON is not installed"

FILES=$TMP/files

boot_files() {
	mkdir -p "$FILES"
	make_image "$FILES/vmlinuz" "${1:-300000}"
	make_image "$FILES/initrd" "${2:-700000}"
	make_image "$FILES/undionly.kpxe" 70000
	make_image "$FILES/snponly.efi" 90000
	chmod 755 "$TMP"
}

boot_node() {
	[ -e "$TMP/image" ] || {
		make_image "$TMP/image" 300000
		vfield image create "$TMP/image" >/dev/null
	}
	boot_n=$1
	shift
	bed_machine "$boot_n"
	bed_serve "$boot_n" --image "$TMP/image" "$@"
	bed_wait_ready "$boot_n"
}

boot_serve() {
	boot_n=$1
	shift
	: >"$TMP/n$boot_n/boot-ready"
	boot_t=$(bed_init_pid "$boot_n")
	nsenter -t "$boot_t" -m -u -i -n -p -- vfield boot \
		${FILES:+--files "$FILES"} "$@" \
		>"$TMP/n$boot_n/boot-ready" 2>>"$TMP/n$boot_n/boot.log" &
	eval "BOOT_SERVE_$boot_n=$!"
}

boot_wait() {
	boot_p=$(eval "echo \$BOOT_SERVE_$1")
	wait_for 60 boot_ready_or_ended "$1" "$boot_p"
	[ -s "$TMP/n$1/boot-ready" ] || fail "vfield boot on machine $1:" \
		"$(cat "$TMP/n$1/boot.log")"
}

boot_ready_or_ended() {
	[ -s "$TMP/n$1/boot-ready" ] || ended "$2"
}

boot_child() {
	bed_in "$1" pgrep -x "$2"
}

boot_stop() {
	bed_in "$1" sh -c 'kill -TERM $(pgrep -x vfield-boot)'
	wait "$(eval "echo \$BOOT_SERVE_$1")" || fail "vfield boot: status $?"
}

boot_crowd() {
	boot_n=$1 boot_count=$2
	shift 2
	bed_in "$boot_n" "$PYTHON" "$TOP/tests/boot_client.py" eth0 "$FILES" \
		--count "$boot_count" "$@" >"$TMP/crowd" 2>"$TMP/crowd.err" ||
		fail "$(cat "$TMP/crowd.err" "$TMP"/n*/boot.log)"
}

boot_json() {
	bed_in "$1" jq -r "$2" /run/vfield/boot/machines.json
}

# boot_is I CONDITION
boot_is() {
	bed_in "$1" cat /run/vfield/boot/machines.json | json_is "$2"
}
