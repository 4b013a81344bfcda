/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/secrets.h"

#include <ctype.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"

/* Bytes: the content of a larger file is not read.  Arbitrary: a key with its
 * chain of certificates is smaller, and a walk through /home must not take for
 * ever. */
#define LOOK_MAX (64 << 10)

#define HOME "@(root|home/*)/"

/* Rules by which a file whose path matches `pattern` is a secret: if it has the
 * text `word`; with "" as `word`, if it has a line that is no comment; with
 * NULL, whatever it has. */
static const struct {
	const char *pattern, *word, *kind;
} rules[] = {
    {"etc/wireguard/*", "PrivateKey", "WireGuard's private key"},
    {"etc/systemd/network/*", "PrivateKey", "WireGuard's private key"},
    {"etc/systemd/network/*", "PresharedKey", "a preshared key"},
    {"etc/systemd/network/*", "Password", "a password of a network"},
    {"@(etc|usr/lib)/NetworkManager/system-connections/*",
     "psk=", "a wireless network's key"},
    {"@(etc|usr/lib)/NetworkManager/system-connections/*", "password",
     "a password of a network"},
    {"@(etc|usr/lib)/NetworkManager/system-connections/*", "private-key",
     "a private key of a network"},
    {"@(etc|usr/lib)/NetworkManager/system-connections/*", "secret",
     "a secret of a network"},
    {"@(etc|usr/lib)/NetworkManager/system-connections/*", "wep-key",
     "a wireless network's key"},
    {"etc/netplan/*", "password", "a password of a network"},
    {"etc/netplan/*", "key:", "a key of a network"},
    {"etc/wpa_supplicant*", "psk=", "a wireless network's key"},
    {"etc/wpa_supplicant/*", "psk=", "a wireless network's key"},
    {"etc/wpa_supplicant/*", "password=", "a password of a network"},
    {"etc/network/interfaces", "wpa-psk", "a wireless network's key"},
    {"etc/network/interfaces.d/*", "wpa-psk", "a wireless network's key"},
    {"etc/ppp/*-secrets", "", "passwords of PPP"},
    {"etc/ipsec.secrets", "", "secrets of IPsec"},
    {"etc/swanctl/*", "secret", "secrets of IPsec"},
    {"etc/strongswan/ipsec.secrets", "", "secrets of IPsec"},
    {"etc/corosync/authkey", NULL, "a cluster's key"},
    {"etc/munge/munge.key", NULL, "a cluster's key"},
    {"etc/vfield/cluster.key", NULL, "a cluster's key"},
    {"etc/vfield/keys/@(key|key.old)", NULL,
     "the key that signs for a cluster"},
    {"etc/vfield/site/secret/*", NULL, "a secret of a site"},
    {"etc/mysql/debian.cnf", "password", "a server's password"},
    {"etc/sssd/*", "authtok", "a server's password"},
    {"etc/sssd/conf.d/*", "authtok", "a server's password"},
    {"etc/@(nslcd|ldap|pam_ldap|libnss-ldap).conf", "bindpw",
     "a server's password"},
    {"etc/@(ldap|pam_ldap|libnss-ldap).secret", NULL, "a server's password"},
    {"etc/postfix/sasl*", "", "a mail server's password"},
    {"etc/postfix/sasl/*", "", "a mail server's password"},
    {"etc/exim4/passwd.client", "", "a mail server's password"},
    {"etc/msmtprc", "password", "a mail server's password"},
    {"etc/samba/*cred*", "password", "a server's password"},
    {HOME ".smbcred*", "password", "a server's password"},
    {HOME ".netrc", "password", "a server's password"},
    {HOME ".pgpass", "", "a server's password"},
    {HOME ".my.cnf", "password", "a server's password"},
    {HOME ".git-credentials", "", "a server's password"},
    {HOME ".pypirc", "password", "a server's password"},
    {HOME ".npmrc", "_authToken", "a server's token"},
    {HOME ".vault-token", NULL, "a server's token"},
    {HOME ".config/gh/hosts.yml", "oauth_token", "a server's token"},
    {HOME ".docker/config.json", "\"auth\"", "a server's password"},
    {HOME ".gnupg/private-keys-v1.d/*", NULL, "a private key"},
    {HOME ".gnupg/secring.gpg", NULL, "a private key"},
    {HOME ".aws/credentials", "aws_secret_access_key", "a cloud's credentials"},
    {HOME ".config/gcloud/@(*credentials*|access_tokens.db)", NULL,
     "a cloud's credentials"},
    {HOME ".azure/@(msal_token_cache*|accessTokens*|service_principal*)", NULL,
     "a cloud's credentials"},
    {HOME ".config/rclone/rclone.conf", "=", "a cloud's credentials"},
    {HOME ".s3cfg", "secret_key", "a cloud's credentials"},
    {HOME ".config/openstack/clouds.y*", "password", "a cloud's credentials"},
    {"etc/openstack/clouds.y*", "password", "a cloud's credentials"},
    {HOME ".terraform.d/credentials*", NULL, "a cloud's credentials"},
    {HOME ".kube/config", "client-key-data", "a cluster's credentials"},
    {HOME ".kube/config", "token:", "a cluster's credentials"},
    {"etc/kubernetes/*.conf", "client-key-data", "a cluster's credentials"},
    {"var/lib/cloud/instances/*/user-data*", "", "a cloud's first settings"},
};

/* Texts that give away a private key in a file, wherever the file lies. */
static const char *const keys[] = {
    "PRIVATE KEY-----",
    "BEGIN PGP PRIVATE KEY BLOCK",
    "PuTTY-User-Key-File-",
    "AGE-SECRET-KEY-1",
};

static bool
has(const char *content, size_t len, const char *word)
{
	return memmem(content, len, word, strlen(word)) != NULL;
}

/* Returns whether `content` has a line that is neither a comment nor empty. */
static bool
has_line(const char *content, size_t len)
{
	bool first = true; /* true: only blanks have been seen in this line */

	for (size_t i = 0; i < len; i++) {
		unsigned char c = content[i];

		if (first && !isspace(c) && c != '#' && c != ';')
			return true;
		first = c == '\n' || (first && isspace(c));
	}
	return false;
}

/* Returns whether `field`, the second one in a line of shadow(5), is the hash
 * of a password, be it locked (with "!" before it) or not.  The hashes of
 * crypt(5) begin with "$" or "_", except the oldest form, which has 13 letters.
 */
static bool
is_password(const char *field, size_t len)
{
	while (len > 0 && *field == '!') {
		field++;
		len--;
	}
	if (len == 0 || *field == '*')
		return false;
	return *field == '$' || *field == '_' || len == 13;
}

static bool
has_password(const char *content, size_t len)
{
	const char *end = content + len, *next;

	for (const char *line = content; line < end; line = next + 1) {
		const char *field;

		next = memchr(line, '\n', end - line);
		if (next == NULL)
			next = end;
		field = memchr(line, ':', next - line);
		if (field != NULL) {
			const char *to =
			    memchr(field + 1, ':', next - field - 1);

			to = to != NULL ? to : next;
			if (is_password(field + 1, to - field - 1))
				return true;
		}
		if (next == end)
			break;
	}
	return false;
}

static bool
matches(const char *pattern, const char *path)
{
	return fnmatch(pattern, path, FNM_PATHNAME | FNM_EXTMATCH) == 0;
}

/* Returns whether the file is a node's own key: node.key, wherever the node's
 * store lies. */
static bool
is_node_key(const char *path)
{
	size_t n = strlen(path), len = strlen("/node.key");

	return n >= len && strcmp(path + n - len, "/node.key") == 0;
}

static bool
is_keytab(const char *path, const char *content, size_t len)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	return strstr(name, "keytab") != NULL && len > 2 && content[0] == 5 &&
	       (content[1] == 1 || content[1] == 2);
}

const char *
secret_kind(const char *path, const char *content, size_t len)
{
	if (matches("etc/@(shadow|gshadow|passwd|group)?(-|.*)", path) &&
	    has_password(content, len))
		return "passwords of accounts";
	if (is_keytab(path, content, len))
		return "a keytab of Kerberos";
	if (is_node_key(path))
		return "a node's key";
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		const char *word = rules[i].word;

		if (!matches(rules[i].pattern, path))
			continue;
		if (word == NULL || (*word == '\0' ? has_line(content, len)
						   : has(content, len, word)))
			return rules[i].kind;
	}
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (has(content, len, keys[i]) &&
		    (i > 0 || has(content, len, "-----BEGIN ")))
			return "a private key";
	return NULL;
}

/* Returns whether `path` lies where packages install their files.  Those are
 * public: a key there is only an example. */
static bool
is_public(const char *path)
{
	return (strncmp(path, "usr/", 4) == 0 &&
		strncmp(path, "usr/local/", 10) != 0 &&
		strncmp(path, "usr/lib/NetworkManager/", 23) != 0) ||
	       strncmp(path, "lib/", 4) == 0 || strncmp(path, "boot/", 5) == 0;
}

void
secrets_look(struct secrets *s, const char *path, const char *file,
	     uint64_t size)
{
	AUTO_FREE char *content = NULL;
	AUTO_CLOSE int fd = -1;
	struct secret *all;
	const char *kind;
	ssize_t n;

	if (size == 0 || size > LOOK_MAX || is_public(path))
		return;
	fd = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	content = malloc(size);
	n = fd == -1 || content == NULL ? -1 : pread(fd, content, size, 0);
	kind = n > 0 ? secret_kind(path, content, n) : NULL;
	if (kind == NULL)
		return;
	all = reallocarray(s->all, s->n + 1, sizeof *all);
	if (all == NULL)
		log_fatal("%s: %m", path);
	s->all = all;
	all[s->n].path = strdup(path);
	all[s->n++].kind = kind;
}

void
secrets_free(struct secrets *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->all[i].path);
	free(s->all);
	*s = (struct secrets){0};
}
