/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/addresses.h"

#include "boot/files.h"

/* Chosen: a machine that does not take the address that it was offered may be
 * about to ask again. */
#define UNTAKEN_S 60

/* Numbers are those of the range's addresses; beyond it there is none, and
 * one that no range has is tried first. */
void
addresses_settle(struct boot *b, struct machine *m, uint32_t ip)
{
	const struct boot_config *c = &b->config;

	if (m->ip == ip && m->name[0] != '\0')
		return;
	machines_settle(b->machines, m, ip, c->set.names,
			boot_config_in_range(c, ip) ? ip - c->first + 1
						    : MACHINES_MAX);
	files_hosts(b);
}

static bool
is_free(struct boot *b, uint32_t ip)
{
	const struct boot_config *c = &b->config;

	if (!boot_config_in_range(c, ip) || ip == c->card.address ||
	    ip == c->gateway || machines_by_ip(b->machines, ip) != NULL ||
	    cluster_by_ip(b->cluster, ip) != NULL)
		return false;
	for (size_t i = 0; i < c->ndns; i++)
		if (c->dns[i] == ip)
			return false;
	return true;
}

/* The address of a machine that never took it, or whose lease is over. */
static uint32_t
reclaim(struct boot *b, const struct machine *but, time_t now)
{
	struct machine *oldest = NULL;

	for (size_t i = 0; i < machines_count(b->machines); i++) {
		struct machine *m = machines_at(b->machines, i);
		time_t patience = m->leased ? MACHINE_LEASE_S : UNTAKEN_S;

		if (m == but || m->fixed || m->here || m->seen == 0 ||
		    !boot_config_in_range(&b->config, m->ip) ||
		    now - m->seen < patience)
			continue;
		if (oldest == NULL || m->leased < oldest->leased ||
		    (m->leased == oldest->leased && m->seen < oldest->seen))
			oldest = m;
	}
	if (oldest == NULL)
		return 0;
	uint32_t ip = oldest->ip;

	oldest->ip = 0;
	oldest->name[0] = '\0'; /* the name goes with the address */
	return ip;
}

bool
addresses_give(struct boot *b, struct machine *m, uint32_t wanted, time_t now)
{
	const struct boot_config *c = &b->config;
	uint32_t ip = wanted;

	if (!is_free(b, ip))
		for (ip = c->first; ip <= c->last && !is_free(b, ip);)
			ip++;
	if (ip > c->last && !boot_config_in_range(c, ip))
		ip = reclaim(b, m, now);
	if (ip != 0)
		addresses_settle(b, m, ip);
	return ip != 0;
}
