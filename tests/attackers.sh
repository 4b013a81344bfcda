#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Who attacks a room, what he tries, and what comes of it: those cells of the
# table in vfield-security(7) that name this test.  The room is once open, and
# once it has a cluster key and trusts the administrator's key.  Machine 1 is a
# core node and has the boot service, machine 2 has joined.  Machine 3 is a core
# node on which somebody is root who lacks the administrator's key; machine 4
# belongs to an outsider, and the local user is one of machine 2.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/boot.subr"
. "$TOP/tests/member.subr"
need corosync mksquashfs nbdinfo setpriv
FILES= # machines boot by the files that are in images
at_exit 'tail -n 15 "$TMP"/n*/boot.log "$TMP"/*/said 2>/dev/null'

# page: prints the cells of the table that name this test, as WHO|TRY|ROOM and
# the outcome.
page() {
	awk -F ' Ta ' '
	sub(/^\.It Sy /, "") && $3 == "Sy keyed" { who = $1; sub(/ Ta .*/, "", who) }
	who != "" && sub(/^\.It /, "") && NF == 3 {
		try = $1
		sub(/ [0-9]*$/, "", try)
		for (i = 2; i <= 3; i++)
			if ($i ~ /: (.* )?attackers( |$)/) {
				sub(/:.*/, "", $i)
				print who "|" try "|" (i == 2 ? "open" : "keyed"), $i
			}
	}
	/^\.El/ { who = "" }' "$TOP/man/vfield-security.7"
}

# tried WHO TRY CMD...: fails the test unless the attempt ends as the table says:
# if it is possible CMD succeeds, perhaps after a while; if it is refused CMD
# fails, and is run once, so the caller waits until all has come that could come
# of the attempt; if it is bounded CMD shows that others are served.
tried() {
	cell="$1|$2|$ROOM"
	shift 2
	says=$(page | sed -n "s/^$cell //p")
	case $says in
	possible | bounded) wait_for 30 "$@" ;;
	refused) ! "$@" >"$TMP/said" 2>&1 || fail "$cell: possible" ;;
	*) fail "$cell: the table says: $says" ;;
	esac
	echo "$cell $says" | tee -a "$TMP/cells"
}

# --- the room ---

# squash NAME: makes an image with boot files, and sets the variable NAME to its
# id.
squash() {
	mkdir -p "$TMP/$1.dir/boot/vfield"
	for squash_file in vmlinuz initrd; do
		make_image "$TMP/$1.dir/boot/vfield/$squash_file" 100000
	done
	mksquashfs "$TMP/$1.dir" "$TMP/$1" -quiet -no-progress
	vfield image create "$TMP/$1" >/dev/null
	eval "$1=\$(image_id \"\$TMP/\$1.vfm\")"
}

# secrets 1|2|3|4: prints the options by which machine N gets the room's keys.
secrets() {
	case $ROOM$1 in
	keyed[12]) echo "--cluster-key $TMP/key --trust $TMP/keys/key.pub" ;;
	keyed3) echo "--cluster-key $TMP/key" ;;
	esac
}

# says_default NAME: has the administrator say which image is the default.
says_default() {
	if [ "$ROOM" = keyed ]; then
		set -- "$1" --key "$TMP/keys"
	fi
	bed_vfield 1 image default "$@" >/dev/null
}

boots_image() {
	bed_in 1 curl -s "http://$BED_NET.1:10811/boot.ipxe?mac=52:54:00:00:00:01" |
		grep -q "vfield.image=$1 "
}

default_is() {
	[ "$(bed_vfield 2 image default)" = "$1" ]
}

offers_are() {
	for i in 1 2; do
		has_image $i "$1" || return 1
	done
}

has_image() {
	bed_status_is "$1" "[.images[].id] | index(\"$2\") != null"
}

knows() { # I NAME: machine I knows a node of that name
	bed_vfield "$1" node list --json |
		json_is "[.nodes[].name] | index(\"$2\") != null"
}

# settled: waits until the room is as the administrator wants it.
settled() {
	# An image that leaves keeps its store for a moment, and is refused.
	has_image 1 "$spare" || wait_for 30 bed_vfield 1 image add "$TMP/spare"
	says_default base
	wait_for 30 default_is "$base"
	wait_for 30 boots_image "$base"
	wait_for 30 offers_are "$spare"
}

room() {
	ROOM=$1
	echo "# $ROOM"
	for i in 1 2 3 4; do
		bed_machine $i
	done
	bed_corosync 1 3
	# shellcheck disable=SC2046 # options
	{
		bed_serve 1 --image "$TMP/base" $(secrets 1)
		bed_wait_ready 1
		says_default base
		for i in 2 3; do
			bed_join $i "$BED_NET.1" $(secrets $i)
		done
	}
	bed_wait_ready 2 3
	boot_serve 1 --range "$BED_NET.100-$BED_NET.105"
	boot_wait 1
	settled
}

# --- the attempts ---

# as WHO CMD...: runs CMD where WHO is, with his rights.
as() {
	as_who=$1
	shift
	case $as_who in
	outsider) bed_in 4 "$@" ;;
	node) bed_in 3 "$@" ;;
	user) bed_in 2 setpriv --reuid 4321 --regid 4321 --clear-groups "$@" ;;
	esac
}

# reads WHO: by TCP; a user also by what his machine has of its own.
reads() {
	as "$1" timeout 20 nbdinfo --size "nbd://$BED_NET.1/" || {
		[ "$1" = user ] || return 1
		for file in router.sock plugin.sock; do
			as user nbdinfo --size \
				"nbd+unix:///?socket=/run/vfield/$file" && return
		done
		as user cat /run/vfield/nbd.psk /run/vfield/member.psk "$TMP/key"
	}
}

# joins WHO PLACE: starts an open node of WHO's at $BED_NET.PLACE.
joins() {
	joins_dir=$TMP/$1
	mkdir -p "$joins_dir"
	chmod 777 "$joins_dir"
	as "$1" vfield join "$BED_NET.1" --member "$BED_NET.1" --name "$1" \
		--listen "$BED_NET.$2" --run-dir "$joins_dir/run" \
		--cluster-key none >"$joins_dir/ready" 2>>"$joins_dir/said" &
	JOINED=$!
}

leaves() {
	as "$1" sh -c 'kill $(pgrep -u "$(id -u)" -x vfield)'
	wait "$JOINED" || :
}

refused_by() {
	grep -q 'wants a cluster key' "$TMP/$1/said"
}

# says WHO ARGS...: has WHO's own node be told something.
says() {
	says_who=$1 says_dir=$TMP/$1/run
	shift
	[ "$says_who" != node ] || says_dir=/run/vfield
	as "$says_who" timeout 10 vfield "$@" --run-dir "$says_dir"
}

# changes WHO: tries to change what the room does, by a node of WHO's.
changes() {
	says "$1" image add "$TMP/evil" || :
	says "$1" image default evil || :
	says "$1" image remove --force "$spare" || :
	# Whoever hears of this image has heard all before.
	says "$1" image add "$TMP/mark" || :
} >/dev/null 2>&1

heard() {
	for i in 1 2; do
		bed_vfield $i node list --json | json_is \
			"[.nodes[].images[].id] | index(\"$mark\") != null" ||
			return 1
	done
}

not_spare() {
	! has_image 1 "$spare"
}

outcomes() {
	tried "$1" "default image" default_is "$evil"
	tried "$1" "kernel by words" boots_image "$evil"
	tried "$1" evict not_spare
}

# guest WHO PLACE: what WHO tries who has no key.
guest() {
	echo "# $ROOM: $1"
	tried "$1" read reads "$1"
	joins "$1" "$2"
	if [ "$ROOM" = keyed ]; then
		wait_for 30 refused_by "$1"
	fi
	tried "$1" join knows 2 "$1"
	changes "$1"
	[ "$ROOM" = keyed ] || wait_for 30 heard
	outcomes "$1"
	leaves "$1"
	settled
	lies "$1"
}

# lies WHO: announces a node that has, it says, an image, and runs a member.
lies() {
	probe "$1" as "$1" "$PROBE" -c "$BED_NET.1" -n "liar-$1" \
		-a "$BED_NET.66" -p 10810 -i lie=10:10 $PSK
	if [ "$ROOM" = keyed ] && [ "$1" != node ]; then
		wait_for 30 grep -q 'cluster key' "$TMP/$1.log"
	fi
	tried "$1" "poison views" claims_all "liar-$1"
	[ "$1" != node ] || tried node capture is_core "liar-$1"
	kill "$(probe_pid "$1")"
}

claims_all() {
	bed_vfield 2 node list --json | json_is "[.nodes[] | select(.name == \"$1\")
		| .images[] | select(.name == \"lie\" and .complete)] != []"
}

is_core() {
	bed_vfield 2 node list --json | json_is "[.nodes[] |
		select(.name == \"$1\" and .role == \"core\")] != []"
}

uuid_of() {
	bed_vfield "$1" status --json | jq -r .node.id |
		sed 's/^\(.\{8\}\)\(.\{4\}\)\(.\{4\}\)\(.\{4\}\)/\1-\2-\3-\4-/'
}

not_taken() {
	grep -q 'its word on the default image .* not taken: no key' \
		"$TMP/n1/log"
}

# node: what root of machine 3 tries, who has the cluster key, if there is one.
node() {
	echo "# $ROOM: node"
	changes node
	wait_for 30 heard
	[ "$ROOM" = open ] || wait_for 30 not_taken
	outcomes node
	tried image "own kernel" boots_image "$evil"
	settled
	PSK=
	[ "$ROOM" = open ] || PSK="-k /run/vfield/member.psk"
	lies node
	probe thief as node "$PROBE" -c "$BED_NET.1" -n thief -a "$BED_NET.67" \
		-u "$(uuid_of 2)" $PSK
	wait_for 60 grep -q '(thief): closed: its node has a key' "$TMP/n1/log"
	# Whoever knows this node has heard the thief.
	probe after as node "$PROBE" -c "$BED_NET.1" -n after -a "$BED_NET.68" $PSK
	wait_for 30 knows 1 after
	tried node "be another" knows 1 thief
	kill "$(probe_pid thief)" "$(probe_pid after)"
	PSK=
}

# crowds WHO ADDRESS: has 300 connections to each port of machine 1 wait for
# nothing; machine 2 reads and a node comes all the same.
crowds() {
	for port in 10809 10810; do
		as "$1" env SERVER="$BED_NET.1" PORT=$port "$PYTHON" \
			"$TOP/tests/hostile.py" silent 300 "$2" "$TMP/$port.done" &
		eval "CROWD_$port=\$!"
	done
	wait_for 60 test -e "$TMP/10809.done" -a -e "$TMP/10810.done"
	tried "$1" exhaust served
	as "$1" sh -c 'kill $(pgrep -f "[h]ostile.py silent")'
	wait $CROWD_10809 $CROWD_10810 || :
	rm "$TMP"/*.done
}

served() {
	[ "$(sum_bed 2)" = "$(sum_file "$TMP/base")" ] &&
		bed_vfield 2 node list >/dev/null
}

# --- DHCP ---

asks_dhcp() {
	bed_in 2 busybox udhcpc -f -q -n -t 3 -T 1 -i eth0 -V \
		PXEClient:Arch:00000:UNDI:002001 -s "$TMP/file" 2>&1
}

# lures WHO I: answers DHCP on machine I, sooner than the boot service does.
lures() {
	: >"$TMP/lure.log"
	bed_start "$2" "$TMP/lure.log" dnsmasq --keep-in-foreground \
		--conf-file=/dev/null --port=0 --interface=eth0 \
		--bind-interfaces --log-facility=- --pid-file= --user=root \
		--dhcp-leasefile=/run/leases --dhcp-boot=evil \
		--dhcp-range="$BED_NET.200,$BED_NET.210" --no-ping
	lure=$BED_PID
	wait_for 10 grep -q 'IP range' "$TMP/lure.log"
	bed_in 1 sh -c 'kill -STOP $(pgrep -x dnsmasq)'
	tried "$1" "take DHCP" lured "from $BED_NET.$2"
	tried "$1" "kernel by DHCP" lured "^file evil"
	bed_in 1 sh -c 'kill -CONT $(pgrep -x dnsmasq)'
	bed_in "$2" sh -c 'kill $(pgrep -x dnsmasq)'
	wait "$lure" || :
}

lured() {
	asks_dhcp | grep -q "$1"
}

binds() {
	as user "$PYTHON" -c 'import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).bind(("", 67))'
}

gets_none() {
	! asks_dhcp
}

dhcp() {
	tried user "take DHCP" binds
	tried user "kernel by DHCP" binds
	boot_crowd 4 6 --until dhcp
	tried "DHCP client" exhaust gets_none
	lures outsider 4
	lures node 3
}

base='' evil='' spare='' mark='' # squash sets these
squash base
squash evil
squash spare
squash mark
vfield key new --dir "$TMP/keys" >/dev/null 2>&1
vfield key cluster --file "$TMP/key" 2>/dev/null
chmod 711 "$TMP"

PSK=
printf '#!/bin/sh\necho "file $boot_file"\n' >"$TMP/file"
chmod 755 "$TMP/file"

bed_bridge
for room in open keyed; do
	room $room
	guest outsider 4
	guest user 2:20809
	node
	crowds outsider "$BED_NET.4"
	dhcp
	for i in 1 2 3 4; do
		bed_power_cut $i
	done
	rm -rf "$TMP"/n[1-4] "$TMP/outsider" "$TMP/user"
done

page | sort >"$TMP/page"
sort "$TMP/cells" | diff - "$TMP/page" || fail "not what the table says"
