/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* victim: chooses the chunk of an image to drop when a store needs room.
 *
 * Chunks that another node keeps are dropped first, whether they are kept here
 * or only pass.  In a crowd in which all nodes read there may be no such chunk.
 * Then a chunk is dropped of which any other node has a copy, even if that is a
 * seed, which may have died a moment ago.
 */
#ifndef VF_ROUTER_WANT_VICTIM_H
#define VF_ROUTER_WANT_VICTIM_H

#include <stdbool.h>
#include <stdint.h>

#include "router/policy/evict.h"

struct balance;
struct image;

/* Returns the chunk to drop, or EVICT_NONE.  If at least `reserve` chunks pass,
 * a passing chunk is dropped rather than a kept one; if fewer pass, a kept
 * chunk rather than a passing one.  must: the last copy of a chunk may be
 * dropped too. */
uint32_t victim_choose(struct image *im, struct balance *b,
		       struct fill_state *f, uint32_t reserve, bool must);
/* Returns true if the chunk can be dropped: it does not lie in the base, and no
 * reply points at its bytes. */
bool victim_may_be(const struct image *im, uint32_t chunk);

#endif
