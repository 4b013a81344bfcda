/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/key_admit.h"

#include <errno.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "boot/rights.h"

#define LINE_BYTES 256

/* Returns true if the file of admitted machines has the card mac. */
static bool
in_file(const struct boot *b, const uint8_t mac[MAC_SIZE])
{
	int fd = rights_admitted(b->rights);
	AUTO_FCLOSE FILE *f = fd == -1 ? NULL : fdopen(fd, "r");
	char line[LINE_BYTES];
	uint8_t other[MAC_SIZE];

	if (f == NULL && errno != ENOENT)
		log_error("%s: %m", b->config.set.admitted);
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
	/* the system on its disk has users, who could ask for the key */
	if (machines_from_disk(m))
		return "it starts from its disk";
	if (m->stage < STAGE_ROM || m->stage >= STAGE_JOINED || m->key_ip == 0)
		return "it is not booting, or has had it in this boot";
	if (who->ip != m->key_ip)
		return "it has another address than DHCP has given it";
	if ((strcmp(set->admit, "known") != 0 || !m->fixed) &&
	    !in_file(b, m->mac))
		return "it is not admitted (vfield node admit)";
	return NULL;
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
	text = rights_key(b->rights);
	if (text == NULL)
		return NULL;
	m->key_ip = 0;
	log_info("%s (%s, %s) gets the cluster key", m->name, mac, ip);
	return text;
}
