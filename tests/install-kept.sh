#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The modules mount and data in a repair: partitions marked keep stay unmounted,
# but for those where the system's own files may lie and one where the site wants
# a file.
. "$(dirname "$0")/lib.sh"

target=$TMP/target
mkdir "$target" "$TMP/state" "$TMP/fake"
at_exit 'umount -R "$target"'
printf 'tmpfs %s tmpfs %s %s\n' root / - esp /efi keep home /home keep \
	scratch /scratch keep >"$TMP/state/parts"
echo '/dev/none swap swap - -' >>"$TMP/state/parts"
printf '#!/bin/sh\necho "$2" >"$3"\n' >"$TMP/fake/vfield"
chmod 755 "$TMP/fake/vfield"

# module NAME: runs the module as vfield-install does
module() {
	PATH=$TMP/fake:$PATH VFIELD_FUNCTIONS=$TOP/installer/functions \
		VFIELD_MODE=repair VFIELD_TARGET=$target \
		VFIELD_STATE=$TMP/state VFIELD_DATA='disk:/scratch/vm/disk, list:/srv/list' \
		"$TOP/installer/modules/$1" >"$TMP/said" 2>&1 3>/dev/null ||
		fail "$1: $(cat "$TMP/said")"
}

module mount
mountpoint -q "$target" && mountpoint -q "$target/efi" || fail "not mounted"
for dir in home scratch; do
	! mountpoint -q "$target/$dir" || fail "/$dir is mounted"
done
module data
mountpoint -q "$target/scratch" || fail "/scratch is not mounted"
! mountpoint -q "$target/home" || fail "/home is mounted"
[ "$(cat "$target/scratch/vm/disk" "$target/srv/list")" = 'disk
list' ] || fail "the files are not there"
