#!/bin/sh
# The flash crowd: machines that start cold together and read the same image in
# order over shaped links, from one seed.
#
#   NODES=8 RATE=100mbit MB=540   readers, each link, the image
#   MODES="nbdkit direct vfield"  nbdkit and nbd-server are plain NBD: everybody
#                                 reads from the seed; direct is the same
#                                 through our router
#   PLAIN_MB=135                  what plain NBD reads: its share of the link
#                                 does not depend on it, its time does
# Share is the mean of the readers' rates, in parts of the raw link; headers
# leave 0.954.  "seed sent" is what left the seed's machine, in images.
. "$(dirname "$0")/../tests/lib.sh"
. "$(dirname "$0")/../tests/testbed.sh"
need nbdcopy nbdkit jq

NODES=${NODES:-8} RATE=${RATE:-100mbit} MB=${MB:-540}
MODES=${MODES:-nbdkit direct vfield}
PLAIN_MB=${PLAIN_MB:-$((MB / 4))}
# 250 s for 8 readers of 135 MB, and all the time that it needs
CLIENT_LIMIT=3600
last=$((NODES + 1))
readers=$(seq 2 $last)
bits=$(bed_bits "$RATE")

now_ms() {
	echo $(($(date +%s%N) / 1000000))
}

busy_ticks() {
	awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat
}

# read_crowd MODE MB URI: every reader reads URI (as it sees it) to its end
read_crowd() {
	mode=$1 mb=$2 uri=$3
	sent=$(bed_sent 1) ticks=$(busy_ticks) began=$(now_ms)
	readers_pids=
	for i in $readers; do
		{
			bed_in "$i" nbdcopy --connections=1 "$uri" null: ||
				echo "reader $i failed" >&2
			now_ms >"$TMP/end$i"
		} &
		readers_pids="$readers_pids $!"
	done
	# shellcheck disable=SC2086 # words
	wait $readers_pids
	took=$(($(now_ms) - began))
	sent=$(($(bed_sent 1) - sent)) ticks=$(($(busy_ticks) - ticks))
	for i in $readers; do
		echo $(($(cat "$TMP/end$i") - began))
	done | awk -v mode="$mode" -v mb="$mb" -v bits="$bits" -v took=$took \
		-v sent=$sent -v ticks=$ticks -v cores="$(nproc)" \
		-v hz="$(getconf CLK_TCK)" '
		{ rate = mb * 1000 / $1; sum += rate; n++
		  if (!slow || rate < slow) slow = rate
		  if (rate > fast) fast = rate }
		END { link = bits / 8e6
		  printf "%-11s %5d MB  mean %7.2f MB/s  share %.3f  " \
			"slowest %.3f  fastest %.3f  aggregate %8.1f MB/s  " \
			"seed sent %5.2f  cores busy %.2f\n", mode, mb, sum / n,
			sum / n / link, slow / link, fast / link,
			n * mb * 1000 / took, sent / (mb * 1e6),
			ticks / hz / (took / 1000) }'
}

make_image "$TMP/image" $((MB * 1000000))
make_image "$TMP/small" $((PLAIN_MB * 1000000))
vfield image create "$TMP/image" >/dev/null
vfield image create "$TMP/small" >/dev/null
bed_bridge
for i in 1 $readers; do
	bed_machine "$i" "$RATE"
done
echo "$NODES readers, links of $RATE"

plain() {
	bed_start 1 "$TMP/n1/plain.log" "$@"
	wait_for 10 bed_in 1 sh -c 'ss -Hltn sport = :10809 | grep -q .'
	read_crowd "$mode" "$PLAIN_MB" "nbd://$(bed_addr 1)/"
	bed_in 1 sh -c 'kill -KILL $(pgrep "^(nbdkit|nbd-server)$")'
	wait_for 10 bed_in 1 sh -c '! ss -Hltn sport = :10809 | grep -q .'
}

# cluster MB IMAGE JOIN_ARGS...: all in one group, with nothing read yet
cluster() {
	mb=$1 image=$2
	shift 2
	bed_serve 1 --image "$image"
	bed_wait_ready 1
	for i in $readers; do
		bed_join "$i" "$(bed_addr 1)" "$@"
	done
	# shellcheck disable=SC2086 # words
	bed_wait_ready $readers
	for i in 1 $readers; do
		[ "$mode" = direct ] || # such a node serves nobody: it is no member
			wait_for 60 bed_status_is "$i" ".membership.nodes == $last"
	done
	read_crowd "$mode" "$mb" \
		'nbd+unix:///?socket=/run/vfield/router.sock'
	for i in $readers; do
		bed_vfield "$i" status --json >"$TMP/$mode.$i.json"
	done
	jq -s '{store: map(.bytes.store) | add, seed: map(.bytes.seed) | add,
		tree: map(.bytes.tree) | add, holder: map(.bytes.holder) | add,
		hedged: map(.chunks.hedged) | add,
		refetched: map(.chunks.refetched) | add,
		hash_failures: map(.chunks.hash_failures) | add}' -c \
		"$TMP/$mode".*.json
	if [ "$mode" = vfield ]; then
		want=$(sum_file "$image")
		for i in $readers; do
			[ "$(sum_bed "$i")" = "$want" ] || fail "reader $i: wrong"
		done
		echo "all checksums right"
	fi
	for i in $readers 1; do
		bed_in "$i" sh -c 'kill $(pgrep -x vfield)'
	done
	for i in $readers 1; do
		wait_for 30 bed_in "$i" sh -c '! pgrep vfield'
	done
}

for mode in $MODES; do
	case $mode in
	nbdkit) plain nbdkit -f file "$TMP/small" ;;
	nbd-server)
		plain nbd-server -r "10809@$TMP/small" -C /dev/null -p /run/nbd.pid
		;;
	direct) cluster "$PLAIN_MB" "$TMP/small" --direct --store 16M ;;
	vfield) cluster "$MB" "$TMP/image" --no-fill ;;
	*) fail "no mode: $mode" ;;
	esac
done
