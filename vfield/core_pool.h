/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* core_pool: the addresses that core nodes may have (--core), and the
 * configuration of the corosync that they run.
 *
 * corosync's configuration is the same on all core nodes and names the whole
 * pool, so that a node joins the ring without a change on the others.
 */
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

/* Parses the value of --core: an address, a range FROM-TO of IPv4 addresses, or
 * several of either with commas between.  Returns 0, or -1 and errno; EINVAL:
 * the text is not such a list; E2BIG: more than CORE_POOL_MAX. */
int core_pool_parse(const char *text, struct core_pool *p);
bool core_pool_has(const struct core_pool *p, const struct address *a);
/* Finds the address in the pool that is this machine's: `a` itself, or, if `a`
 * is "any", an address of a network interface.  Returns false if the pool has
 * none. */
bool core_pool_own(const struct core_pool *p, const struct address *a,
		   struct address *own);
/* Writes DIR/corosync.conf, by which corosync keeps its state and its log in
 * DIR, too.  Returns 0, or -1 and errno. */
int core_pool_configure(const struct core_pool *p, const char *dir);

#endif
