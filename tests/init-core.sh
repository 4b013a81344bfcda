#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The corosync of an initramfs that can have a cluster key finds there all that it
# loads by itself: it forms a ring that encrypts, and ends when it is told to.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"
need corosync

system "$TMP/lab"
vfield-mkinitramfs --root "$TMP/lab" --tls --compress none -o "$TMP/initrd" \
	>"$TMP/said" 2>&1 || fail "$(cat "$TMP/said")"
tree=$TMP/tree
mkdir "$tree"
(cd "$tree" && cpio --quiet -id) <"$TMP/initrd"
mkdir -p "$tree/dev" "$tree/run"
mount --rbind /dev "$tree/dev"
at_exit 'umount -R -l "$tree/dev"'
head -c 128 /dev/urandom >"$tree/run/authkey"
cat >"$tree/run/corosync.conf" <<'END'
totem {
	version: 2
	transport: knet
	crypto_cipher: aes256
	crypto_hash: sha256
	crypto_model: openssl
	keyfile: /run/authkey
}
system {
	sched_rr: no
	move_to_root_cgroup: no
	state_dir: /run
}
logging {
	to_stderr: yes
	to_syslog: no
}
nodelist {
	node {
		ring0_addr: 127.0.0.1
		nodeid: 1
	}
}
END
chroot "$tree" /usr/bin/corosync -f -c /run/corosync.conf >"$TMP/log" 2>&1 &
corosync=$!
at_exit "kill $corosync 2>/dev/null"
forms() {
	! ended $corosync || fail "$(cat "$TMP/log")"
	grep -q 'A new membership' "$TMP/log"
}
wait_for 30 forms
kill $corosync
wait $corosync || fail "status $?: $(tail -n 5 "$TMP/log")"
