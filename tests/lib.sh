# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# shellcheck shell=sh disable=SC2034
# lib: functions and variables for behaviour tests.  A test's first line of code
# is
#
#	. "$(dirname "$0")/lib.sh"
#
# This line starts the test anew in PID, mount, network and IPC namespaces of
# its own, so that no other process uses its /dev/shm, /run and ports of
# 127.0.0.0/8, and no process that it starts can outlive it.  The test then has
#
#   $TOP $BUILD     top directory of the sources; directory of the programs
#   $TMP            a directory, removed when the test ends
#   at_exit CMD     run CMD when the test ends; the last CMD runs first
#   fail WHY        end the test as failed
#   skip WHAT_IS_MISSING, need PROGRAM...    end the test as skipped; need does
#                   so only if a PROGRAM is not installed
#   wait_for SECONDS CMD...    repeat CMD until it succeeds: the one way for a
#                   test to wait
#   node_...        nodes: number N listens on 127.0.0.N, its run directory
#                   is $TMP/nN, its log $TMP/nN/log
#   sum_...         print checksums of what clients read
#   make_image FILE BYTES
#
# The test exits with 0 only if it ran to its end and no sanitizer has reported
# anything in any of its processes.
set -eu

if [ -z "${VF_ISOLATED-}" ]; then
	[ "$(id -u)" -eq 0 ] || root=--map-root-user
	VF_ISOLATED=1 exec unshare ${root-} --mount --net --ipc --uts --pid \
		--fork --kill-child --mount-proc sh "$0" "$@"
fi
unset VF_ISOLATED
# A machine that boots would have mounted and set up the same.
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /run
ip link set lo up
# Hides the configuration that Debian's package of corosync has installed.
[ ! -d /etc/corosync ] || mount -t tmpfs tmpfs /etc/corosync

TOP=$(cd "$(dirname "$0")/.." && pwd)
TOP=${TOP%/tests} # the test may be in a directory of tests/
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$TOP/$BUILD ;; esac
TMP=${VF_TMP:-$(mktemp -d /tmp/vf.XXXXXX)}
PATH=$TMP/bin:$BUILD/bin:$PATH:/usr/sbin:/sbin
PLUGIN=$BUILD/lib/nbdkit-vfield-plugin.so
PYTHON=/usr/bin/python3 # the version for which Debian has python3-libnbd
CLIENT_LIMIT=${CLIENT_LIMIT:-120} # seconds; no read in the tests takes as long
export BUILD PATH TMP
mkdir -p "$TMP/bin"
# nbdkit runs as another user, and writes its sanitizer's report here
chmod "$([ -n "${SAN-}" ] && echo 1777 || echo 711)" "$TMP"

fail() {
	echo "FAILED: $*"
	exit 1
}

skip() {
	echo "$*"
	exit 77
}

need() {
	for program; do
		command -v "$program" >/dev/null || skip "$program is not installed"
	done
}

# --- the end of a test ---

EXIT_COMMANDS=
STARTED=

at_exit() {
	EXIT_COMMANDS="$1
$EXIT_COMMANDS"
}

show_logs() {
	for log in "$TMP"/n*/log "$TMP"/*.log; do
		[ -s "$log" ] || continue
		echo "--- $log"
		tail -n "${LOG_LINES:-15}" "$log"
	done
}

# nbdkits_end REPORT: returns 0 if the file REPORT, a sanitizer's, tells of a
# crash that nbdkit 1.32 itself may have when it ends, which is no fault of the
# plugin.  A connection that nbdkit has accepted just before its end may find
# that the backend is gone.  The report then ends with the process, often before
# it has named its first frame.
nbdkits_end() {
	case ${1##*/} in
	san.nbdkit.*) ;;
	*) return 1 ;;
	esac
	grep -q SEGV "$1" && ! grep '^ *#0 ' "$1" | grep -qv '/nbdkit+0x'
}

finish() {
	rc=$?
	trap - EXIT
	set +e
	[ $rc -eq 0 ] || [ $rc -eq 77 ] || show_logs
	eval "$EXIT_COMMANDS"
	for n in $STARTED; do
		(node_stop "$n")
	done
	for report in "$TMP"/san.*; do
		[ -e "$report" ] || continue
		echo "--- ${report##*/}"
		cat "$report"
		nbdkits_end "$report" || rc=1
	done
	cd /
	if [ -n "${KEEP-}" ]; then
		echo "kept: $TMP"
	else
		rm -rf "$TMP"
	fi
	exit $rc
}
trap finish EXIT
# $TMP/mem: for files that are written while a test measures times, as a disk
# may now and then stop for a while.
mkdir "$TMP/mem"
mount -t tmpfs tmpfs "$TMP/mem"
at_exit 'umount -l "$TMP/mem"'
trap 'exit 143' TERM
trap 'exit 130' INT HUP

# --- waiting ---

# wait_for SECONDS CMD...: repeats CMD until it succeeds.  Fails the test after
# three times SECONDS; on a machine that does little else, SECONDS are enough.
wait_for() {
	limit=$(($1 * 3))
	shift
	deadline=$(($(date +%s) + limit))
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -le "$deadline" ] || fail "waited $limit s for: $*"
		sleep 0.05
	done
}

# ended PID: returns 0 if the process has ended.  It may be a zombie, for which
# the shell has not waited yet.
ended() {
	! kill -0 "$1" 2>/dev/null ||
		grep -q '^State:	[ZX]' "/proc/$1/status" 2>/dev/null
}

# --- sanitizers ---

# Sanitizers write their reports to files. finish looks for these, since a
# supervisor restarts a process that a sanitizer has ended.
if [ -n "${SAN-}" ]; then
	ASAN_OPTIONS=log_path=$TMP/san:fast_unwind_on_malloc=0:${ASAN_OPTIONS-}
	UBSAN_OPTIONS=log_path=$TMP/san:print_stacktrace=1:${UBSAN_OPTIONS-}
	TSAN_OPTIONS=log_path=$TMP/san:${TSAN_OPTIONS-}
	export ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS
	case $SAN in
	*thread*) runtime=$(gcc -print-file-name=libtsan.so) ;;
	*) runtime=$(gcc -print-file-name=libasan.so) ;;
	esac
	# The plugin is built with the sanitizer, nbdkit is not: its leaks at
	# exit are no fault of the plugin's.
	cat >"$TMP/bin/nbdkit" <<-END
		#!/bin/sh
		ASAN_OPTIONS=\$ASAN_OPTIONS:detect_leaks=0:log_path=$TMP/san.nbdkit \\
			LD_PRELOAD=$runtime exec $(command -v nbdkit) "\$@"
	END
	chmod +x "$TMP/bin/nbdkit"
fi

# --- nodes ---

node_dir() {
	echo "$TMP/n$1"
}

# node_spawn N serve|join ARGS...: starts node N and does not wait until it is
# ready.
node_spawn() {
	n=$1 verb=$2
	shift 2
	need_built
	mkdir -p "$TMP/n$n"
	: >"$TMP/n$n/ready"
	setsid vfield "$verb" --name "n$n" --listen "127.0.0.$n" \
		--run-dir "$TMP/n$n" "$@" \
		>"$TMP/n$n/ready" 2>>"$TMP/n$n/log" &
	eval "NODE_PID_$n=$!"
	case " $STARTED " in *" $n "*) ;; *) STARTED="$STARTED $n" ;; esac
}

need_built() {
	[ -x "$BUILD/bin/vfield" ] || fail "vfield is not built in $BUILD"
}

node_start() {
	node_spawn "$@"
	node_wait "$1"
}

# node_ready N: returns 0 if node N is ready, as the one line that it writes to
# standard output says, or if it has ended.
node_ready() {
	[ -s "$TMP/n$1/ready" ] || node_ended "$1"
}

node_wait() {
	wait_for 60 node_ready "$1"
	[ -s "$TMP/n$1/ready" ] || fail "node $1 has ended"
}

node_pid() {
	eval "echo \${NODE_PID_$1}"
}

node_ended() {
	ended "$(node_pid "$1")"
}

# node_signal N SIGNAL: sends SIGNAL to all processes of the node's session.
node_signal() {
	# The end of one process may end others before kill reaches them.
	pgrep -s "$(node_pid "$1")" | xargs -r kill "-$2" 2>/dev/null || :
}

# session_ended SESSION: returns 0 if all processes of the session have ended,
# so that the node's ports and its store are free.
session_ended() {
	for process in $(pgrep -s "$1"); do
		ended "$process" || return 1
	done
}

node_kill() {
	node_signal "$1" KILL
	wait "$(node_pid "$1")" 2>/dev/null || :
	wait_for 20 session_ended "$(node_pid "$1")"
	eval "NODE_PID_$1="
}

# node_stop N: ends the node by SIGTERM, as systemd does, and sets NODE_STATUS
# to its exit status.
node_stop() {
	pid=$(node_pid "$1")
	[ -n "$pid" ] || return 0
	node_signal "$1" CONT
	kill -TERM "$pid" 2>/dev/null || :
	wait_for 20 ended "$pid"
	NODE_STATUS=0
	wait "$pid" 2>/dev/null || NODE_STATUS=$?
	eval "NODE_PID_$1="
}

# node_child N PROGRAM: prints the id of the process PROGRAM of node N.  Returns
# 1 if the node has none.
node_child() {
	pid=$(node_pid "$1")
	for p in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
		[ "$(cat "/proc/$p/comm")" = "$2" ] && echo "$p" && return 0
	done
	return 1
}

status() {
	timeout 10 vfield status --json --run-dir "$TMP/n$1"
}

# status_get N FILTER: prints what jq's FILTER makes of the status of node N.
status_get() {
	status "$1" | jq -r "$2"
}

# json_is CONDITION [JQ_ARGS]: returns 0 if jq's CONDITION is true of the JSON
# on standard input.  Empty input is false, although jq 1.6 takes it for true.
json_is() {
	condition=$1
	shift
	jq -es "$@" ".[] | $condition" >/dev/null
}

# status_is N CONDITION [JQ_ARGS]: returns 0 if CONDITION is true of the status
# of node N.
status_is() {
	n=$1
	shift
	status "$n" | json_is "$@"
}

# node_knows N COUNT: returns 0 if node N knows COUNT nodes, itself included.
node_knows() {
	status_is "$1" ".membership.nodes == $2"
}

# node_complete N: returns 0 if node N holds all chunks of all its images.
node_complete() {
	status_is "$1" '.images | length > 0 and all(.complete or
		.held == .nchunks)'
}

# --- images and clients ---

# make_image FILE BYTES: writes random bytes, which do not compress, to FILE.
make_image() {
	head -c "$2" /dev/urandom >"$1"
}

sum_file() {
	sha256sum <"$1" | cut -c 1-64
}

uri_sock() {
	echo "nbd+unix:///${2-}?socket=$TMP/n$1/router.sock"
}

uri_tcp() {
	echo "nbd://127.0.0.$1/${2-}"
}

sum_uri() {
	timeout "$CLIENT_LIMIT" nbdcopy "$1" - | sha256sum | cut -c 1-64
}

# sum_sock N [EXPORT]: prints the checksum of all that a client reads from the
# router of node N; sum_tcp reads from the node's TCP port instead.
sum_sock() {
	sum_uri "$(uri_sock "$@")"
}

sum_tcp() {
	sum_uri "$(uri_tcp "$@")"
}

# check_sum WHAT GOT WANTED: fails the test if the two checksums differ.  Prints
# the time since the last check_sum, for the reader of a test's log.
CHECKED=$(date +%s%N)
check_sum() {
	[ "$2" = "$3" ] || fail "$1: read $2, the image is $3"
	check_now=$(date +%s%N)
	echo "$1: right, $(((check_now - CHECKED) / 1000000)) ms after the last"
	CHECKED=$check_now
}

# image_id FILE.vfm: prints the id of the image that has this manifest.
image_id() {
	vfield image info "$1" --json | jq -r .id
}

# reader_start URI IMAGE ARGS...: starts tests/reader.py in the background,
# which reads until reader_stop.  An error or a wrong byte fails the test.
reader_start() {
	rm -f "$TMP/mem/beat"
	"$PYTHON" "$TOP/tests/reader.py" "$@" --passes 0 --beat "$TMP/mem/beat" \
		>"$TMP/reader.log" 2>&1 &
	READER=$!
	reader_reads 1
}

reader_past() {
	ended "$READER" || [ "$(cat "$TMP/mem/beat")" -ge "$1" ]
}

# reader_reads BYTES: waits until the reader has read BYTES more.
reader_reads() {
	read_before=$(cat "$TMP/mem/beat" 2>/dev/null) || read_before=0
	wait_for "$CLIENT_LIMIT" reader_past $((${read_before:-0} + $1))
	ended "$READER" && fail "reader: $(cat "$TMP/reader.log")"
	return 0
}

reader_stop() {
	kill "$READER"
	wait "$READER" || fail "reader: $(cat "$TMP/reader.log")"
	cat "$TMP/reader.log"
}

# peer_bytes N M: prints how many bytes node N has received from node M since N
# has started.
peer_bytes() {
	status_get "$1" "[.peers[] | select(.address | startswith(\"127.0.0.$2:\"))
		| .bytes] | add // 0"
}

peer_bytes_past() {
	[ "$(peer_bytes "$1" "$2")" -gt "$3" ]
}

# peer_used N M: waits until node N has received further bytes from node M.
peer_used() {
	peer_before=$(peer_bytes "$1" "$2")
	wait_for 60 peer_bytes_past "$1" "$2" "$peer_before"
}
