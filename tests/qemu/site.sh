#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Machines that boot one image become the hosts of the cluster's site: each has
# its own name, id and host key, the same name and id after a restart.  A machine
# that trusts a key waits until there is a site, and says so; a hook that fails
# is said, and keeps no machine from starting.  A new site reaches them while they
# run.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/testbed.sh"
. "$TOP/tests/qemu/boot.subr"
. "$TOP/tests/site.subr"
boot_need

boot_busybox_root "$TMP/root"
system_ssh "$TMP/root"
echo 'root:x:0:0:root:/root:/bin/sh' >"$TMP/root/etc/passwd"
cat >"$TMP/root/sbin/init" <<'END'
#!/bin/sh
echo "HOST $(hostname) $(cat /etc/hostname) $(cat /etc/motd)"
echo "ID $(cat /etc/machine-id)."
echo "KEY $(cut -d ' ' -f 2 /etc/ssh/ssh_host_ed25519_key.pub)."
echo "HOSTS $(grep -c lab.example /etc/hosts)."
echo "REPORT $(cat /run/vfield/plugins)"
echo "STARTED"
was=$(cat /etc/motd)
while :; do
	motd=$(cat /etc/motd)
	[ "$motd" = "$was" ] || echo "MOTD $motd"
	was=$motd
	sleep 1
done
END
mksquashfs "$TMP/root" "$TMP/busybox.squashfs" -quiet -no-progress -all-root

plugin motd 'needs = names
[settings]
text = hello'
echo '@text@ from @host.address@' >"$SITE/plugins/motd/root/etc/motd.in"
plugin broken 'description = fails'
hook broken boot 'echo so it is >&2; exit 1'
cat >"$SITE/hosts" <<END
[room]
hosts = alpha, beta
plugins = names, ssh, motd, broken
names.domain = lab.example
[alpha]
address = $(boot_addr 1)
[beta]
address = $(boot_addr 2)
mac = $(boot_mac 2)
motd.text = bye
END

boot_network
bed_machine 1
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
bed_serve 1 --image "$TMP/busybox.squashfs" --trust "$trust"
bed_wait_ready 1
bed_vfield 1 image default busybox --key "$TMP/keys" >/dev/null
words="vfield.peer=$(bed_addr 1) vfield.trust=$trust"

# line GUEST WORD: the last line of the guest's console that begins with it
line() {
	tr -d '\r' <"$TMP/guest$1.serial" | grep -a "^$2 " | tail -n 1
}

boot_kernel 1 "$words vfield.name=alpha"
boot_says 1 'No site is in force'
bed_vfield 1 site publish --site "$SITE" --state "$TMP/state" \
	--key "$TMP/keys"
boot_says 1 STARTED
boot_kernel 2 "$words"
boot_says 2 STARTED
[ "$(line 1 HOST)" = "HOST alpha alpha hello from $(boot_addr 1)" ] ||
	fail "guest 1: $(line 1 HOST)"
[ "$(line 2 HOST)" = "HOST beta beta bye from $(boot_addr 2)" ] ||
	fail "guest 2: $(line 2 HOST)"
[ "$(line 1 HOSTS)" = "HOSTS 2." ] || fail "guest 1: $(line 1 HOSTS)"
line 1 ID | grep -q '^ID [0-9a-f]\{32\}\.$' || fail "guest 1: $(line 1 ID)"
[ "$(line 1 ID)" != "$(line 2 ID)" ] || fail "both have one id"
[ "$(line 1 KEY)" != "$(line 2 KEY)" ] ||
	fail "both have one host key"
line 1 REPORT | grep -q '"broken".*"said":"so it is' || fail "no report"
# a site that is new reaches the running machines, which have no unsquashfs
sed -i 's/motd.text = bye/motd.text = again/' "$SITE/hosts"
bed_vfield 1 site publish --site "$SITE" --state "$TMP/state" \
	--key "$TMP/keys"
boot_says 2 "MOTD again from $(boot_addr 2)"
boot_says 1 'plugin broken: its boot hook failed: so it is'

# the same again
id=$(line 1 ID)
boot_off 1
boot_kernel 1 "$words vfield.name=alpha"
boot_says 1 STARTED 2
[ "$(line 1 ID)" = "$id" ] || fail "guest 1 has another id: $(line 1 ID)"
