/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* lru: keeps a list of chunks in the order of their last use.  Pure.
 *
 * Units    chunk numbers, 0 to nchunks-1; one out of range is the caller's bug.
 * Errors   lru_new returns NULL if memory is short.
 */
#ifndef VF_ROUTER_POLICY_LRU_H
#define VF_ROUTER_POLICY_LRU_H

#include <stdbool.h>
#include <stdint.h>

#define LRU_NONE UINT32_MAX

struct lru;

struct lru *lru_new(uint32_t nchunks);
void lru_free(struct lru *rc);

/* Notes that the chunk is used now; adds it if it is not in the list. */
void lru_add(struct lru *rc, uint32_t chunk);
/* Removes the chunk, if it is in the list. */
void lru_remove(struct lru *rc, uint32_t chunk);
bool lru_has(const struct lru *rc, uint32_t chunk);
uint32_t lru_count(const struct lru *rc);
/* lru_oldest returns the chunk whose last use was longest ago, and lru_next the
 * chunk that was used next after the given one; LRU_NONE if there is none. */
uint32_t lru_oldest(const struct lru *rc);
uint32_t lru_next(const struct lru *rc, uint32_t chunk);

#endif
