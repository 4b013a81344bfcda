/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rendezvous: puts nodes into the order of rendezvous hashing (Thaler,
 * Ravishankar, 1996).  The order looks random, is the same for everybody who
 * knows the nodes' keys, and is another one for each number `what'.  Pure.
 *
 * No caller needs the whole order, but only the nodes at some ranks of it.
 * Finding those takes time in proportion to the number of nodes, and little of
 * it where there are thousands.
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
	/* the nodes, grouped into parts; within a part they are not sorted */
	struct rendezvous_rank *sorted;
	/* index in `sorted` at which each part starts; the last entry is the
	 * end */
	uint32_t *start;
	struct rendezvous_rank all[];
};

/* Makes an empty list for `most' nodes, to be freed by free().  Returns NULL on
 * ENOMEM. */
struct rendezvous *rendezvous_new(uint32_t most);
void rendezvous_add(struct rendezvous *l, uint32_t node, uint64_t key);
/* Sorts the nodes into the order for `what'.  Returns how many of them stand
 * before `one'. */
uint32_t rendezvous_sort(struct rendezvous *l, uint64_t what,
			 const struct rendezvous_rank *one);
/* Returns the node at that rank, less than n, of the order that rendezvous_sort
 * made last. */
uint32_t rendezvous_node(struct rendezvous *l, uint32_t rank);

#endif
