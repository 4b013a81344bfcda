/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/addresses.h"

#include "boot/files.h"

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

bool
addresses_give(struct boot *b, struct machine *m, uint32_t wanted, time_t now)
{
	const struct boot_config *c = &b->config;
	uint32_t ip = wanted;

	if (!is_free(b, ip))
		for (ip = c->first; ip <= c->last && !is_free(b, ip);)
			ip++;
	if (ip > c->last && !boot_config_in_range(c, ip))
		ip = machines_reclaim(b->machines, m, c->first, c->last, now);
	if (ip != 0)
		addresses_settle(b, m, ip);
	return ip != 0;
}
