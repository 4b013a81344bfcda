/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* place: nodes in an order that looks random, and is the same to whoever knows
 * their keys; another one for each `what'.  Pure.
 *
 * Nobody needs all of such an order, but who has some ranks of it.  Finding
 * those takes linear time, and a small one where there are thousands of nodes.
 */
#ifndef VF_ROUTER_POLICY_PLACE_H
#define VF_ROUTER_POLICY_PLACE_H

#include <stdbool.h>
#include <stdint.h>

struct place {
	uint64_t hash, key;
	uint32_t node;
};

struct place place_at(uint32_t node, uint64_t key, uint64_t what);
bool place_before(const struct place *a, const struct place *b);

struct places {
	uint32_t n;
	uint32_t nparts;
	struct place *sorted; /* roughly */
	uint32_t *start; /* each part's start in `sorted`, and the last's end */
	struct place all[];
};

/* Room for so many places, to be freed by free(); NULL, ENOMEM. */
struct places *places_new(uint32_t most);
void places_add(struct places *l, uint32_t node, uint64_t key);
/* Sorts into the order for `what`; returns how many stand before `one`. */
uint32_t places_sort(struct places *l, uint64_t what, const struct place *one);
/* The node that has that rank, less than n. */
uint32_t places_node(struct places *l, uint32_t rank);

#endif
