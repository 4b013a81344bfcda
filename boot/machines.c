/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/machines.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct machines {
	size_t n;
	struct machine v[MACHINES_MAX];
	size_t nkept;
	uint32_t kept[MACHINES_KEPT_MAX]; /* addresses that no machine gets */
};

static const char *const words[] = {
    [STAGE_NONE] = "address",    [STAGE_ROM] = "rom",
    [STAGE_KERNEL] = "kernel",   [STAGE_INITRD] = "initramfs",
    [STAGE_NETWORK] = "network", [STAGE_JOINED] = "joined",
    [STAGE_UP] = "up",           [STAGE_GONE] = "gone",
};

struct machines *
machines_new(void)
{
	return calloc(1, sizeof(struct machines));
}

void
machines_free(struct machines *ms)
{
	free(ms);
}

struct machine *
machines_by_mac(struct machines *ms, const uint8_t mac[MAC_SIZE])
{
	for (size_t i = 0; i < ms->n; i++)
		if (memcmp(ms->v[i].mac, mac, MAC_SIZE) == 0)
			return &ms->v[i];
	return NULL;
}

struct machine *
machines_by_ip(struct machines *ms, uint32_t ip)
{
	for (size_t i = 0; ip != 0 && i < ms->n; i++)
		if (ms->v[i].ip == ip)
			return &ms->v[i];
	return NULL;
}

void
machines_keep(struct machines *ms, uint32_t ip)
{
	struct machine *m = machines_by_ip(ms, ip);

	if (m != NULL && !m->fixed)
		m->ip = 0;
	if (!machines_keeps(ms, ip) && ms->nkept < MACHINES_KEPT_MAX)
		ms->kept[ms->nkept++] = ip;
}

void
machines_keep_none(struct machines *ms)
{
	ms->nkept = 0;
}

bool
machines_keeps(const struct machines *ms, uint32_t ip)
{
	for (size_t i = 0; i < ms->nkept; i++)
		if (ms->kept[i] == ip)
			return true;
	return false;
}

struct machine *
machines_by_name(struct machines *ms, const char *name)
{
	for (size_t i = 0; i < ms->n; i++)
		if (strcasecmp(ms->v[i].name, name) == 0)
			return &ms->v[i];
	return NULL;
}

/* Returns a free place for a machine.  If there is none, returns the place of
 * that machine which was last seen longest ago, among those that are not in the
 * administrator's list. */
static struct machine *
place(struct machines *ms)
{
	struct machine *oldest = NULL;

	if (ms->n < MACHINES_MAX)
		return &ms->v[ms->n++];
	for (size_t i = 0; i < ms->n; i++)
		if (!ms->v[i].fixed &&
		    (oldest == NULL || ms->v[i].seen < oldest->seen))
			oldest = &ms->v[i];
	/* if the administrator's list fills all places, the last one is reused
	 */
	return oldest != NULL ? oldest : &ms->v[MACHINES_MAX - 1];
}

struct machine *
machines_add(struct machines *ms, const uint8_t mac[MAC_SIZE], time_t now)
{
	struct machine *m = machines_by_mac(ms, mac);

	if (m == NULL) {
		m = place(ms);
		*m = (struct machine){.since = now};
		memcpy(m->mac, mac, MAC_SIZE);
	}
	m->seen = now;
	return m;
}

void
machines_settle(struct machines *ms, struct machine *m, uint32_t ip,
		const char *pattern, uint32_t number)
{
	struct machine *other = machines_by_ip(ms, ip);

	if (other != NULL && other != m)
		other->ip = 0;
	m->ip = ip;
	while (m->name[0] == '\0') {
		char name[HOST_NAME_MAX_TEXT];

		pattern_name(pattern, number, name);
		if (machines_by_name(ms, name) == NULL)
			memcpy(m->name, name, sizeof name);
		/* the next number tried is beyond those of any range */
		number += MACHINES_MAX;
	}
}

/* Returns true if m must lose its address sooner than `other` (NULL: there is
 * no other machine).  A machine that never accepted its address loses it first;
 * if both or neither did, the machine that was last seen longer ago does. */
static bool
goes_before(const struct machine *m, const struct machine *other)
{
	if (other == NULL || m->leased != other->leased)
		return other == NULL || !m->leased;
	return m->seen < other->seen;
}

uint32_t
machines_reclaim(struct machines *ms, const struct machine *but, uint32_t first,
		 uint32_t last, time_t now)
{
	struct machine *oldest = NULL;
	uint32_t ip;

	for (size_t i = 0; i < ms->n; i++) {
		struct machine *m = &ms->v[i];
		time_t patience =
		    m->leased ? MACHINE_LEASE_S : MACHINE_UNTAKEN_S;

		if (m == but || m->fixed || m->here || m->seen == 0 ||
		    m->ip < first || m->ip > last || now - m->seen < patience)
			continue;
		if (goes_before(m, oldest))
			oldest = m;
	}
	if (oldest == NULL)
		return 0;
	ip = oldest->ip;
	oldest->ip = 0;
	oldest->name[0] = '\0';
	return ip;
}

void
machines_stage(struct machine *m, enum stage stage, time_t now)
{
	m->seen = now;
	if (m->stage == stage)
		return;
	m->stage = stage;
	m->since = now;
}

bool
machines_from_disk(const struct machine *m)
{
	return m->from_disk && m->done >= m->job;
}

bool
machines_say(struct machine *m, const char *text, time_t now)
{
	size_t n = strnlen(text, MACHINE_SAID - 1);

	*(char *)mempcpy(m->said, text, n) = '\0';
	for (char *p = m->said; *p != '\0'; p++)
		if (!isprint((unsigned char)*p))
			*p = '?';
	if (now < m->said_since || now - m->said_since >= 60) {
		m->said_since = now;
		m->said_lines = 0;
	}
	return m->said_lines++ < MACHINE_LINES;
}

size_t
machines_count(const struct machines *ms)
{
	return ms->n;
}

struct machine *
machines_at(struct machines *ms, size_t i)
{
	return &ms->v[i];
}

static int
by_address(const void *a, const void *b)
{
	const struct machine *x = a, *y = b;

	if (x->ip != y->ip)
		return x->ip < y->ip ? -1 : 1;
	return memcmp(x->mac, y->mac, MAC_SIZE);
}

void
machines_sort(struct machines *ms)
{
	qsort(ms->v, ms->n, sizeof ms->v[0], by_address);
}

const char *
stage_word(enum stage s)
{
	return words[s];
}

int
stage_parse(const char *word, enum stage *s)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], word) == 0) {
			*s = i;
			return 0;
		}
	errno = EINVAL;
	return -1;
}
