#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Two machines that run become the hosts of another site, by the hooks `change' of
# their plugins under systemd: logs go to another machine, an account and a key
# are there that were not, the time zone is another; and a login session goes on.
# The machines have this machine's system, with a systemd of their own.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/breadth/box.subr"
need systemctl rsyslogd openssl ssh ssh-keygen jq
[ -x /lib/systemd/systemd ] || skip "systemd is not installed"
[ -x /usr/sbin/sshd ] || skip "openssh-server is missing"
box_need_cgroups

box_keys
ssh-keygen -q -t ed25519 -N '' -C test -f "$TMP/later"
cat >"$SITE/hosts" <<'END'
[room]
hosts = alpha, beta
plugins = names, ssh, users, time, log
names.domain = lab.example
log.server = alpha
[alpha]
address = 10.77.0.1
[beta]
address = 10.77.0.2
END

# root N HOST: makes $TMP/bN/root, this machine's system as that host, with none
# of this machine's units.
root() {
	root=$TMP/b$1/root
	box_layer "$1" /
	rm -rf "$root/etc/systemd/system" "$root/etc/ssh" "$root/var/log"
	# with root's files of this machine a login might do anything
	mount -t tmpfs -o mode=700 tmpfs "$root/root"
	wants=$root/etc/systemd/system/multi-user.target.wants
	mkdir -p "$wants" "$root/etc/ssh" "$root/var/log"
	ln -s /lib/systemd/system/multi-user.target \
		"$root/etc/systemd/system/default.target"
	ln -s /lib/systemd/system/ssh.service "$wants/"
	# it would empty /tmp, where this machine may have much
	ln -s /dev/null \
		"$root/etc/systemd/system/systemd-tmpfiles-setup.service"
	echo 'Include /etc/ssh/sshd_config.d/*.conf' >"$root/etc/ssh/sshd_config"
	vfield-plugin boot --site "$SITE" --seed key --host "$2" --root "$root" \
		>/dev/null 2>"$TMP/said" || fail "$2: $(cat "$TMP/said")"
}

# systemd_of N: prints the process id of the machine's systemd.
systemd_of() {
	for pid in $(pgrep -x systemd); do
		[ "$(readlink "/proc/$pid/root")" != "$TMP/b$1/root" ] ||
			echo "$pid"
	done
}

# changes N HOST: has the machine follow the site, as the agent does: from outside
# of its root, in its namespaces.
changes() {
	nsenter -t "$(systemd_of "$1")" -m -u -i -n -p -C -- \
		"$BUILD/bin/vfield-plugin" change --site "$SITE" --seed key \
		--host "$2" --root "$TMP/b$1/root" >"$TMP/said" 2>&1 ||
		fail "$2: $(cat "$TMP/said")"
	on "$1" cat /run/vfield/plugins >"$TMP/report"
	jq -e '[.plugins[] | select(.next_boot or .failed > 0)] == []' \
		"$TMP/report" >/dev/null || fail "$2: $(jq . "$TMP/report")"
}

# log_word N TEXT: logs TEXT on machine 2, and waits until machine N has it.
log_word() {
	on 2 logger -t room "$2"
	box_until "$1" grep -q "'$2'" /var/log/vfield/beta.log
}

# pid_of N UNIT: prints the process id of the unit.
pid_of() {
	on "$1" systemctl show -P MainPID "$2"
}

bed_bridge
i=0
for host in alpha beta; do
	i=$((i + 1))
	root $i $host
	bed_machine $i
	box_script $i >"$TMP/start$i"
	bed_start $i "$TMP/box$i.log" sh "$TMP/start$i"
done
for i in 1 2; do
	wait_for 120 on $i true
done
log_word 1 'one word'
log=$(pid_of 2 rsyslog)
box_ssh root 2 "$TMP/admin" 'sleep 1000' &
session=$!
box_until 2 pgrep -f "'sleep 1000'" >/dev/null

echo "# another site"
sed -i -e 's/^log.server = .*/log.server = beta/' \
	-e '/^names.domain/a time.zone = Asia/Tokyo' "$SITE/hosts"
cat "$TMP/later.pub" >>"$SITE/authorized_keys"
echo "bob:!:2001:2001::/home/bob:/bin/sh" >>"$SITE/secret/users"
! box_ssh root 2 "$TMP/later" true 2>/dev/null || fail "the later key logs in"
changes 2 beta
changes 1 alpha

kill -0 $session || fail "the session has ended"
for i in 1 2; do
	box_ssh root $i "$TMP/later" true || fail "machine $i: no login"
	[ "$(on $i date +%Z)" = JST ] || fail "machine $i: $(on $i date +%Z)"
	[ "$(on $i id -u bob)" = 2001 ] || fail "machine $i has no bob"
done
[ "$(pid_of 2 rsyslog)" != "$log" ] || fail "rsyslogd is the same"
log_word 2 'another word'
! on 1 grep -q "'another word'" /var/log/vfield/beta.log ||
	fail "the server of before has it, too"
for i in 1 2; do
	[ -z "$(on $i systemctl --failed --plain --no-legend ssh.service \
		rsyslog.service)" ] || fail "machine $i: $(on $i systemctl --failed)"
done
