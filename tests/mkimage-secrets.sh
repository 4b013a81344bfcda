#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield-mkimage refuses a source with passwords or private keys, unless
# --allow-secrets is given.  It names them and prints options that leave them
# out, which do so.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"

lab=$TMP/lab
system "$lab"
mkdir -p "$lab/home/me/.aws" "$lab/usr/share/doc" "$lab/srv/a b"
printf 'root:*:1::::::\nme:$6$salt$hash:1::::::\n' >"$lab/etc/shadow"
chmod 640 "$lab/etc/shadow"
printf -- '-----BEGIN PRIVATE %s-----\nMII\n' KEY |
	tee "$lab/usr/share/doc/example.pem" >"$lab/srv/a b/[tls].pem"
echo 'aws_secret_access_key = x' >"$lab/home/me/.aws/credentials"
refuses '^vfield-mkimage: 3 secrets would be in the image' "$lab"
for file in 'etc/shadow: passwords of accounts' \
	'srv/a b/\[tls\].pem: a private key' \
	"home/me/.aws/credentials: a cloud's credentials"; do
	grep -q "$file" "$TMP/said" || fail "not named: $file"
done
! grep -q example.pem "$TMP/said" || fail "a package's example is public"
! vfield-mkimage -n "$lab" 2>/dev/null || fail "--dry-run does not refuse"

# The image is made with the options that were printed.
grep -o -e "--exclude '[^']*'" "$TMP/said" | tr '\n' ' ' >"$TMP/options"
eval "makes image '$lab' $(cat "$TMP/options")"
[ ! -e "$TMP/image/srv/a b/[tls].pem" ] || fail "a key is in the image"
[ "$(cat "$TMP/image/etc/shadow")" = 'root:*:1::::::
me:*:1::::::' ] || fail "$(cat "$TMP/image/etc/shadow")"
[ "$(stat -c %a "$TMP/image/etc/shadow")" = 640 ] || fail "shadow is open"

makes image "$lab" --allow-secrets
cmp "$lab/etc/shadow" "$TMP/image/etc/shadow"
