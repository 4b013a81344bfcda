#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A hook of a role that fails because another site came while it ran, and took
# the plugin's files from under it, is run again; the role stays.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/site.subr"
. "$TOP/tests/role.subr"

room 1 log
cat >>"$SITE/plugins/role-test/role" <<'END'
[ "$1" = runs ] || exit 0
while [ -e /etc/wait ]; do
	touch /etc/runs
	sleep 0.1
done
[ -e ./role ] || exit 1
touch /etc/ran
END
publish
wait_for 60 grep -q 'touch /etc/ran' \
	"$TMP/node1/run/vfield/site/plugins/role-test/role"
wait_for 60 held log
wait_for 60 test -e "$TMP/node1/etc/ran"

echo "# another site comes while the hook runs"
touch "$TMP/node1/etc/wait"
wait_for 60 test -e "$TMP/node1/etc/runs"
echo '# changed' >>"$SITE/plugins/role-test/role"
publish
wait_for 60 grep -q '# changed' \
	"$TMP/node1/run/vfield/site/plugins/role-test/role"
gone() {
	[ ! -e "$TMP/node1/run/vfield/site.fresh" ]
}
wait_for 60 gone
rm "$TMP/node1/etc/ran" "$TMP/node1/etc/wait"
wait_for 60 test -e "$TMP/node1/etc/ran"
held log || fail "the role is given up"
grep 'role log: failed\|role runs: failed' "$TMP/n1/log" ||
	fail "the hook did not lose its files: this test shows nothing"
! grep 'role log: given up' "$TMP/n1/log" || fail "the role was given up"
