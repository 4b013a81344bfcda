#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Half of the peers live and are of no use, in one way or the other: those that
# are well read on.  CI has a sample, which only asks for progress; GRID=all
# (make check-full) tries all ways, one after the other, and has every reader at
# half of its undisturbed speed, 5 s after the beginning, without a pause of
# more than 2 s.  WAYS="..." tries those.
#
#   silent    its server is stopped
#   barren    its server answers handshakes, and no read
#   dribbling the same, but it sends a byte now and then
#   slow      its link has a tenth of the others' rate
#   noseed    it cannot reach the seed
#   partial   it cannot reach one of the readers
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
need jq nbdkit

GRID=${GRID-}
WAYS=${WAYS-dribbling noseed}
[ "$GRID" != all ] || WAYS="silent barren dribbling slow noseed partial"
RATE=200mbit SLOW=20mbit
image=$TMP/mem/debian
good="4 5" bad="2 3"

# --- machines ---

start_machines() {
	bed_bridge
	for i in 1 $good $bad; do
		bed_machine "$i" $RATE
	done
	make_image "$image" 64000000
	vfield image create "$image"
	bed_serve 1 --image "$image"
	bed_wait_ready 1
	for i in $good $bad; do
		bed_join "$i" "$(bed_addr 1)" --no-fill --store 16M
	done
	# shellcheck disable=SC2086 # words
	bed_wait_ready $good $bad
	for i in $good; do
		wait_for 20 bed_status_is "$i" '.membership.nodes == 5'
	done
}

pid_of() {
	bed_in "$1" pgrep -x "$2" | head -n 1
}

# impostor I CMD...: a server in the place of the machine's own
impostor() {
	bad_i=$1
	shift
	bed_in "$bad_i" kill -STOP "$(pid_of "$bad_i" vfield)"
	bed_in "$bad_i" kill -KILL "$(pid_of "$bad_i" nbdkit)"
	wait_for 10 sh -c "! nsenter -t $(bed_init_pid "$bad_i") -n ss -Hltn |
		grep -q :10809"
	bed_start "$bad_i" "$TMP/impostor.log" "$@"
	wait_for 10 sh -c "nsenter -t $(bed_init_pid "$bad_i") -n ss -Hltn |
		grep -q :10809"
}

impostor_ends() {
	for p in $(bed_in "$1" pgrep -f "$TMP/mem/debian"); do
		bed_in "$1" kill -KILL "$p" 2>/dev/null || :
	done
	bed_in "$1" kill -CONT "$(pid_of "$1" vfield)"
}

# --- what is wrong with a machine, and right again ---

go_bad() {
	case $1 in
	silent) bed_in "$2" kill -STOP "$(pid_of "$2" nbdkit)" ;;
	barren) impostor "$2" nbdkit -f --filter=delay file "$image" rdelay=3600 ;;
	dribbling)
		impostor "$2" "$PYTHON" "$TOP/tests/proxy.py" 0.0.0.0 10809 \
			dribble "$image.sock" 600
		;;
	slow) bed_rate "$2" $SLOW ;;
	noseed) bed_in "$2" ip route add blackhole "$(bed_addr 1)/32" ;;
	partial) bed_in "$2" ip route add blackhole "$(bed_addr 4)/32" ;;
	*) fail "no such way: $1" ;;
	esac
}

go_good() {
	case $1 in
	silent) bed_in "$2" kill -CONT "$(pid_of "$2" nbdkit)" ;;
	barren | dribbling) impostor_ends "$2" ;;
	slow) bed_rate "$2" $RATE ;;
	noseed) bed_in "$2" ip route del blackhole "$(bed_addr 1)/32" ;;
	partial) bed_in "$2" ip route del blackhole "$(bed_addr 4)/32" ;;
	esac
}

# --- readers ---

beat() {
	cat "$TMP/mem/beat$1" 2>/dev/null || echo 0
}

reader_on() {
	bed_start "$1" "$TMP/mem/reader$1" "$PYTHON" "$TOP/tests/reader.py" \
		"nbd+unix:///?socket=/run/vfield/router.sock" "$image" \
		--passes 0 --depth 8 --beat "$TMP/mem/beat$1"
	eval "READER_$1=$BED_PID"
	at_exit "kill $BED_PID 2>/dev/null"
}

reader_of() {
	nsenter=$(eval "echo \${READER_$1}")
	cat "/proc/$nsenter/task/$nsenter/children" 2>/dev/null
}

has_read() {
	[ -n "$(reader_of "$1")" ] || fail "reader $1: $(cat "$TMP/mem/reader$1")"
	[ "$(beat "$1")" -ge "$2" ]
}

# all_read BYTES: until each has read so many more
all_read() {
	for i in $good; do
		eval "until_$i=$(($(beat "$i") + $1))"
	done
	for i in $good; do
		wait_for 40 has_read "$i" "$(eval "echo \${until_$i}")"
	done
}

# the longest pause of reader I since the last time, in ms
longest_gap() {
	lines=$(wc -l <"$TMP/mem/reader$1")
	kill -USR1 "$(reader_of "$1" | tr -d ' ')"
	wait_for 10 sh -c "[ \$(wc -l <'$TMP/mem/reader$1') -gt $lines ]"
	tail -n 1 "$TMP/mem/reader$1" | jq '.longest_gap_ms | floor'
}

# --- the grid ---

# rates SECONDS: leaves kB/s of each reader in rate_I, for GRID=all alone
rates() {
	for i in $good; do
		eval "from_$i=$(beat "$i")"
	done
	sleep "$1"
	for i in $good; do
		eval "rate_$i=\$((($(beat "$i") - from_$i) / $1 / 1000))"
	done
}

measure() {
	[ "$GRID" = all ] || {
		all_read 64000000
		return 0
	}
	for i in $good; do
		longest_gap "$i" >/dev/null
	done
	$1
	sleep 5
	rates 10
	for i in $good; do
		gap=$(longest_gap "$i") now=$(eval "echo \$rate_$i")
		before=$(eval "echo \$before_$i")
		echo "$2: reader $i: $now kB/s of $before, longest pause $gap ms"
		[ "$now" -ge $((before / 2)) ] && [ "$gap" -le 2000 ] ||
			BAD="$BAD, $2: reader $i"
	done
}

# those that deliver nothing were found, by each reader
found() {
	case $1 in
	barren | dribbling)
		for i in $good; do
			wait_for 20 grep -q 'node n[23] lives, .* delivers nothing' \
				"$TMP/n$i/log"
		done
		;;
	esac
}

undisturbed() {
	all_read 32000000
	[ "$GRID" != all ] || rates 5
	for i in $good; do
		eval "before_$i=\${rate_$i-}"
	done
}

one_way() {
	undisturbed
	all_bad() {
		for b in $bad; do
			go_bad "$way" "$b"
		done
	}
	[ "$GRID" = all ] || all_bad
	measure all_bad "$way"
	found "$way"
	for b in $bad; do
		go_good "$way" "$b"
	done
	all_read 32000000
	echo "$way: read on"
}

BAD=
start_machines
nbdkit -U "$image.sock" -P "$TMP/nbdkit.pid" file "$image"
at_exit "kill $(cat "$TMP/nbdkit.pid") 2>/dev/null"
for i in $good; do
	reader_on "$i"
done
for i in $bad; do # they read too: who does not stands in no tree
	bed_start "$i" /dev/null "$PYTHON" "$TOP/tests/reader.py" \
		"nbd+unix:///?socket=/run/vfield/router.sock" "$image" \
		--passes 0 --depth 8
done
for way in $WAYS; do
	one_way
done
[ -z "$BAD" ] || fail "held up${BAD#,}"
