# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# shellcheck shell=sh disable=SC2034
# lib: functions and variables for benchmarks.  It sources tests/lib.sh, and so
# starts the benchmark anew in namespaces of its own.  A benchmark begins with
#
#	. "$(dirname "$0")/lib.sh"
#	bench_begin KEYS COLUMN...
#
# where the first KEYS columns say what was measured and the others are figures.
# It then has
#
#   REPEAT          how often each point is measured (3)
#   RAM             a directory in memory for images, which all machines see
#   bench_row V...  add a run: a line of $BUILD/perf/NAME.runs.csv
#   bench_end       print medians and ranges as a table, and write them to
#                   NAME.csv, with columns COLUMN, COLUMN_min, COLUMN_max
#   bench_plot lines|bars SVG TITLE YLABEL COLUMN...   draw a graph: see
#                   perf/plot
#   rivals WORD=PROGRAM=PACKAGE...   take each WORD whose PROGRAM is not
#                   installed out of $MODES, and note that
#   bench_note ...  print a note for the reader of the figures, and keep it in
#                   the CSV
#   list A,B        print the words A B
#   now_ms          print the clock's milliseconds
#   ticks           print how many ticks all cores have been busy; cores_busy
#                   TICKS MS prints how many cores that is
#   cpu             print the CPU seconds of all processes of this benchmark;
#                   cores_of BEFORE AFTER MS prints how many cores that is
#   others          print how many cores are busy, measured for half a second
. "$(dirname "$0")/../tests/lib.sh"

REPEAT=${REPEAT:-3}
BENCH=$(basename "$0" .sh)
OUT=$BUILD/perf
RAM=$TMP/ram
mkdir -p "$OUT" "$RAM"
mount -t tmpfs -o size=90% tmpfs "$RAM"
at_exit 'umount -l "$RAM"'
MIB=1048576

bench_versions() {
	nbdkit --version
	nbdcopy --version | head -n 1
	nbd-server --version 2>&1 | head -n 1
	qemu-nbd --version | head -n 1
	fio --version
	corosync -v | head -n 1
}

bench_machine() {
	date -u +'%FT%TZ'
	sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1
	echo "$(nproc) cores, $(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' \
		/proc/meminfo) GiB, Linux $(uname -r)"
	echo "commit $(git -C "$TOP" describe --always --dirty 2>/dev/null)," \
		"programs of $(date -u -r "$BUILD/bin/vfield-router" +%FT%TZ)"
	bench_versions 2>/dev/null | paste -s -d ';' | sed 's/;/; /g'
	echo "load before: $(cut -d ' ' -f 1-3 /proc/loadavg)," \
		"$(others) cores busy with other things"
}

bench_note() {
	echo "# $*"
	echo "# $*" >>"$OUT/$BENCH.runs.csv"
}

bench_begin() {
	bench_keys=$1
	shift
	: >"$OUT/$BENCH.runs.csv"
	bench_machine | while read -r line; do
		bench_note "$line"
	done
	echo "$*" | tr ' ' , >>"$OUT/$BENCH.runs.csv"
}

bench_row() {
	echo "$*" | tr ' ' , >>"$OUT/$BENCH.runs.csv"
	[ -z "${VERBOSE-}" ] || echo "$*"
}

bench_medians() {
	awk -F , -v OFS=, -v keys="$bench_keys" '
		/^#/ { print; next }
		!cols { cols = NF
			head = $1
			for (i = 2; i <= keys; i++) head = head OFS $i
			for (; i <= NF; i++)
				head = head OFS $i OFS $i "_min" OFS $i "_max"
			print head, "runs"; next }
		{ k = $1
		  for (i = 2; i <= keys; i++) k = k OFS $i
		  if (!(k in n)) order[++count] = k
		  m = ++n[k]
		  for (i = keys + 1; i <= cols; i++) {
			for (j = m; j > 1 && v[k, i, j - 1] + 0 > $i + 0; j--)
				v[k, i, j] = v[k, i, j - 1]
			v[k, i, j] = $i } }
		END { for (c = 1; c <= count; c++) {
			k = line = order[c]; m = n[k]
			for (i = keys + 1; i <= cols; i++)
				line = line OFS v[k, i, int((m + 1) / 2)] \
					OFS v[k, i, 1] OFS v[k, i, m]
			print line, m } }' "$OUT/$BENCH.runs.csv"
}

# bench_table: prints the table: each figure's median, and its range unless all
# runs gave the same.
bench_table() {
	awk -F , -v keys="$bench_keys" '
		/^#/ { next }
		!cols { cols = NF }
		{ line = ""
		  for (i = 1; i <= keys; i++)
			line = line sprintf("%-11s ", $i)
		  for (i = keys + 1; i < cols; i += 3) {
			cell = $i
			if (seen && $(i + 1) != $(i + 2))
				cell = cell " (" $(i + 1) "-" $(i + 2) ")"
			line = line sprintf("  %-21s", cell) }
		  seen = 1
		  sub(/ +$/, "", line)
		  print line }' "$OUT/$BENCH.csv"
}

bench_end() {
	bench_medians >"$OUT/$BENCH.csv"
	bench_table
	echo "# medians of $REPEAT and their range;" \
		"load after: $(cut -d ' ' -f 1-3 /proc/loadavg)"
}

# rivals WORD=PROGRAM=PACKAGE...: removes each WORD from MODES whose PROGRAM is
# missing, and notes this, with Debian's PACKAGE, before the first figure.
rivals() {
	for rival; do
		rival_word=${rival%%=*} rival_program=${rival#*=}
		case " $MODES " in *" $rival_word "*) ;; *) continue ;; esac
		command -v "${rival_program%=*}" >/dev/null && continue
		bench_note "$rival_word is left out: ${rival_program%=*} is not" \
			"installed (apt install ${rival##*=})"
		MODES=$(for word in $MODES; do
			[ "$word" = "$rival_word" ] || echo "$word"
		done | paste -s -d ' ')
	done
}

bench_plot() {
	plot_kind=$1 plot_svg=$2
	shift 2
	"$TOP/perf/plot" "$plot_kind" "$OUT/$BENCH.csv" "$OUT/$plot_svg" "$@" ||
		echo "# no graph: gnuplot failed or is not installed"
}

list() {
	echo "$1" | tr , ' '
}

now_ms() {
	echo $(($(date +%s%N) / 1000000))
}

ticks() {
	awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat
}

cores_busy() {
	awk -v t="$1" -v ms="$2" -v hz="$(getconf CLK_TCK)" \
		'BEGIN { printf "%.2f", ms ? t / hz / (ms / 1000) : 0 }'
}

# cpu: prints the CPU seconds of all processes here and in the machines'
# namespaces, those of children that have ended included.
cpu() {
	cat /proc/[0-9]*/stat 2>/dev/null | awk -v hz="$(getconf CLK_TCK)" '
		{ sub(/^.*\) /, ""); sum += $12 + $13 + $14 + $15 }
		END { printf "%.2f", sum / hz }'
}

cores_of() {
	awk -v a="$1" -v b="$2" -v ms="$3" \
		'BEGIN { printf "%.2f", ms ? (b - a) * 1000 / ms : 0 }'
}

others() {
	others_was=$(ticks)
	sleep 0.5
	cores_busy $(($(ticks) - others_was)) 500
}
