#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A benchmark that is ended by a signal leaves no process and no directory
# behind, whether make or perf/bench gets the signal.
. "$(dirname "$0")/lib.sh"
need nbdcopy nbdkit nbd-server jq make

# The benchmark writes to $TMP/build, so that the results in this tree's build
# directory stay as they are.
mkdir "$TMP/build"
ln -s "$BUILD/bin" "$BUILD/lib" "$TMP/build"
printf 'BUILD = %s\ninclude %s\nall sim %s:\n' "$TMP/build" \
	"$TOP/perf/bench.mk" "$TMP/build/perf/wire" >"$TMP/Makefile"

pids() {
	(cd /proc && echo [0-9]*)
}

processes() {
	for p in $(pids); do
		ended "$p" || echo "$p"
	done | wc -l
}

no_more_than() {
	[ "$(processes)" -le "$1" ] && return
	# This log helps to find out why a process is left.
	grep -H . /proc/[0-9]*/stat /proc/[0-9]*/wchan >"$TMP/left.log"
	return 1
}

node_runs() {
	pgrep -x vfield-router
}

# stopped SIGNAL CMD...: starts the benchmark CMD, sends it SIGNAL once a node
# runs, and fails the test if a process or a file of it is left.
stopped() {
	signal=$1 before=$(processes)
	shift
	"$@" >"$TMP/bench.log" 2>&1 &
	bench=$!
	wait_for 60 node_runs
	first=$(cat "$TMP/build/perf/crowd.pid")
	dir=$(tr '\0' '\n' <"/proc/$first/environ" | sed -n 's/^VF_TMP=//p')
	[ -d "$dir" ] || fail "no directory of the benchmark: $dir"
	kill "-$signal" $bench
	wait_for 20 ended $bench
	! wait $bench || fail "it ended well: $(cat "$TMP/bench.log")"
	wait_for 20 no_more_than "$before"
	[ ! -e "$dir" ] || fail "$dir is left"
	[ ! -e "$TMP/build/perf/crowd.pid" ] || fail "crowd.pid is left"
	echo "$*: ended by $signal, nothing left"
}

export BUILD="$TMP/build"
cd "$TOP"
what='crowd NODES=2 MB=67 RATE=4mbit MODES=vfield REPEAT=1'
# shellcheck disable=SC2086 # split on purpose
stopped TERM perf/bench $what
stopped TERM make -s -f "$TMP/Makefile" bench B="$what"
