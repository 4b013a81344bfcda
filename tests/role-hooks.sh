#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The hooks of a role: vfield-plugin runs those of the host's plugins for the
# role alone, stops in the other order, and says which has failed.  The plugin
# log makes its role's holder the log server, and nfs has systemd mount the disk.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"

# role N ROLE VERB: the exit status is to be N
role() {
	got=0
	vfield-plugin role "$2" "$3" --site "$SITE" --root "$TMP/a" --host a \
		>"$TMP/out" 2>"$TMP/err" || got=$?
	[ "$got" = "$1" ] || fail "$2 $3: status $got: $(cat "$TMP/err")"
}

# changes: has the running system follow the site; fails unless all plugins do
changes() {
	vfield-plugin change --site "$SITE" --seed key --root "$TMP/a" --host a \
		>"$TMP/out" 2>"$TMP/err" || fail "$(cat "$TMP/err")"
}

system a
cat >"$SITE/hosts" <<END
[a]
address = 10.77.0.1
plugins = one, two, other, log, nfs
roles = web, log, nfs
log.server = 10.77.0.200
log.port = 514
nfs.server = 10.77.0.201
END
for name in one two other; do
	plugin $name "role = web"
	hook $name role 'echo "$VFIELD_PLUGIN $1" >>/etc/said
! [ -e "/etc/$VFIELD_PLUGIN-fails" ] || { echo "it is broken"; exit 3; }'
done
sed -i s/web/else/ "$SITE/plugins/other/plugin"

echo "# of several plugins for a role"
said_in_order() {
	[ "$(tr '\n' ' ' <"$TMP/a/etc/said")" = "$1 " ] ||
		fail "hooks that were run: $(cat "$TMP/a/etc/said")"
	rm "$TMP/a/etc/said"
}
role 0 web can
said_in_order 'one can two can'
touch "$TMP/a/etc/one-fails"
role 1 web start
said_in_order 'one start'
said 'one: role start: failed: it is broken'
role 1 web stop
said_in_order 'two stop one stop'
role 0 none can
role 2 web begin

echo "# without systemd"
mkdir -p "$TMP/a/etc/systemd/system" "$TMP/a/etc/rsyslog.d"
: >"$TMP/a/etc/systemd/system/nfs-server.service"
for name in rsyslogd mount.nfs4 exportfs; do
	ln -s busybox "$TMP/a/bin/$name"
done
changes
report a '[.plugins[] | select(.next_boot) | .name] == ["log","nfs"]'
for name in log nfs; do
	role 1 $name can
	said "$name: role can: failed: systemd does not run"
	role 1 $name start
	said "$name: role start: failed: systemd does not run"
done

echo "# the role log"
rm "$TMP/a/bin/rsyslogd"
mkdir -p "$TMP/a/run/systemd/system"
printf '#!/bin/sh\necho "$*" >>/etc/said\n' >"$TMP/a/bin/systemctl"
chmod 755 "$TMP/a/bin/systemctl"
role 1 log can
said 'log: role can: failed: rsyslogd is missing: the image wants rsyslog'
cp "$(command -v sleep)" "$TMP/rsyslogd"
cp "$TMP/rsyslogd" "$TMP/a/bin/"
role 0 log can
role 0 log start
said_in_order 'restart rsyslog.service'
grep -q 'input(type="imtcp" port="514"' "$TMP/a/etc/rsyslog.d/vfield-role.conf" ||
	fail "$(cat "$TMP/a/etc/rsyslog.d/vfield-role.conf")"
sed -i -e 's/^log.port = .*/log.port = 515/' \
	-e '/^nfs.server/a nfs.network = 10.77.0.0/24' "$SITE/hosts"
echo '10.77.0.9:/home /home nfs4 rw 0 0' >"$TMP/a/proc/mounts"
changes
for line in 'restart rsyslog.service' \
	'try-reload-or-restart nfs-server.service' 'stop home.mount' \
	'start home.automount'; do
	grep -qxF "$line" "$TMP/a/etc/said" ||
		fail "no '$line': $(cat "$TMP/a/etc/said")"
done
grep -q 'input(type="imtcp" port="515"' "$TMP/a/etc/rsyslog.d/vfield-role.conf" ||
	fail "$(cat "$TMP/a/etc/rsyslog.d/vfield-role.conf")"
rm "$TMP/a/etc/said"
role 1 log runs
said 'log: role runs: failed: rsyslogd does not run'
mount -t proc proc "$TMP/a/proc"
at_exit 'umount "$TMP/a/proc"'
"$TMP/rsyslogd" 1000 &
at_exit "kill $!"
role 0 log runs
role 0 log stop
said_in_order 'restart rsyslog.service'
[ ! -e "$TMP/a/etc/rsyslog.d/vfield-role.conf" ] || fail "it is still there"
role 0 log stop
[ ! -e "$TMP/a/etc/said" ] || fail "a second stop has done something"

echo "# the role nfs"
role 0 nfs start
said_in_order 'start nfs-server.service'
role 0 nfs stop
said_in_order 'stop nfs-server.service stop vfield-share.service'
