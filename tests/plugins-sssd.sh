#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The plugin sssd makes sssd.conf of the settings, which root alone can read, or
# takes the site's own; what cannot be right is refused.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/site.subr"

system a
printf '#!/bin/sh\nexit 0\n' >"$TMP/a/bin/sssd"
chmod 755 "$TMP/a/bin/sssd"
mkdir -p "$TMP/a/usr/lib/systemd/system" "$TMP/a/etc/systemd/system"
: >"$TMP/a/usr/lib/systemd/system/sssd.service"
echo 'passwd: files sss' >"$TMP/a/etc/nsswitch.conf"
cat >"$SITE/hosts" <<'END'
[room]
hosts = a
plugins = sssd
sssd.uri = ldaps://one.lab.example, ldap://two.lab.example
sssd.base = ou=people,dc=lab,dc=example
END
conf() {
	cat <<-'END'
		[sssd]
		config_file_version = 2
		services = nss, pam
		domains = site
		[domain/site]
		id_provider = ldap
		auth_provider = ldap
		ldap_uri = ldaps://one.lab.example, ldap://two.lab.example
		ldap_search_base = ou=people,dc=lab,dc=example
		ldap_id_use_start_tls = true
		ldap_tls_reqcert = demand
		cache_credentials = true
	END
}
boots a
is a etc/sssd/sssd.conf "$(conf)"
[ "$(stat -c '%a %u' "$TMP/a/etc/sssd/sssd.conf")" = '600 0' ] ||
	fail "sssd.conf: $(stat -c '%a %u' "$TMP/a/etc/sssd/sssd.conf")"
[ -L "$TMP/a/etc/systemd/system/multi-user.target.wants/sssd.service" ] ||
	fail "sssd is not started"

echo "# an authority of its own"
echo 'a certificate' >"$SITE/sssd_ca.pem"
boots a
is a etc/sssd/sssd.conf "$(conf)
ldap_tls_cacert = /etc/sssd/vfield_ca.pem"
is a etc/sssd/vfield_ca.pem 'a certificate'
rm "$SITE/sssd_ca.pem"

echo "# what is wrong"
cp "$SITE/hosts" "$TMP/hosts"
wrong() { # LINE TEXT
	{ cat "$TMP/hosts" && echo "$1"; } >"$SITE/hosts"
	status 1 --host a --root "$TMP/a"
	said "$2"
	grep -q one.lab.example "$TMP/a/etc/sssd/sssd.conf" ||
		fail "$1: the file before is gone"
}
wrong 'sssd.uri =' 'sssd.uri is not set'
wrong 'sssd.uri = http://x' 'sssd.uri = http://x is not ldap:// or ldaps://'
wrong 'sssd.base =' 'sssd.base is not set'
wrong 'sssd.tls = maybe' 'sssd.tls = maybe is neither demand nor never'
wrong 'sssd.domain = a/b' 'sssd.domain = a/b is not the name of a domain'
cp "$TMP/hosts" "$SITE/hosts"
echo 'passwd: files' >"$TMP/a/etc/nsswitch.conf"
status 1 --host a --root "$TMP/a"
said 'nsswitch.conf has no sss: the image wants libnss-sss'
echo 'passwd: files sss' >"$TMP/a/etc/nsswitch.conf"

echo "# the site's own"
mkdir "$SITE/secret"
printf '[sssd]\ndomains = ad\n' >"$SITE/secret/sssd.conf"
printf '[room]\nhosts = a\nplugins = sssd\n' >"$SITE/hosts"
boots a
is a etc/sssd/sssd.conf '[sssd]
domains = ad'
[ "$(stat -c %a "$TMP/a/etc/sssd/sssd.conf")" = 600 ] || fail "others read it"
