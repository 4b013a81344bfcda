/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* victim: the chunk of an image that makes place in a store.
 *
 * Chunks that another node keeps go first, whether they are kept here or only
 * pass.  Where there are none, as in a crowd in which all read, those go that
 * pass and that anybody else has: a seed among them, which may have died a
 * moment ago.
 */
#ifndef VF_ROUTER_WANT_VICTIM_H
#define VF_ROUTER_WANT_VICTIM_H

#include <stdbool.h>
#include <stdint.h>

#include "router/policy/evict.h"

struct balance;
struct image;

/* The chunk to drop, or EVICT_NONE.  reserve: chunks that may pass before those
 * that are kept have to go; must: the last copy too. */
uint32_t victim_choose(struct image *im, struct balance *b,
		       struct fill_state *f, uint32_t reserve, bool must);
/* A chunk can be dropped: it is in the store itself, and not being sent. */
bool victim_may_be(const struct image *im, uint32_t chunk);

#endif
