#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# With the site's secret/ssh_ca, ssh gets from one host to another by address and
# by name without a question, also after the other has started with new host keys;
# who has no certificate for the name is refused.  Without it known_hosts has what
# the site's file has.  The sshd and ssh are real, each with the files that the
# plugin has made for its host.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"
[ -x /usr/sbin/sshd ] || skip "openssh-server is missing"
need ssh

mkdir -p "$SITE/secret" /run/sshd
for key in "$TMP/admin" "$SITE/secret/ssh_ca" "$TMP/stranger"; do
	ssh-keygen -q -t ed25519 -N '' -C test -f "$key"
done
cat >"$SITE/hosts" <<'END'
[room]
hosts = a, b
plugins = names, ssh
names.domain = lab.example
[a]
address = 10.77.0.1
[b]
address = 10.77.0.2
END
cp "$TMP/admin.pub" "$SITE/authorized_keys"
for host in a b; do
	system $host
	printf '#!/bin/sh\nexit 0\n' >"$TMP/$host/bin/sshd"
	chmod 755 "$TMP/$host/bin/sshd"
	boots $host
done
ip addr add 10.77.0.1/32 dev lo
chmod 755 "$TMP"
chmod 600 "$TMP/a/root/.ssh/authorized_keys"

# serves KEY [CERTIFICATE]: starts the sshd of host a, with that host key
serves() {
	[ -z "${sshd-}" ] || kill "$sshd"
	: >"$TMP/sshd.log"
	/usr/sbin/sshd -D -e -f /dev/null -p 22 -h "$1" \
		${2:+-o "HostCertificate=$2"} -o ListenAddress=10.77.0.1 \
		-o StrictModes=no -o UsePAM=no -o PermitRootLogin=yes \
		-o "AuthorizedKeysFile=$TMP/a/root/.ssh/authorized_keys" \
		-o PidFile=none 2>"$TMP/sshd.log" &
	sshd=$!
	wait_for 20 grep -q listening "$TMP/sshd.log"
}
at_exit 'kill $sshd'

# gets NAME: whether ssh on host b gets to that name of host a
gets() {
	ssh -n -F none -i "$TMP/admin" -o BatchMode=yes -o ConnectTimeout=20 \
		-o StrictHostKeyChecking=yes -o UserKnownHostsFile=/dev/null \
		-o "GlobalKnownHostsFile=$TMP/b/etc/ssh/ssh_known_hosts" \
		-o HostName=10.77.0.1 -o "HostKeyAlias=$1" root@a true \
		>"$TMP/out" 2>&1
}

key=$TMP/a/etc/ssh/ssh_host_ed25519_key
for start in 1 2; do
	echo "# start $start of host a"
	serves "$key" "$key-cert.pub"
	for name in 10.77.0.1 a a.lab.example; do
		gets $name || fail "$name: $(cat "$TMP/out")"
	done
	! gets b || fail "a passes for b"
	cp "$key.pub" "$TMP/before$start"
	rm "$key"*
	boots a
done
! cmp -s "$TMP/before1" "$TMP/before2" || fail "it has the same key"

echo "# a stranger at its address"
serves "$TMP/stranger"
! gets a || fail "it passes for a"
grep -q 'Host key verification failed' "$TMP/out" || fail "$(cat "$TMP/out")"

echo "# without an authority"
rm "$SITE/secret/ssh_ca"*
echo "a,10.77.0.1 $(cut -d ' ' -f 1-2 "$key.pub")" >"$SITE/known_hosts"
for host in a b; do
	boots $host
done
[ ! -e "$key-cert.pub" ] || fail "there is a certificate still"
serves "$key"
gets a || fail "$(cat "$TMP/out")"
! gets b || fail "a passes for b"
