#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Boots the same machine (QEMU), kernel and image with V-FIELD and with plain
# NBD, by turns.  Plain NBD is nbd-server, and an initramfs that runs nbd-client
# where ours runs a node.
#
#   login    a minimal Debian with systemd boots by PXE until it asks for a
#            login.  Figures: seconds from power-on to the kernel's first line,
#            to the start of the system and to the login; CPU seconds of the
#            emulator, and megabytes that the server sent, until then
#   memory   a busybox root has read all of its image twice.  Figures: its free
#            memory, and the size of the node's store
#   trace    records which parts of its image that Debian reads until its login,
#            to $BUILD/perf/boot.trace, for perf/boot.trace; measures
#            nothing
#
#   PARTS=login,memory    which of these are run
#   MEMORY=384            MB of the Debian's machine
#   CPUS=1                processors of the Debian's machine
#   RATE=                 rate of the server's link, for example 100mbit; none:
#                         not shaped
#   HOWS=plain,vfield,profile    by turns; profile is V-FIELD with the boot
#                         profile of an earlier boot
#   PARTS=prepare         makes only image and profile, in $BUILD/perf/debian;
#                         without it they are made when they are needed
top=$(cd "$(dirname "$0")/.." && pwd)
[ -n "${VF_ISOLATED-}" ] ||
	make -C "$top" --no-print-directory BUILD="${BUILD:-build}" boot-files \
		>/dev/null
. "$top/perf/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
boot_need
boot_need_debian
need nbd-server nbd-client cpio zstd
PARTS=${PARTS:-login,memory}
MEMORY=${MEMORY:-384} CPUS=${CPUS:-1}
HOWS=$(list "${HOWS:-plain,vfield,profile}")
DEBIAN=$OUT/debian

# --- plain NBD ---

# plain_init: prints the functions of init that are different with plain NBD.
plain_init() {
	cat <<-'END'
		join() {
			:
		}
		attach() {
			attached && return
			# shellcheck disable=SC2086 # split on purpose
			nbd-client $peers 10820 /dev/nbd0 -N image -b 4096 >/dev/null
			until_true 10 attached
		}
	END
}

# plain_initrd FROM TO: makes the initramfs TO from FROM, with nbd-client and
# its libraries instead of V-FIELD's programs.
plain_initrd() {
	rm -rf "$TMP/tree"
	mkdir "$TMP/tree"
	(
		cd "$TMP/tree"
		zstd -qdc "$1" | cpio --quiet -id
		rm -rf usr/bin/* usr/lib/vfield/*.so usr/lib/*.so* \
			lib/x86_64-linux-gnu lib64
		client=$(command -v nbd-client)
		cp "$client" usr/bin/
		for library in $(ldd "$client" | grep -o '/[^ ]*'); do
			mkdir -p ".${library%/*}"
			cp -L "$library" ".$library"
		done
		plain_init >plain
		sed -i '/^# --- from top to bottom ---/{
			r plain
			N
		}' init
		rm plain
		find . | sort | cpio --quiet -o -H newc -R 0:0
	) | zstd -q -19 >"$2"
}

plain_serve() {
	cat >"$TMP/nbd.conf" <<-END
		[generic]
			port = 10820
			allowlist = true
		[image]
			exportname = $1
			readonly = true
	END
	bed_in 1 nbd-server -C "$TMP/nbd.conf" -p "$TMP/nbd.pid"
	wait_for 10 test -s "$TMP/nbd.pid"
}

# --- a boot ---

# moments PID FILE WORD...: prints for each WORD when it appeared in FILE, in ms
# of the clock, and then the CPU seconds of the process PID.
moments() {
	"$PYTHON" -c '
import os, sys, time
pid, path, words = sys.argv[1], sys.argv[2], sys.argv[3:]
end, text = time.time() + 600, ""
with open(path, errors="replace") as f:
    for word in words:
        while word not in text:
            text += f.read()
            time.sleep(0.02)
            if time.time() > end:
                sys.exit(path + ": nobody has said " + word)
        print(int(time.time() * 1000))
with open("/proc/" + pid + "/stat") as f:
    ticks = f.read().rpartition(")")[2].split()[11:13]
print(sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"))' "$@"
}

# switch_on HOW: switches the guest on, with the initramfs for HOW, and sets
# ON_MS to the time, and sent to the server's bytes so far.
switch_on() {
	case $1 in
	plain) cp "$TMP/plain.initrd" "$TMP/tftp/initrd" ;;
	*) cp "$BOOT/initrd" "$TMP/tftp/initrd" ;;
	esac
	rm -f "$TMP/guest1.serial"
	: >"$TMP/guest1.serial"
	ON_MS=$(now_ms)
	sent=$(bed_sent 1)
	boot_on 1 -smp "$CPUS"
}

mkdir -p "$TMP/tftp"
boot_network
bed_machine 1 "${RATE-}"
plain_initrd "$BOOT/initrd" "$TMP/plain.initrd"
bench_begin 2 part how kernel_s start_s login_s cpu_s wire_MB free_MiB store_MiB
bench_note "initramfs: $(stat -c %s "$BOOT/initrd") bytes," \
	"plain $(stat -c %s "$TMP/plain.initrd")"

login_once() {
	switch_on "$1"
	# shellcheck disable=SC2046 # split on purpose
	set -- "$1" $(moments "$(boot_pid 1)" "$TMP/guest1.serial" \
		'Linux version' 'vfield: starting' 'login:')
	sent=$(($(bed_sent 1) - sent))
	[ $# -eq 5 ] || fail "$1: it did not boot"
	boot_off 1
	awk -v on="$ON_MS" -v how="$1" -v a="$2" -v b="$3" -v c="$4" \
		-v cpu="$5" -v sent="$sent" 'BEGIN {
			printf "login %s %.2f %.2f %.2f %.2f %.1f - -\n", how,
				(a - on) / 1000, (b - on) / 1000,
				(c - on) / 1000, cpu, sent / 1e6 }' >"$TMP/row"
	# shellcheck disable=SC2046
	bench_row $(cat "$TMP/row")
}

# record IMAGE: boots IMAGE until it asks for a login, and makes a boot profile
# of the reads.
record() {
	bed_start 1 "$TMP/n1/nbdkit.log" nbdkit -f -r -p 10820 -e image \
		--filter=log file "$1" logfile="$TMP/mem/reads"
	boot_files "vfield.peer=$(bed_addr 1) vfield.disks=no"
	BOOT_MEMORY=$MEMORY
	switch_on plain
	boot_says 1 'login:' >/dev/null
	boot_off 1
	vfield image profile "$1.vfm" --from "$TMP/mem/reads" -o "$DEBIAN/profile"
	serve_no_more
}

prepare() {
	[ -z "$(find "$DEBIAN/profile" -newer "$BOOT/debian.done" \
		2>/dev/null)" ] || return 0
	rm -rf "$DEBIAN"
	boot_debian_image "$DEBIAN" >"$TMP/mkimage.log" 2>&1
	record "$DEBIAN/debian.squashfs"
}

# serve IMAGE HOW: starts the server of IMAGE for one machine.
serve() {
	if [ "$2" = plain ]; then
		plain_serve "$1"
		return
	fi
	rm -f "$1.vfp"
	[ "$2" != profile ] || cp "$DEBIAN/profile" "$1.vfp"
	bed_serve 1 --image "$1"
	bed_wait_ready 1
}

login() {
	prepare
	mkdir -p "$RAM/debian"
	image=$RAM/debian/debian.squashfs
	cp "$DEBIAN/debian.squashfs" "$DEBIAN/debian.squashfs.vfm" "$RAM/debian/"
	boot_files "vfield.peer=$(bed_addr 1) vfield.disks=no"
	BOOT_MEMORY=$MEMORY
	for _ in $(seq "$REPEAT"); do
		for how in $HOWS; do
			serve "$image" "$how"
			login_once "$how"
			serve_no_more
		done
	done
}

serve_no_more() {
	rm -f "$TMP/nbd.pid"
	bed_power_cut 1
	bed_machine 1 "${RATE-}"
}

memory_root() {
	boot_busybox_root "$1"
	cat >"$1/sbin/init" <<-'END'
		#!/bin/sh
		export PATH=/bin
		cat /data /data >/dev/null
		echo 3 >/proc/sys/vm/drop_caches
		store=0
		[ ! -e /run/vfield/node.pid ] ||
			store=$(chroot "/proc/$(cat /run/vfield/node.pid)/root" \
				du -sk /store | cut -f 1)
		free=$(awk '/MemAvailable/ { print $2 }' /proc/meminfo)
		echo "MEMORY $free $store kB;"
		poweroff -f
	END
}

memory_once() {
	switch_on "$1"
	boot_says 1 'MEMORY .* kB;' >/dev/null
	boot_off 1
	# shellcheck disable=SC2046
	set -- "$1" $(grep -a -o 'MEMORY [0-9]* [0-9]* kB;' "$TMP/guest1.serial")
	bench_row memory "$1" - - - - - $(($3 / 1024)) $(($4 / 1024))
}

memory() {
	memory_root "$TMP/root"
	make_image "$TMP/root/data" 40000000
	mksquashfs "$TMP/root" "$TMP/busybox.squashfs" -quiet -no-progress \
		-comp zstd -all-root
	plain_serve "$TMP/busybox.squashfs"
	bed_serve 1 --image "$TMP/busybox.squashfs"
	bed_wait_ready 1
	boot_files "vfield.peer=$(bed_addr 1) vfield.disks=no"
	BOOT_MEMORY=256
	for _ in $(seq "$REPEAT"); do
		memory_once plain
		memory_once vfield
	done
	serve_no_more
}

# trace: boots the Debian with plain NBD, and records its reads.
trace() {
	boot_debian_image "$TMP/debian" >"$TMP/mkimage.log" 2>&1
	image=$TMP/debian/debian.squashfs
	bed_start 1 "$TMP/n1/nbdkit.log" nbdkit -f -r -p 10820 --filter=log \
		file "$image" logfile="$TMP/mem/trace"
	boot_files "vfield.peer=$(bed_addr 1) vfield.disks=no"
	BOOT_MEMORY=$MEMORY
	switch_on plain
	boot_says 1 'login:'
	boot_off 1
	"$TOP/perf/trace" --from-log "$TMP/mem/trace" >"$OUT/boot.trace"
	bench_note "$(grep -vc '^#' "$OUT/boot.trace") reads of an image of" \
		"$(stat -c %s "$image") bytes"
	serve_no_more
}

for part in $(list "$PARTS"); do
	"$part"
done
bench_end
