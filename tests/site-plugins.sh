#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield-plugin makes the systems of different hosts from one root: each has its
# own name, addresses and ids, by the shipped plugins and by one of the site's.
# When it runs again it changes nothing.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"

mkdir -p "$SITE/secret" "$SITE/plugins/motd/root/etc/lab"
cat >"$SITE/hosts" <<'END_OF_HOSTS'
[room]
hosts = node[1-3]
plugins = ssh, motd, names, users, time
names.domain = lab.example
time.servers = 192.0.2.1
[node1]
mac = 52:54:00:00:00:01
address = 10.77.0.1
[node2]
address = 10.77.0.2
motd.greeting = good evening
[node3]
plugins -= users
END_OF_HOSTS
hash='$6$salt$hashhashhash'
printf '%s\n' "root:$hash" "lena:$hash:1001:1001:Lena::/bin/sh" \
	>"$SITE/secret/users"
echo 'ssh-ed25519 AAAA admin' >"$SITE/authorized_keys"
plugin motd 'needs = names
[settings]
greeting = hello	; "What do people read?"'
echo '@greeting@ on @host.name@ of @names.domain@, root@@localhost' \
	>"$SITE/plugins/motd/root/etc/motd.in"
echo '@greeting@' >"$SITE/plugins/motd/root/etc/issue.add"
printf 'binary\0file' >"$SITE/plugins/motd/root/etc/lab/tool"
chmod 750 "$SITE/plugins/motd/root/etc/lab/tool"
ln -s ../motd "$SITE/plugins/motd/root/etc/lab/link"
hook motd boot 'echo "$VFIELD_HOST $SETTING_greeting $(pwd)" >/etc/booted'

# contents HOST: prints the files of HOST's system with modes and checksums.
contents() {
	(cd "$TMP/$1" && find etc root home | LC_ALL=C sort | while read -r file; do
		stat -c '%n %a %F' "$file"
		[ ! -f "$file" ] || sha256sum <"$file"
	done)
}

for host in node1 node2 node3; do
	system "$host"
	echo 'Debian 12' >"$TMP/$host/etc/issue"
	chgrp 42 "$TMP/$host/etc/shadow"
done
boots node1 --mac 52:54:00:ff:ff:ff --fact host.address=10.9.9.9
boots node2
boots node3 --fact host.address=10.77.0.150 --fact host.core=10.77.0.1
[ "$(cat "$TMP/out")" = node3 ] || fail "it says $(cat "$TMP/out")"

is node1 etc/hostname node1
is node2 etc/motd "good evening on node2 of lab.example, root@localhost"
is node1 etc/motd "hello on node1 of lab.example, root@localhost"
is node2 etc/booted "node2 good evening /run/vfield/plugin"
is node1 root/.ssh/authorized_keys 'ssh-ed25519 AAAA admin'
is node1 etc/chrony/sources.d/vfield.sources 'server 192.0.2.1 iburst'
grep -qx '10.77.0.1 node1.lab.example node1' "$TMP/node1/etc/hosts"
grep -qx '10.77.0.1 node1.lab.example node1' "$TMP/node2/etc/hosts"
grep -qx '10.77.0.150 node3.lab.example node3' "$TMP/node3/etc/hosts"
[ "$(head -n 1 "$TMP/node1/etc/issue")" = 'Debian 12' ] || fail "issue is lost"
cmp "$SITE/plugins/motd/root/etc/lab/tool" "$TMP/node1/etc/lab/tool"
[ "$(stat -c %a "$TMP/node1/etc/lab/tool")" = 750 ] || fail "its mode"
[ "$(readlink "$TMP/node1/etc/lab/link")" = ../motd ] || fail "its link"
[ "$(sort -u "$TMP"/node?/etc/machine-id | grep -cx '[0-9a-f]\{32\}')" -eq 3 ] ||
	fail "the ids are not three"
grep -qF "root:$hash:" "$TMP/node1/etc/shadow"
[ "$(stat -c '%a %u %g' "$TMP/node1/etc/shadow")" = '640 0 42' ] ||
	fail "shadow: $(stat -c '%a %u %g' "$TMP/node1/etc/shadow")"
grep -qF "lena:x:1001:1001:Lena:/home/lena:/bin/sh" "$TMP/node1/etc/passwd"
[ "$(stat -c %u "$TMP/node1/home/lena")" -eq 1001 ] || fail "lena's home"
! grep -q lena "$TMP/node3/etc/passwd" || fail "node3 has users"
report node1 '.host == "node1" and ([.plugins[] | select(.failed > 0)] == [])'
report node1 '[.plugins[].name] == ["names","ssh","motd","users","time"]'

# Each machine has host keys of its own.
[ "$(cat "$TMP"/node?/etc/ssh/ssh_host_ed25519_key.pub | cut -d ' ' -f 2 |
	sort -u | wc -l)" -eq 3 ] || fail "the host keys are not three"

# Running it again changes nothing.
contents node1 >"$TMP/before"
boots node1
contents node1 >"$TMP/after"
diff "$TMP/before" "$TMP/after" || fail "it is another the second time"

# With a certificate authority each host's key is signed for its names alone,
# and what is signed so is known for the hosts of the site.
ssh-keygen -q -t ed25519 -N '' -f "$SITE/secret/ssh_ca"
boots node1
boots node2
ssh-keygen -L -f "$TMP/node2/etc/ssh/ssh_host_ed25519_key-cert.pub" |
	sed -n 's/^ *//; /Principals/,/Critical/p' | sed '1d;$d' |
	sort | paste -sd ' ' >"$TMP/out"
[ "$(cat "$TMP/out")" = '10.77.0.2 node2 node2.lab.example' ] ||
	fail "node2's names: $(cat "$TMP/out")"
[ "$(ssh-keygen -F node2.lab.example -f "$TMP/node1/etc/ssh/ssh_known_hosts" |
	grep -cF "$(cut -d ' ' -f 1-2 "$SITE/secret/ssh_ca.pub")")" -eq 1 ] ||
	fail "node1 does not know node2"
! ssh-keygen -F other -f "$TMP/node1/etc/ssh/ssh_known_hosts" >/dev/null ||
	fail "a host of another site is known"
[ ! -e "$TMP/node1/etc/ssh/vfield_ca_key" ] || fail "the authority's key is left"

# A machine whose name is not in the site is found by its card.
status 0 --root "$TMP/node1" --host stranger --mac 52:54:00:00:00:01
status 3 --root "$TMP/node1" --host stranger --mac 52:54:00:00:00:09
said 'the site does not have this machine'
# A name from DHCP means neither another machine than the card, nor a host with
# another card.
status 0 --root "$TMP/node2" --offered node2 --mac 52:54:00:00:00:09
status 0 --root "$TMP/node1" --offered node2 --mac 52:54:00:00:00:01
[ "$(cat "$TMP/out")" = node1 ] || fail "it is $(cat "$TMP/out") by DHCP's name"
status 3 --root "$TMP/node1" --offered node1 --mac 52:54:00:00:00:09
