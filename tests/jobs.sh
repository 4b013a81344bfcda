#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Jobs that the administrator signs: all nodes hear of them, a machine does each
# once, however often it hears of it and in whatever order, and none that nobody
# has signed where a key is trusted.  A restricted key gives repairs alone.
. "$(dirname "$0")/lib.sh"
need jq mksquashfs unsquashfs losetup sfdisk ip
[ -w /dev/loop-control ] && losetup -f >/dev/null ||
	skip "no loop devices here"

SITE=$TMP/site
mkdir -p "$SITE/disks"
cat >"$SITE/hosts" <<'END'
[room]
hosts = node[1-3]
disk = room
boot_from = disk
[node1]
mac = 52:54:00:77:00:01
[node2]
mac = 52:54:00:77:00:02
boot_from = network
END
printf 'disk smallest\nroot 8M ext4 /\nhome rest ext4 /home keep\n' \
	>"$SITE/disks/room"
make_image "$TMP/image" 3000000
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
vfield key delegate repair --dir "$TMP/keys" --to "$TMP/monitor" >/dev/null

give() { # install|repair NODES [OPTION]...
	verb=$1
	shift
	vfield "$verb" --run-dir "$TMP/n1" --state "$TMP/state" \
		--key "$TMP/keys" "$@" >"$TMP/out" 2>"$TMP/said" </dev/null
}

refused() { # TEXT install|repair NODES [OPTION]...
	text=$1
	shift
	! give "$@" || fail "taken: $*"
	grep -q "$text" "$TMP/said" || fail "$(cat "$TMP/said")"
}

# lists: brings the lists in force to $TMP/run, as the initramfs does
lists() {
	mkdir -p "$TMP/run"
	for subject in jobs repair; do
		id=$(vfield status --word $subject --run-dir "$TMP/n2") || continue
		vfield fetch --force --run-dir "$TMP/n2" "$id" \
			"$TMP/run/$subject.list" 2>/dev/null || return 1
	done
}

# has_line LIST LINE: node 2 has a list with that line; listed waits for it
has_line() {
	lists && grep -qxE "$2" "$TMP/run/$1.list"
}
listed() {
	wait_for 20 has_line "$@"
}

echo "# what gives no job"
node_start 1 serve --image "$TMP/image"
refused 'no site is in force' install node1
node_stop 1
node_start 1 serve --image "$TMP/image" --trust "$trust"
vfield image default image --run-dir "$TMP/n1" --key "$TMP/keys" >/dev/null
node_start 2 join 127.0.0.1 --trust "$trust"
vfield site publish --site "$SITE" --run-dir "$TMP/n1" --key "$TMP/keys" \
	--state "$TMP/state" >/dev/null
refused 'node9: .*host' install node9 --yes
refused 'stdin is no terminal' install node1
give install @room --dry-run || fail "$(cat "$TMP/said")"
grep -q '^install 3: node\[1-3\]$' "$TMP/out" || fail "$(cat "$TMP/out")"
grep -q '^  3 with the partitions of disks/room$' "$TMP/out" ||
	fail "$(cat "$TMP/out")"
! vfield status --word jobs --run-dir "$TMP/n1" 2>/dev/null ||
	fail "a dry run gave a job"

echo "# each is on the list of every node"
give install @room --yes || fail "$(cat "$TMP/said")"
first=$(sed -n 's/^job \([0-9]*\): 3 .*/\1/p' "$TMP/out")
listed jobs "$first install node3 [0-9]*"
give install node1 --yes --wipe || fail "$(cat "$TMP/said")"
second=$(sed -n 's/^job \([0-9]*\): 1 .*/\1/p' "$TMP/out")
[ "$second" -gt "$first" ] || fail "job $second after job $first"
listed jobs "$second install node1 [0-9]* wipe"
! grep -q "^$first install node1 " "$TMP/run/jobs.list" || fail "both are listed"
grep -q "^$first install node2 " "$TMP/run/jobs.list" || fail "one was lost"
vfield site machines --run-dir "$TMP/n2" --state "$TMP/none" >"$TMP/machines"
grep -qx "52:54:00:77:00:01 node1 disk job=$second" "$TMP/machines" &&
	grep -qx "52:54:00:77:00:02 node2 job=$first" "$TMP/machines" ||
	fail "$(cat "$TMP/machines")"

echo "# given at once, and taken back"
for host in node1 node2 node3; do
	vfield install $host --yes --run-dir "$TMP/n1" --state "$TMP/state" \
		--key "$TMP/keys" >/dev/null 2>"$TMP/said.$host" &
	eval "pid_$host=$!"
done
# shellcheck disable=SC2154 # set by eval
wait "$pid_node1" && wait "$pid_node2" && wait "$pid_node3" ||
	fail "$(cat "$TMP"/said.*)"
has_all() {
	lists && for host in node1 node2 node3; do
		[ "$(grep -c " install $host " "$TMP/run/jobs.list")" -eq 1 ] &&
			! grep -q "^$first " "$TMP/run/jobs.list" || return 1
	done
}
wait_for 20 has_all
give install node3 --cancel || fail "$(cat "$TMP/said")"
grep -qx '1 taken back' "$TMP/out" || fail "$(cat "$TMP/out")"
gone() { lists && ! grep -q ' node3 ' "$TMP/run/jobs.list"; }
wait_for 20 gone
grep -q ' node2 ' "$TMP/run/jobs.list" || fail "another's was taken back"
refused 'none of these machines' install node3 --cancel
refused 'none of these machines' repair node2 --cancel

echo "# a restricted key"
refused 'may not say it' install node2 --yes --key "$TMP/monitor"
give repair node1 --yes --key "$TMP/monitor" || fail "$(cat "$TMP/said")"
third=$(sed -n 's/^job \([0-9]*\): .*/\1/p' "$TMP/out")
listed repair "$third repair node1 [0-9]*"

# --- a machine ---

mkdir "$TMP/modules"
printf '#!/bin/sh\necho "$VFIELD_MODE" >>%s/did\n' "$TMP" >"$TMP/modules/base"
cat >"$TMP/modules/partition" <<'END'
#!/bin/sh
[ "$VFIELD_TABLE" = same ] ||
	sfdisk -q --no-reread --no-tell-kernel "$VFIELD_DISK" <"$VFIELD_STATE/table"
END
chmod 755 "$TMP"/modules/*
touch "$TMP/functions"
truncate -s 32M "$TMP/disk"
loop=$(losetup -f --show "$TMP/disk") || skip "no loop device left"
at_exit 'losetup -d "$loop"'

# boots HOST WORDS: a machine of that name boots, with these on its command line
boots() {
	echo "$2" >"$TMP/cmdline"
	mount --bind "$TMP/cmdline" /proc/cmdline
	rc=0
	vfield-install --site "$SITE" --host "$1" --device "$loop" \
		--run-dir "$TMP/run" --module-dir "$TMP/modules" \
		--modules 'partition base' boot >"$TMP/said" 2>&1 || rc=$?
	umount /proc/cmdline
	[ $rc -eq 0 ] || cat "$TMP/said"
	return $rc
}

# card MAC: the machine's only card
card() {
	ip link del card 2>/dev/null || :
	ip link add card address "$1" type veth peer name cable
}

did() { # WORD...
	[ "$(tr '\n' ' ' <"$TMP/did")" = "$* " ] ||
		fail "did $(cat "$TMP/did"), not $*"
}

echo "# the command line asks for nothing where a key is trusted"
boots node4 "vfield.trust=$trust vfield.install=install" || fail "it failed"
grep -q 'only a signed job counts' "$TMP/said" || fail "$(cat "$TMP/said")"
[ ! -e "$TMP/did" ] || fail "it was obeyed"

echo "# a name that DHCP has given is not enough"
mount -t sysfs sysfs /sys
card 52:54:00:77:00:02
boots node1 "vfield.trust=$trust" || fail "it failed"
grep -q 'node1: jobs for a host of this name are not done' "$TMP/said" ||
	fail "$(cat "$TMP/said")"
[ ! -e "$TMP/did" ] || fail "another machine did node1's job"
card 52:54:00:77:00:01

echo "# an installation, and the repair after it, once each"
boots node1 "vfield.trust=$trust" || fail "it failed"
did install repair
for _ in 1 2 3; do
	boots node1 "vfield.trust=$trust" || fail "it failed"
done
did install repair
# (a list that is older is heard)
printf '%s install node1 %s wipe\n' "$first" $((first + 9999)) \
	>"$TMP/run/jobs.list"
boots node1 "vfield.trust=$trust" || fail "it failed"
did install repair

echo "# jobs that are over, and jobs for others"
next=$((third + 1))
cat >"$TMP/run/jobs.list" <<END
$((next + 1)) install node2 $((next + 9999)) wipe
$((next + 2)) install 52:54:00:77:00:02 $((next + 9999)) wipe
$next install node1 $((next - 1)) wipe
$((next + 3)) destroy node1 $((next + 9999))
x install node1 $((next + 9999))
END
# (the clock has passed $next, so that this one has expired)
wait_for 20 sh -c "[ \$(date +%s) -gt $next ]"
boots node1 "vfield.trust=$trust" || fail "it failed"
did install repair
# (a list of repairs installs nothing)
echo "$((next + 4)) install node1 $((next + 9999)) wipe" >"$TMP/run/repair.list"
boots node1 "vfield.trust=$trust" || fail "it failed"
did install repair

echo "# two at once: the newest, once"
cat >"$TMP/run/jobs.list" <<END
$((next + 5)) install node1 $((next + 9999))
$((next + 7)) install node1 $((next + 9999))
$((next + 6)) repair node1 $((next + 9999))
END
rm "$TMP/run/repair.list"
boots node1 "vfield.trust=$trust" || fail "it failed"
did install repair install
boots node1 "vfield.trust=$trust" || fail "it failed"
did install repair install

echo "# a module that fails: the job is tried when the machine boots next"
echo "$((next + 8)) repair node1 $((next + 9999))" >"$TMP/run/repair.list"
cp "$TMP/modules/base" "$TMP/base"
printf '#!/bin/sh\nexit 1\n' >"$TMP/modules/base"
! boots node1 "vfield.trust=$trust" >/dev/null || fail "nobody said that it failed"
[ "$(cat "$TMP/run/install")" = 'failed base: exit 1' ] ||
	fail "$(cat "$TMP/run/install")"
cp "$TMP/base" "$TMP/modules/base"
boots node1 "vfield.trust=$trust" || fail "it failed"
did install repair install repair
