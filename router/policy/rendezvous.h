/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rendezvous: nodes in the order of rendezvous hashing (Thaler, Ravishankar,
 * 1996), which looks random, and is the same to whoever knows their keys;
 * another one for each `what'.  Pure.
 *
 * Nobody needs all of such an order, but who has some ranks of it.  Finding
 * those takes linear time, and a small one where there are thousands of nodes.
 */
#ifndef VF_ROUTER_POLICY_RENDEZVOUS_H
#define VF_ROUTER_POLICY_RENDEZVOUS_H

#include <stdbool.h>
#include <stdint.h>

struct rendezvous_rank {
	uint64_t hash, key;
	uint32_t node;
};

struct rendezvous_rank rendezvous_rank(uint32_t node, uint64_t key,
				       uint64_t what);
bool rendezvous_before(const struct rendezvous_rank *a,
		       const struct rendezvous_rank *b);

struct rendezvous {
	uint32_t n;
	uint32_t nparts;
	struct rendezvous_rank *sorted; /* roughly */
	uint32_t *start; /* each part's start in `sorted`, and the last's end */
	struct rendezvous_rank all[];
};

/* Makes a list for so many nodes, freed by free(); NULL, ENOMEM. */
struct rendezvous *rendezvous_new(uint32_t most);
void rendezvous_add(struct rendezvous *l, uint32_t node, uint64_t key);
/* Sorts the nodes into the order for `what`; returns how many stand before
 * `one`. */
uint32_t rendezvous_sort(struct rendezvous *l, uint64_t what,
			 const struct rendezvous_rank *one);
/* The node that has that rank, less than n. */
uint32_t rendezvous_node(struct rendezvous *l, uint32_t rank);

#endif
