# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# shellcheck shell=sh disable=SC2034
# testbed: makes a cluster of machines that are namespaces; source it after
# lib.sh.
#
# The test's own network namespace has the bridge that links the machines.
# Machine I (1, 2, …) has the address 10.77.0.I and PID, mount, network, UTS and
# IPC namespaces of its own, with its own /run, /dev/shm and corosync
# directories.  The machine lives as long as its init process; killing init is a
# power cut.
#
#   bed_bridge                      make the bridge; to be called first, once
#   bed_machine I [RATE]            make machine I; RATE, as tc has it (100mbit)
#                                   or the like, shapes its link both ways
#   bed_rate I RATE                 change the rate of its link
#   bed_tcp I NAME                  choose TCP's congestion control for the
#                                   connections on which machine I sends
#   bed_in I CMD...                 run CMD in machine I and wait for it
#   bed_start I LOG CMD...          run CMD in machine I in the background; LOG
#                                   gets its output, and BED_PID is set to the
#                                   process id of nsenter, its parent
#   bed_corosync I...               start corosync on these machines, and wait
#                                   until all are in one ring
#   bed_corosync_start I            start corosync anew, after bed_power_cut or
#                                   a kill
#   bed_link I up|down              set the machine's link up or down
#   bed_power_cut I                 kill the machine with all its processes
#   bed_freeze I, bed_thaw I        stop and continue all its processes
#   bed_sent I                      print the bytes that machine I has sent
#   bed_serve/bed_join I ARGS...    start `vfield serve' or `vfield join' in
#                                   machine I
#   bed_wait_ready I...             wait until these nodes are ready
#   bed_vfield I ARGS...            run the command vfield in machine I
#
# A function that waits returns once its condition is true; none sleeps for a
# fixed time.  Shaping uses a token bucket on both ends of the link.  The burst
# is what the rate carries in 4 ms, but at least 128 KiB: less would split GSO
# packets and cost ten times the CPU.

BED_NET=10.77.0
BED_MACHINES=

bed_bridge() {
	ip link add br0 type bridge
	ip addr add "$BED_NET.254/24" dev br0
	ip link set br0 up
}

bed_addr() {
	echo "$BED_NET.$1"
}

# bed_bits RATE: prints tc's RATE in bits a second.
bed_bits() {
	case $1 in
	*gbit) echo $((${1%gbit} * 1000000000)) ;;
	*mbit) echo $((${1%mbit} * 1000000)) ;;
	*kbit) echo $((${1%kbit} * 1000)) ;;
	*) fail "bed: no rate: $1" ;;
	esac
}

bed_init_script() {
	cat <<-'END'
		for dir in /run /dev/shm /etc/corosync /var/lib/corosync \
			/var/log/corosync; do
			mkdir -p $dir
			mount -t tmpfs tmpfs $dir || exit 1
		done
		hostname "$1"
		ip link set lo up
		touch "$2"
		while :; do
			sleep 1000 &
			wait	# also for orphaned processes
		done
	END
}

bed_machine() {
	bed_i=$1 bed_rate=${2-}
	mkdir -p "$TMP/n$bed_i"
	rm -f "$TMP/n$bed_i/booted"
	unshare --mount --net --ipc --uts --pid --fork --kill-child \
		--mount-proc sh -c "$(bed_init_script)" init "n$bed_i" \
		"$TMP/n$bed_i/booted" >"$TMP/n$bed_i/init.log" 2>&1 &
	bed_holder=$!
	wait_for 10 test -e "$TMP/n$bed_i/booted"
	bed_init=$(cat "/proc/$bed_holder/task/$bed_holder/children")
	eval "BED_HOLDER_$bed_i=$bed_holder BED_INIT_$bed_i=${bed_init% }"
	case " $BED_MACHINES " in
	*" $bed_i "*) ;;
	*) BED_MACHINES="$BED_MACHINES $bed_i" ;;
	esac

	ip link add "v$bed_i" type veth peer name eth0 netns "${bed_init% }"
	ip link set "v$bed_i" master br0 up
	bed_in "$bed_i" ip addr add "$BED_NET.$bed_i/24" brd + dev eth0
	bed_in "$bed_i" ip link set eth0 up
	[ -z "$bed_rate" ] || bed_rate "$bed_i" "$bed_rate"
}

bed_rate() {
	bed_shape "$2" tc qdisc replace dev "v$1"
	bed_shape "$2" bed_in "$1" tc qdisc replace dev eth0
}

# bed_shape RATE TC_COMMAND...: runs TC_COMMAND with a token bucket of this rate
# appended.
bed_shape() {
	bed_burst=$(($(bed_bits "$1") / 8 / 250))
	[ $bed_burst -ge 131072 ] || bed_burst=131072
	bed_r=$1
	shift
	"$@" root tbf rate "$bed_r" burst $bed_burst latency 50ms
}

bed_tcp() {
	bed_in "$1" ip route change "$BED_NET.0/24" dev eth0 proto kernel \
		scope link src "$(bed_addr "$1")" congctl "$2"
}

bed_init_pid() {
	eval "echo \${BED_INIT_$1}"
}

bed_in() {
	bed_t=$(bed_init_pid "$1")
	shift
	nsenter -t "$bed_t" -m -u -i -n -p -- "$@"
}

bed_start() {
	bed_t=$(bed_init_pid "$1") bed_log=$2
	shift 2
	nsenter -t "$bed_t" -m -u -i -n -p -- "$@" >>"$bed_log" 2>&1 &
	BED_PID=$!
}

# --- what happens to machines ---

bed_link() {
	ip link set "v$1" "$2"
}

bed_power_cut() {
	bed_holder=$(eval "echo \${BED_HOLDER_$1}")
	kill -KILL "$(bed_init_pid "$1")"
	wait "$bed_holder" 2>/dev/null || :
	ip link del "v$1" 2>/dev/null || :
	: >"$TMP/n$1/ready"
}

bed_freeze() {
	bed_in "$1" sh -c 'kill -STOP -1'
}

bed_thaw() {
	bed_in "$1" sh -c 'kill -CONT -1'
}

bed_sent() {
	ip -s -j link show "v$1" | jq '.[0].stats64.rx.bytes'
}

# --- corosync ---

bed_corosync_conf() {
	cat <<-END
		totem {
			version: 2
			cluster_name: vfield
			transport: udpu
			token: 1000
			token_coefficient: 0
			crypto_cipher: none
			crypto_hash: none
		}
		system {
			sched_rr: no
		}
		logging {
			to_stderr: yes
			to_syslog: no
		}
		nodelist {
	END
	for bed_i; do
		printf '\tnode {\n\t\tnodeid: %d\n\t\tring0_addr: %s\n' \
			"$bed_i" "$(bed_addr "$bed_i")"
		printf '\t\tname: n%d\n\t}\n' "$bed_i"
	done
	echo '}'
}

bed_corosync_start() {
	bed_in "$1" sh -c 'cat >/etc/corosync/corosync.conf' <"$TMP/corosync.conf"
	bed_start "$1" "$TMP/n$1/corosync.log" corosync -f
}

bed_corosync_members() {
	bed_in "$1" corosync-cmapctl 2>/dev/null |
		grep -c 'members\.[0-9]*\.status.*= joined'
}

bed_corosync_formed() {
	[ "$(bed_corosync_members "$1")" -eq "$2" ]
}

bed_corosync() {
	need corosync corosync-cmapctl
	bed_corosync_conf "$@" >"$TMP/corosync.conf"
	for bed_c; do
		bed_corosync_start "$bed_c"
	done
	for bed_c; do
		wait_for 60 bed_corosync_formed "$bed_c" $#
	done
}

# --- nodes ---

bed_node() {
	need_built
	bed_n=$1 bed_verb=$2
	shift 2
	: >"$TMP/n$bed_n/ready"
	bed_t=$(bed_init_pid "$bed_n")
	nsenter -t "$bed_t" -m -u -i -n -p -- vfield "$bed_verb" "$@" \
		--listen "$(bed_addr "$bed_n")" \
		>"$TMP/n$bed_n/ready" 2>>"$TMP/n$bed_n/log" &
}

bed_serve() {
	bed_n=$1
	shift
	bed_node "$bed_n" serve "$@"
}

bed_join() {
	bed_n=$1
	shift
	bed_node "$bed_n" join "$@"
}

bed_wait_ready() {
	for bed_n; do
		wait_for 60 test -s "$TMP/n$bed_n/ready"
	done
}

bed_vfield() {
	bed_n=$1
	shift
	bed_in "$bed_n" timeout 10 vfield "$@"
}

# bed_status_is I CONDITION: returns 0 if jq's CONDITION is true of the status
# of the node on machine I.
bed_status_is() {
	bed_vfield "$1" status --json | json_is "$2"
}

# sum_bed I [EXPORT]: prints the checksum of all that a client on machine I
# reads from that machine's router.
sum_bed() {
	bed_in "$1" timeout "$CLIENT_LIMIT" nbdcopy \
		"nbd+unix:///${2-}?socket=/run/vfield/router.sock" - |
		sha256sum | cut -c 1-64
}
