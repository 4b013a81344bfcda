/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* lru: chunks in the order of their last use.  Pure.
 *
 * Units    chunk numbers, 0 to nchunks-1; one out of range is the caller's bug.
 * Errors   recent_new returns NULL, ENOMEM.
 */
#ifndef VF_ROUTER_POLICY_LRU_H
#define VF_ROUTER_POLICY_LRU_H

#include <stdbool.h>
#include <stdint.h>

#define RECENT_NONE UINT32_MAX

struct recent;

struct recent *recent_new(uint32_t nchunks);
void recent_free(struct recent *rc);

/* The last used from now on, whether it was among them or not. */
void recent_add(struct recent *rc, uint32_t chunk);
/* Nothing happens if it is not among them. */
void recent_remove(struct recent *rc, uint32_t chunk);
bool recent_has(const struct recent *rc, uint32_t chunk);
uint32_t recent_count(const struct recent *rc);
/* The one used least recently, and the one used next after it. */
uint32_t recent_oldest(const struct recent *rc);
uint32_t recent_next(const struct recent *rc, uint32_t chunk);

#endif
