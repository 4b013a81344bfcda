# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# shellcheck shell=sh disable=SC2034
# crowd-lib: machines that read one image at the same moment; source it after
# lib.sh.  Machine 1 is the seed, 2 and on are the readers.
#
#   crowd_machines N RATE     the seed and N readers, all links of that rate;
#                             TCP=cubic, as Debian has it, whatever is the
#                             default on this machine
#   crowd_links N RATE        from now on, of the seed and N readers
#   crowd_plain MODE IMAGE    a plain server on the seed: nbd-server or nbdkit;
#                             crowd_plain_stop; CROWD_URI is what to read
#   crowd_cluster N IMAGE SEED_ARGS -- JOIN_ARGS...   a cluster; crowd_stop N
#   crowd_read N MB URI       all read it; leaves the figures of $CROWD_COLUMNS
#                             in CROWD_ROW
#   crowd_check N IMAGE       every byte, once more, by each reader's router
#
# mean, slowest, fastest: of the readers' rates, in parts of the link's payload
# rate; MB_s: all that they read, by the time until the last was done;
# seed_sent: what left the seed's machine, in images (nearly without headers,
# since packets are counted before they are cut), seed_link: in parts of its
# link, on average; busy: cores, of all of this machine, ours: by the machines
# alone, and before: in half a second before, so of others.
. "$(dirname "$0")/../tests/testbed.sh"

PAYLOAD=0.954 # of the raw rate: what headers leave
CROWD_COLUMNS='mean slowest fastest MB_s seed_sent seed_link busy ours before'
CROWD_SOCKET='nbd+unix:///?socket=/run/vfield/router.sock'
CLIENT_LIMIT=3600

crowd_readers() {
	seq 2 $(($1 + 1))
}

crowd_machines() {
	crowd_rate=$2
	bed_bridge
	for crowd_i in 1 $(crowd_readers "$1"); do
		bed_machine "$crowd_i" "$2"
		bed_tcp "$crowd_i" "${TCP:-cubic}"
	done
	bench_note "TCP's congestion control: ${TCP:-cubic}"
}

crowd_links() {
	crowd_rate=$2
	for crowd_i in 1 $(crowd_readers "$1"); do
		bed_rate "$crowd_i" "$2"
	done
}

crowd_listens() {
	bed_in "$1" sh -c 'ss -Hltn sport = :10809 | grep -q .'
}

crowd_silent() {
	! crowd_listens "$1"
}

crowd_plain() {
	case $1 in
	nbdkit)
		bed_start 1 "$TMP/n1/plain.log" nbdkit -f -r file "$2"
		;;
	nbd-server)
		# nbd-server lets 10 wait.  The eleventh, if it has a cookie, is
		# connected without its knowing, and waits for ever.
		bed_in 1 sysctl -q -w net.ipv4.tcp_syncookies=0
		printf '[generic]\n[image]\nexportname = %s\nreadonly = true\n' \
			"$2" >"$TMP/nbd-server.conf"
		bed_start 1 "$TMP/n1/plain.log" nbd-server \
			-C "$TMP/nbd-server.conf" -p /run/nbd-server.pid
		;;
	esac
	CROWD_URI=nbd://$(bed_addr 1)/image
	wait_for 10 crowd_listens 1
}

crowd_plain_stop() {
	bed_in 1 sh -c 'kill -KILL $(pgrep "^(nbdkit|nbd-server)$")'
	wait_for 10 crowd_silent 1
}

# crowd_cluster N IMAGE JOIN_ARGS...: all in one group, with nothing read yet
crowd_cluster() {
	crowd_n=$1 crowd_image=$2
	shift 2
	bed_serve 1 --image "$crowd_image"
	bed_wait_ready 1
	for crowd_i in $(crowd_readers "$crowd_n"); do
		bed_join "$crowd_i" "$(bed_addr 1)" "$@"
	done
	# shellcheck disable=SC2046 # words
	bed_wait_ready $(crowd_readers "$crowd_n")
	case " $* " in
	*' --direct '*) return ;; # serves nobody: it is no member
	esac
	for crowd_i in 1 $(crowd_readers "$crowd_n"); do
		wait_for 60 bed_status_is "$crowd_i" \
			".membership.nodes == $((crowd_n + 1))"
	done
}

crowd_stop() {
	for crowd_i in $(crowd_readers "$1") 1; do
		bed_in "$crowd_i" sh -c 'kill $(pgrep -x vfield)'
	done
	for crowd_i in $(crowd_readers "$1") 1; do
		wait_for 30 bed_in "$crowd_i" sh -c '! pgrep vfield'
	done
}

crowd_read() {
	crowd_n=$1 crowd_mb=$2 crowd_uri=$3
	crowd_before=$(others)
	rm -f "$TMP"/end*
	crowd_cpu=$(cpu)
	crowd_sent=$(bed_sent 1) crowd_ticks=$(ticks) crowd_began=$(now_ms)
	crowd_pids=
	for crowd_i in $(crowd_readers "$crowd_n"); do
		{
			bed_in "$crowd_i" nbdcopy --connections=1 "$crowd_uri" null: &&
				now_ms >"$TMP/end$crowd_i"
		} &
		crowd_pids="$crowd_pids $!"
	done
	# shellcheck disable=SC2086 # words
	wait $crowd_pids
	crowd_took=$(($(now_ms) - crowd_began))
	crowd_sent=$(($(bed_sent 1) - crowd_sent))
	crowd_busy=$(cores_busy $(($(ticks) - crowd_ticks)) $crowd_took)
	crowd_ours=$(cores_of "$crowd_cpu" "$(cpu)" $crowd_took)
	for crowd_i in $(crowd_readers "$crowd_n"); do
		[ -s "$TMP/end$crowd_i" ] || fail "reader $crowd_i failed"
	done
	CROWD_ROW=$(for crowd_i in $(crowd_readers "$crowd_n"); do
		echo $(($(cat "$TMP/end$crowd_i") - crowd_began))
	done | crowd_figures)
}

crowd_figures() {
	awk -v mb="$crowd_mb" -v bits="$(bed_bits "$crowd_rate")" \
		-v payload=$PAYLOAD -v took=$crowd_took -v sent=$crowd_sent '
		{ rate = mb * 1000 / $1; sum += rate; n++
		  if (!slow || rate < slow) slow = rate
		  if (rate > fast) fast = rate }
		END { raw = bits / 8e6; link = raw * payload
		  printf "%.3f %.3f %.3f %.1f %.3f %.3f", sum / n / link,
			slow / link, fast / link, n * mb * 1000 / took,
			sent / (mb * 1e6), sent / 1e3 / took / link }'
	echo " $crowd_busy $crowd_ours $crowd_before"
}

crowd_check() {
	for crowd_i in $(crowd_readers "$1"); do
		bed_in "$crowd_i" nbdcopy "$CROWD_SOCKET" - | cmp - "$2" ||
			fail "reader $crowd_i: wrong"
	done
}
