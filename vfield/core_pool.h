/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* core_pool: the addresses that core nodes may have (--core), and the
 * configuration of the corosync that they run.
 *
 * The configuration is the same on all of them and names the whole pool, so
 * that a node joins the ring without anything being changed on the others.
 */
#ifndef VF_VFIELD_CORE_POOL_H
#define VF_VFIELD_CORE_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/address.h"

#define CORE_POOL_MAX 64

struct core_pool {
	size_t n;
	struct address at[CORE_POOL_MAX]; /* addresses with port 0 */
};

/* ADDR, or FROM-TO of IPv4, or several with commas between.  EINVAL, E2BIG. */
int core_pool_parse(const char *text, struct core_pool *p);
bool core_pool_has(const struct core_pool *p, const struct address *a);
/* The address of this machine in the pool: `a` if that is not "any". */
bool core_pool_own(const struct core_pool *p, const struct address *a,
		   struct address *own);
/* Writes DIR/corosync.conf, for a corosync whose state is in DIR, too. */
int core_pool_configure(const struct core_pool *p, const char *dir);

#endif
