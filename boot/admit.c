/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/admit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "authority/cluster_key.h"
#include "lib/cleanup.h"
#include "lib/log.h"

#define LINE_BYTES 256
#define KEY_LINE (2 * CLUSTER_KEY_BYTES + 1)

/* Returns true if the file of admitted machines has the card mac. */
static bool
in_file(const char *path, const uint8_t mac[MAC_SIZE])
{
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	char line[LINE_BYTES];
	uint8_t other[MAC_SIZE];

	if (f == NULL && errno != ENOENT)
		log_error("%s: %m", path);
	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "# \t\r\n")] = '\0';
		if (mac_parse(line, other) == 0 &&
		    memcmp(other, mac, MAC_SIZE) == 0)
			return true;
	}
	return false;
}

/* Returns the reason why machine m, the client `who`, does not get the key;
 * NULL: it gets the key. */
static const char *
refusal(struct boot *b, const struct machine *m, const struct http_client *who)
{
	const struct boot_settings *set = &b->config.set;

	if (!who->has_mac || memcmp(who->mac, m->mac, MAC_SIZE) != 0)
		return "its card has another address than it says";
	if (m->stage < STAGE_ROM || m->stage >= STAGE_JOINED || m->key_ip == 0)
		return "it is not booting, or has had it in this boot";
	if (who->ip != m->key_ip)
		return "it has another address than DHCP has given it";
	if ((strcmp(set->admit, "known") != 0 || !m->fixed) &&
	    !in_file(set->admitted, m->mac))
		return "it is not admitted (vfield node admit)";
	return NULL;
}

/* Returns the cluster key as text, malloc'ed; NULL: the key cannot be read, and
 * the log says why. */
static char *
key_lines(const char *path)
{
	struct cluster_keys ks;
	char *text = NULL, *to;

	if (cluster_keys_read(path, &ks) == -1) {
		log_error("%s: %s", path,
			  errno == EINVAL  ? "not a cluster key"
			  : errno == EPERM ? "others can read the cluster key"
					   : strerror(errno));
		return NULL;
	}
	to = text = calloc(ks.n, KEY_LINE + 1);
	for (size_t k = 0; text != NULL && k < ks.n; k++) {
		for (size_t i = 0; i < CLUSTER_KEY_BYTES; i++)
			to += sprintf(to, "%02x", ks.key[k].b[i]);
		to += sprintf(to, "\n");
	}
	explicit_bzero(&ks, sizeof ks);
	return text;
}

char *
admit_key(struct boot *b, const struct http_client *who)
{
	struct machine *m = machines_by_ip(b->machines, who->ip);
	char mac[MAC_TEXT], ip[IP4_TEXT];
	const char *why;
	char *text;

	/* such a refusal is not logged, since strangers could fill the log */
	if (b->config.set.admit == NULL || b->role != ROLE_ANSWERING ||
	    m == NULL)
		return NULL;
	mac_text(m->mac, mac);
	ip4_text(m->ip, ip);
	why = refusal(b, m, who);
	if (why != NULL) {
		if (!m->key_refused)
			log_warn("%s (%s, %s) gets no cluster key: %s", m->name,
				 mac, ip, why);
		m->key_refused = true;
		return NULL;
	}
	text = key_lines(b->config.set.cluster_key);
	if (text == NULL)
		return NULL;
	m->key_ip = 0;
	log_info("%s (%s, %s) gets the cluster key", m->name, mac, ip);
	return text;
}
