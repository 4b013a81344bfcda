#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The check of the plugin nfs looks into /home, and so sets off the automount of
# the system, from the mounts that the hook has for itself.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"
need python3
grep -q autofs /proc/filesystems || skip "the kernel has no autofs"

# Nothing else fills this file system, which a hook may not do.
mkdir "$TMP/a"
mount -t tmpfs tmpfs "$TMP/a"
mount --make-shared "$TMP/a"
at_exit 'umount -R -l "$TMP/a"'
system a
cat >"$SITE/hosts" <<END
[a]
address = 10.77.0.1
plugins = nfs
nfs.server = 10.77.0.2
END

check() {
	vfield-plugin check nfs --site "$SITE" --root "$TMP/a" --host a \
		>"$TMP/out" 2>&1
}
check || fail "no mount: $(cat "$TMP/out")"

python3 "$TOP/tests/automount.py" "$TMP/a/home" >"$TMP/ready" &
automount=$!
at_exit "kill $automount"
wait_for 20 grep -q ready "$TMP/ready"
check || fail "an automount: $(cat "$TMP/out")"
mountpoint -q "$TMP/a/home" && grep -q "$TMP/a/home tmpfs" /proc/mounts ||
	fail "nothing was mounted"

echo "# nobody mounts"
umount "$TMP/a/home"
kill -STOP $automount
! check || fail "the check passes"
grep -q '10.77.0.2 does not answer' "$TMP/out" || fail "$(cat "$TMP/out")"
kill -CONT $automount
