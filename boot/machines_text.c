/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads and writes machines as text, in two forms: the leases, which are kept
 * from one run of the service to the next, and the list that an administrator
 * writes. */
#include "boot/machines.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/decimal.h"
#include "lib/image_name.h"

#define LINE_BYTES 512
#define NO_NAME "-"

int
machines_write(const struct machines *ms, FILE *to)
{
	struct machines *all = (struct machines *)(uintptr_t)ms;

	for (size_t i = 0; i < machines_count(ms); i++) {
		const struct machine *m = machines_at(all, i);
		char mac[MAC_TEXT], ip[IP4_TEXT];

		fprintf(to, "%s %s %s %s %lld %lld %" PRIu64 "\n",
			mac_text(m->mac, mac), ip4_text(m->ip, ip),
			m->name[0] ? m->name : NO_NAME, stage_word(m->stage),
			(long long)m->since, (long long)m->seen, m->done);
	}
	return ferror(to) ? -1 : 0;
}

static int
read_one(struct machines *ms, const char *line)
{
	char mac_word[LINE_BYTES], ip_word[LINE_BYTES], name[LINE_BYTES];
	char word[LINE_BYTES];
	int64_t since, seen;
	uint64_t done = 0;
	uint8_t mac[MAC_SIZE];
	struct machine *m;
	enum stage stage;
	uint32_t ip;

	if (sscanf(line, "%s %s %s %s %" SCNd64 " %" SCNd64 " %" SCNu64,
		   mac_word, ip_word, name, word, &since, &seen, &done) < 6 ||
	    mac_parse(mac_word, mac) == -1 || ip4_parse(ip_word, &ip) == -1 ||
	    (strcmp(name, NO_NAME) != 0 && !host_name_ok(name)) ||
	    stage_parse(word, &stage) == -1) {
		errno = EINVAL;
		return -1;
	}
	m = machines_add(ms, mac, seen);
	/* A lease changes neither the name nor the address that the
	 * administrator's list gives a machine. */
	if (!m->fixed && strcmp(name, NO_NAME) != 0 &&
	    machines_by_name(ms, name) == NULL)
		memcpy(m->name, name, strlen(name) + 1);
	if (m->ip == 0 && machines_by_ip(ms, ip) == NULL &&
	    !machines_keeps(ms, ip))
		m->ip = ip;
	m->done = done;
	m->stage = stage;
	m->leased = true;
	m->since = since;
	return 0;
}

static bool
next_line(FILE *from, char line[LINE_BYTES], unsigned *number)
{
	if (fgets(line, LINE_BYTES, from) == NULL)
		return false;
	++*number;
	return true;
}

int
machines_read(struct machines *ms, FILE *from, unsigned *line)
{
	char text[LINE_BYTES];

	*line = 0;
	while (next_line(from, text, line))
		if (read_one(ms, text) == -1)
			return -1;
	return 0;
}

struct listed {
	uint8_t mac[MAC_SIZE];
	const char *name;
	uint32_t ip;    /* the line's address; 0: the line has none */
	bool from_disk; /* the line has the word "disk" */
	uint64_t job;   /* the number in "job=N"; 0: the line has none */
	/* the image in "image=ID" or "image=NAME@ID"; empty: the line has
	 * none */
	struct image_name image;
};

/* Reads into l a word that comes after the name in a line of the
 * administrator's list.  Returns false if the word is none of those allowed
 * there. */
static bool
list_word(const char *word, struct listed *l)
{
	const char *end;

	if (strcmp(word, "disk") == 0) {
		l->from_disk = true;
		return true;
	}
	if (strncmp(word, "job=", 4) == 0) {
		end = decimal_parse(word + 4, &l->job);
		return end != NULL && *end == '\0';
	}
	if (strncmp(word, "image=", 6) == 0)
		return image_name_parse(word + 6, strlen(word + 6),
					&l->image) == 0 &&
		       strlen(l->image.id) == DIGEST_HEX - 1;
	return l->ip == 0 && ip4_parse(word, &l->ip) == 0 && l->ip != 0;
}

/* Splits a line of the administrator's list into *l; an empty line leaves *l
 * unchanged.  Returns NULL, or what is wrong with the line. */
static const char *
list_words(char *line, struct listed *l)
{
	char *rest, *mac, *word;

	line[strcspn(line, "#\r\n")] = '\0';
	mac = strtok_r(line, " \t", &rest);
	if (mac == NULL)
		return NULL;
	l->name = strtok_r(NULL, " \t", &rest);
	if (mac_parse(mac, l->mac) == -1)
		return "it does not begin with a card's address such as "
		       "52:54:00:12:34:56";
	if (l->name == NULL || !host_name_ok(l->name))
		return "a name has letters, digits and '-', at most 63";
	while ((word = strtok_r(NULL, " \t", &rest)) != NULL)
		if (!list_word(word, l))
			return "after MAC and NAME may come one IPv4 address, "
			       "'disk', 'job=N' and 'image=ID'";
	return NULL;
}

/* Adds a machine of the administrator's list to ms.  If a machine that is not
 * in the list has the same name or address, that machine loses it.  Returns
 * NULL, or what is wrong with the line. */
static const char *
list_one(struct machines *ms, const struct listed *l, time_t now)
{
	struct machine *m = machines_by_mac(ms, l->mac);
	struct machine *name = machines_by_name(ms, l->name);
	struct machine *ip = machines_by_ip(ms, l->ip);
	time_t seen = m != NULL ? m->seen : 0;

	if (m != NULL && m->fixed)
		return "this card was named before";
	if (name != NULL && name->fixed)
		return "this name was given before";
	if (ip != NULL && ip->fixed)
		return "this address was given before";
	if (name != NULL)
		name->name[0] = '\0';
	if (ip != NULL)
		ip->ip = 0;
	m = machines_add(ms, l->mac, now);
	m->seen = seen;
	m->fixed = true;
	m->from_disk = l->from_disk;
	m->job = l->job;
	if (l->image.id[0] != '\0')
		digest_parse(l->image.id, DIGEST_HEX - 1, &m->image);
	memcpy(m->image_name, l->image.name, sizeof m->image_name);
	memcpy(m->name, l->name, strlen(l->name) + 1);
	if (l->ip != 0)
		m->ip = l->ip;
	return NULL;
}

/* Reads a line "role ADDRESS", which keeps an address for a role.  Returns
 * false if it is another line. */
static bool
list_kept(struct machines *ms, const char *line)
{
	char word[IP4_TEXT];
	uint32_t ip;

	if (sscanf(line, "role %15s", word) != 1 || ip4_parse(word, &ip) == -1)
		return false;
	machines_keep(ms, ip);
	return true;
}

int
machines_read_list(struct machines *ms, FILE *from, time_t now, unsigned *line,
		   const char **why)
{
	char text[LINE_BYTES];

	*line = 0;
	machines_keep_none(ms);
	for (size_t i = 0; i < machines_count(ms); i++) {
		struct machine *m = machines_at(ms, i);

		m->fixed = m->from_disk = false;
		m->job = 0;
		m->image = (struct digest){{0}};
	}
	while (next_line(from, text, line)) {
		struct listed l = {0};

		*why = strlen(text) == LINE_BYTES - 1 ? "the line is too long"
		       : list_kept(ms, text)          ? NULL
						      : list_words(text, &l);
		if (*why == NULL && l.name != NULL)
			*why = list_one(ms, &l, now);
		if (*why != NULL) {
			errno = EINVAL;
			return -1;
		}
	}
	return 0;
}
