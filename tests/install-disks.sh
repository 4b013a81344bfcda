#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The installer writes a disk only if it is blank or the site's own.  Disks of
# others, whatever their labels, have the same bytes afterwards; a disk in use is
# not written even with --wipe.
. "$(dirname "$0")/lib.sh"
need losetup sfdisk mkfs.ext4 mkfs.btrfs mkfs.vfat mkswap
[ -w /dev/loop-control ] && losetup -f >/dev/null ||
	skip "no loop devices here"

site=$TMP/site
mkdir -p "$site/disks" "$TMP/modules" "$TMP/run"
touch "$TMP/functions"
echo lab >"$site/id"
cat >"$site/disks/default" <<'END'
disk smallest
root 8M ext4 /
home rest ext4 /home keep
END

# Modules that say which disk they were given, and make its table.
cat >"$TMP/modules/partition" <<'END'
#!/bin/sh
echo "$VFIELD_TABLE"
[ "$VFIELD_TABLE" = same ] ||
	sfdisk -q --no-reread --no-tell-kernel "$VFIELD_DISK" <"$VFIELD_STATE/table"
END
cat >"$TMP/modules/mount" <<'END'
#!/bin/sh
[ ! -e "$VFIELD_STATE/fail" ] || exit 3
END
cat >"$TMP/modules/base" <<'END'
#!/bin/sh
date >>"$VFIELD_STATE/base"
END
chmod 755 "$TMP"/modules/*

loops=
at_exit 'for loop in $loops; do losetup -d "$loop"; done'
# disk NAME: a disk of 32 MB as the loop device $loop
disk() {
	[ -e "$TMP/$1.disk" ] || truncate -s 32M "$TMP/$1.disk"
	loop=$(losetup -f --show "$TMP/$1.disk") || skip "no loop device left"
	loops="$loops $loop"
}

# run_on LOOP ARGS...: in $TMP/said
run_on() {
	on=$1
	shift
	vfield-install --site "$site" --host node07 --device "$on" \
		--run-dir "$TMP/run" --module-dir "$TMP/modules" \
		--modules 'partition mount base' "$@" >"$TMP/said" 2>&1
}

refused() { # NAME WHY ARGS...
	name=$1 why=$2
	shift 2
	disk "$name"
	before=$(sum_file "$TMP/$name.disk")
	! run_on "$loop" "${@:-install}" || fail "$name: not refused"
	grep -q -e "$why" "$TMP/said" || fail "$name: $(cat "$TMP/said")"
	sync
	[ "$(sum_file "$TMP/$name.disk")" = "$before" ] ||
		fail "$name: it was written"
	echo "$name: refused, untouched"
}

table() { # NAME SCRIPT
	truncate -s 32M "$TMP/$1.disk"
	printf '%b' "$2" | sfdisk -q "$TMP/$1.disk"
}

# --- disks of others ---

truncate -s 32M "$TMP/ext4.disk"
mkfs.ext4 -q -F -L root "$TMP/ext4.disk"
truncate -s 128M "$TMP/btrfs.disk" 2>/dev/null
mkfs.btrfs -q -f -L vfield-root "$TMP/btrfs.disk" 2>/dev/null
truncate -s 32M "$TMP/vfat.disk"
mkfs.vfat "$TMP/vfat.disk" >/dev/null
truncate -s 32M "$TMP/swap.disk"
mkswap -q -L swap "$TMP/swap.disk" 2>/dev/null
table dos 'label: dos\n,16M,L\n,,S\n'
table labels 'label: gpt\nsize=16M,name=root\nname=swap\n'
table ours-by-name 'label: gpt\nsize=2M,name=vfield-bios\nname=vfield-root\n'
table lvm 'label: gpt\ntype=E6D6D379-F507-44C2-A23C-238F2A3DF928\n'
# signatures alone: an NTFS, an LVM and a LUKS volume, a ZFS of no use
truncate -s 32M "$TMP/ntfs.disk" "$TMP/pv.disk" "$TMP/luks.disk"
printf '\353R\220NTFS    \0\002\010\0\0\0\0\0\370\0\0\077\0\377\0\0\010\0\0\0\0\0\0\200\0\200\0\377\037\002\0\0\0\0\0\004\0\0\0\0\0\0\0\002\0\0\0\0\0\0\0\366\0\0\0\001' |
	dd of="$TMP/ntfs.disk" conv=notrunc status=none
printf 'LABELONE\001\0\0\0\0\0\0\0\0\0\0\0\040\0\0\0LVM2 001abcdefghijklmnopqrstuvwxyz012345' |
	dd of="$TMP/pv.disk" bs=512 seek=1 conv=notrunc status=none
printf 'LUKS\272\276\0\001aes' | dd of="$TMP/luks.disk" conv=notrunc status=none
make_image "$TMP/random.disk" 32000000
truncate -s 32M "$TMP/late.disk"
echo data | dd of="$TMP/late.disk" bs=4096 seek=$((32 * 256 - 1)) conv=notrunc \
	status=none

for name in ext4 btrfs vfat swap dos labels ours-by-name lvm ntfs pv luks random \
	late; do
	refused $name 'not blank, and not of this site'
done
truncate -s 8M "$TMP/small.disk"
refused small "too small" --wipe install

# --- a blank one ---

refused blank 'a repair wants' repair
disk=$loop
run_on "$disk" --job 7 install || fail "blank: $(cat "$TMP/said")"
grep -q 'done install' "$TMP/run/install" || fail "$(cat "$TMP/run/install")"
cp "$TMP/blank.disk" "$TMP/installed"
run_on "$disk" --job 7 install || fail "again: $(cat "$TMP/said")"
grep -q 'job 7 was done before' "$TMP/said" || fail "$(cat "$TMP/said")"
cmp "$TMP/blank.disk" "$TMP/installed" || fail "a job that was done was done"

# --- one that stops halfway goes on ---

rm "$TMP/run/install.d/base"
touch "$TMP/run/install.d/fail"
! run_on "$disk" --job 8 install || fail "a module failed, and nobody said so"
[ "$(cat "$TMP/run/install")" = 'failed mount: exit 3' ] ||
	fail "$(cat "$TMP/run/install")"
rm "$TMP/run/install.d/fail"
run_on "$disk" --job 8 install || fail "$(cat "$TMP/said")"
grep -q 'partition (before)' "$TMP/said" || fail "$(cat "$TMP/said")"
[ "$(wc -l <"$TMP/run/install.d/base")" -eq 1 ] || fail "base was not run once"
run_on "$disk" --job 9 repair || fail "repair: $(cat "$TMP/said")"
grep -q '^same$' "$TMP/run/install.log" || fail "its table was not known"

# --- another layout ---

sed -i 's/^root 8M/root 9M/' "$site/disks/default"
! run_on "$disk" --job 10 repair || fail "a repair of other partitions"
grep -q 'partitions are not those' "$TMP/said" || fail "$(cat "$TMP/said")"
! run_on "$disk" --job 10 install || fail "a partition to be kept was lost"
grep -q 'which keeps some' "$TMP/said" || fail "$(cat "$TMP/said")"
sed -i 's/^root 9M/root 8M/' "$site/disks/default"

# --- a module that hangs is ended, with its children ---

cat >"$TMP/modules/hang" <<'END'
#!/bin/sh
echo $$ >"$VFIELD_STATE/hangs"
echo begun
sleep 1000 &
wait
END
chmod 755 "$TMP/modules/hang"
! run_on "$disk" --modules hang --limit 1 install || fail "a module hung"
[ "$(cat "$TMP/run/install")" = 'failed hang: nothing said for 1 s' ] ||
	fail "$(cat "$TMP/run/install")"
grep -q '| begun' "$TMP/said" || fail "$(cat "$TMP/said")"
! pgrep -g "$(cat "$TMP/run/install.d/hangs")" || fail "it is still there"

# --- the order, the layout and the packages are the site's ---

mkdir -p "$site/plugins/tools"
printf 'description = tools\npackages = tmux, gdb\n' >"$site/plugins/tools/plugin"
cat >"$site/hosts" <<'END'
install = show, partition
[node07]
mac = 52:54:00:12:34:56
plugins = tools
disk = other
sources = deb http://a/ ./ | deb file:/b ./
[node09]
mac = 52:54:00:12:34:57
base = image
boot_from = disk
disk = other
END
sed 's/home/data/g' "$site/disks/default" >"$site/disks/other"
printf '#!/bin/sh\necho "wants:$VFIELD_PACKAGES.$VFIELD_SOURCES"\nexit 4\n' >"$TMP/modules/show"
chmod 755 "$TMP/modules/show"
disk site
! vfield-install --site "$site" --host node07 --device "$loop" \
	--run-dir "$TMP/run" --module-dir "$TMP/modules" install \
	>"$TMP/said" 2>&1 || fail "module show ends with 4"
grep -q 'wants: tmux gdb\.deb http://a/ ./ | deb file:/b ./$' "$TMP/said" || fail "$(cat "$TMP/said")"
grep -q '^failed show: exit 4' "$TMP/said" || fail "$(cat "$TMP/said")"
grep -q ' data ext4 /data keep' "$TMP/run/install.d/parts" ||
	fail "another layout"
mkdir "$TMP/all"
for module in init partition mount base boot finalize; do
	ln -s ../modules/show "$TMP/all/$module"
done
vfield-install --site "$site" --host node09 --device "$loop" \
	--run-dir "$TMP/run" --module-dir "$TMP/all" -n install |
	sed -n 's,^[0-9.]* .*/,,p' | tr '\n' ' ' >"$TMP/said"
[ "$(cat "$TMP/said")" = 'init partition mount base boot finalize ' ] ||
	fail "$(cat "$TMP/said")"
! vfield-install --site "$site" --host node08 -n install 2>"$TMP/said" ||
	fail "the site has no node08"
grep -q 'node08: the site has no host' "$TMP/said" || fail "$(cat "$TMP/said")"
rm "$site/hosts"

# --- ours, and yet not ---

cp "$TMP/blank.disk" "$TMP/other-site.disk"
echo another >"$site/id"
refused other-site 'not blank, and not of this site'
echo lab >"$site/id"
cp "$TMP/blank.disk" "$TMP/no-stamp.disk"
dd if=/dev/zero of="$TMP/no-stamp.disk" bs=4096 seek=767 count=1 conv=notrunc \
	status=none
refused no-stamp 'our table, but not our stamp'
cp "$TMP/blank.disk" "$TMP/grown.disk"
sfdisk -q --part-label "$TMP/grown.disk" 3 mine
refused grown "a partition that is not ours 'mine'"

# --- --wipe ---

disk labels
run_on "$loop" --wipe install || fail "--wipe: $(cat "$TMP/said")"
disk ext4
mkdir "$TMP/mnt"
mount "$loop" "$TMP/mnt"
at_exit 'umount "$TMP/mnt" 2>/dev/null'
! run_on "$loop" --wipe install || fail "a disk in use was written"
grep -q 'it is in use' "$TMP/said" || fail "$(cat "$TMP/said")"
