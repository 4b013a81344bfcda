/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* core_pool: parses the value of --core, the addresses that core nodes may
 * have, and writes the configuration of the corosync that core nodes run.
 *
 * corosync's configuration is the same on all core nodes and names all
 * addresses of the pool.  So a node can join the ring without a change on the
 * others. */
#ifndef VF_VFIELD_CORE_POOL_H
#define VF_VFIELD_CORE_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/address.h"

#define CORE_POOL_MAX 64

struct core_pool {
	size_t n;
	/* the n addresses, each with port 0 */
	struct address at[CORE_POOL_MAX];
};

/* Parses the value of --core into p: addresses, and ranges FROM-TO of IPv4
 * addresses, separated by commas.  Returns 0, or -1 and errno; EINVAL: text is
 * not such a list; E2BIG: it has more than CORE_POOL_MAX addresses. */
int core_pool_parse(const char *text, struct core_pool *p);
bool core_pool_has(const struct core_pool *p, const struct address *a);
/* Finds out which address of the pool this machine has, and sets *own to it: to
 * `a`, or, if `a` is "any", to the address of one of the network interfaces.
 * Returns false if the pool has no such address. */
bool core_pool_own(const struct core_pool *p, const struct address *a,
		   struct address *own);
/* Writes DIR/corosync.conf.  By it corosync keeps its state and its log in DIR,
 * too, and, if `keyed`, encrypts all that it sends with the key in DIR/authkey.
 * Returns 0, or -1 and errno. */
int core_pool_configure(const struct core_pool *p, const char *dir, bool keyed);
/* Removes from DIR the records of its last moments that a corosync leaves when
 * it crashes, each time another of 8 MiB; DIR may be in memory. */
void core_pool_tidy(const char *dir);

#endif
