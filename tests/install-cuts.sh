#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A machine that is being installed loses its power in each module.  What it had
# in memory is gone, but when it boots again it goes on with that module, and
# does none twice that was done before; once it is done it stays so.  A module
# that fills the disk fails by name, and Return runs it again.
. "$(dirname "$0")/lib.sh"
need losetup sfdisk script
[ -w /dev/loop-control ] && losetup -f >/dev/null ||
	skip "no loop devices here"

ORDER='init partition mount base packages configure data boot finalize'
site=$TMP/site
mkdir -p "$site/disks" "$TMP/modules"
touch "$TMP/functions"
printf 'disk smallest\nroot rest ext4 /\n' >"$site/disks/default"

# Each module notes that it has begun, and waits where the power is to be cut.
for module in $ORDER; do
	cat >"$TMP/modules/$module" <<END
#!/bin/sh
echo $module >>$TMP/begun
[ "\$(cat $TMP/cut)" != $module ] || { echo \$\$ >$TMP/waits; exec sleep 1000; }
[ $module != partition ] || [ "\$VFIELD_TABLE" = same ] ||
	sfdisk -q --no-reread --no-tell-kernel "\$VFIELD_DISK" <"\$VFIELD_STATE/table"
[ $module != base ] || [ ! -e $TMP/full ] || cat /proc/version >/dev/full
END
done
chmod 755 "$TMP"/modules/*
truncate -s 32M "$TMP/disk"
loop=$(losetup -f --show "$TMP/disk") || skip "no loop device left"
at_exit 'losetup -d "$loop"'
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
echo "vfield.trust=$trust" >"$TMP/cmdline"
mount --bind "$TMP/cmdline" /proc/cmdline

# install: what the machine runs each time it has booted
now=$(date +%s)
install() {
	rm -rf "$TMP/run"
	mkdir "$TMP/run"
	echo "$now install node07 $((now + 99999))" >"$TMP/run/jobs.list"
	: >"$TMP/begun"
	vfield-install --site "$site" --host node07 --device "$loop" \
		--run-dir "$TMP/run" --module-dir "$TMP/modules" boot
}

# begun MODULE...: the modules that have begun since the machine has booted
begun() {
	[ "$(tr '\n' ' ' <"$TMP/begun")" = "$* " ] ||
		fail "begun: $(cat "$TMP/begun"); not: $*"
}

# from MODULE: the modules that are run by a machine which goes on there
from() {
	reached=
	for module in $ORDER; do
		[ "$module" != "$1" ] || reached=yes
		case $module:$reached in
		init:* | mount:* | *:yes) printf '%s ' "$module" ;;
		esac
	done
}

was=init
for module in $ORDER; do
	echo "# the power is cut in $module"
	echo "$module" >"$TMP/cut"
	rm -f "$TMP/waits"
	install >"$TMP/said" 2>&1 &
	wait_for 20 test -s "$TMP/waits"
	kill -KILL "$(pidof vfield-install)" "$(cat "$TMP/waits")"
	wait $! || :
	# shellcheck disable=SC2046 # they are words
	begun $(from "$was" | sed "s/\(.*\b$module\b\).*/\1/")
	was=$module
done
echo nowhere >"$TMP/cut"

echo "# a full disk"
# (the last cut was in finalize; another job begins from the start)
now=$((now + 1))
touch "$TMP/full"
! install >"$TMP/said" 2>&1 || fail "a full disk was not noticed"
begun init partition mount base
[ "$(cat "$TMP/run/install")" = 'failed base: exit 1' ] ||
	fail "$(cat "$TMP/run/install")"
grep -q 'No space left on device' "$TMP/said" || fail "$(cat "$TMP/said")"

echo "# Return runs the module again"
mkfifo "$TMP/keys.in"
(
	exec >"$TMP/keys.in"
	wait_for 20 grep -q 'Return: try again' "$TMP/said"
	rm "$TMP/full"
	echo
	wait_for 20 grep -q 'done install' "$TMP/said"
) &
: >"$TMP/said"
rm -rf "$TMP/run"
mkdir "$TMP/run"
echo "$now install node07 $((now + 99999))" >"$TMP/run/jobs.list"
: >"$TMP/begun"
script -q -e -f -c "vfield-install --site '$site' --host node07 --device '$loop' \
	--run-dir '$TMP/run' --module-dir '$TMP/modules' boot" "$TMP/said" \
	<"$TMP/keys.in" >/dev/null || fail "$(cat "$TMP/said")"
begun init mount base base packages configure data boot finalize

echo "# it is done"
install >"$TMP/said" 2>&1 || fail "$(cat "$TMP/said")"
begun init
grep -q "job $now was done before" "$TMP/said" || fail "$(cat "$TMP/said")"
