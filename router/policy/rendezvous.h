/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rendezvous: puts nodes into the order of rendezvous hashing (Thaler,
 * Ravishankar, 1996).  The order looks random, is the same on every node that
 * knows the nodes' keys, and differs for each number `what`.  Pure.
 *
 * No caller needs the whole order, only the nodes at a few ranks.  So the nodes
 * are not sorted completely: finding a few ranks takes time in proportion to
 * the number of nodes, and is fast even for thousands.
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
	/* for each part the index in `sorted` at which it starts; one more
	 * entry has the end of the last part */
	uint32_t *start;
	struct rendezvous_rank all[];
};

/* Makes an empty list for `most` nodes, to be freed by free().  Returns NULL on
 * ENOMEM. */
struct rendezvous *rendezvous_new(uint32_t most);
void rendezvous_add(struct rendezvous *l, uint32_t node, uint64_t key);
/* Puts the nodes into the order for `what`.  Returns how many of them stand
 * before `one`. */
uint32_t rendezvous_sort(struct rendezvous *l, uint64_t what,
			 const struct rendezvous_rank *one);
/* Returns the node that stands at `rank`, which is less than n, in the order of
 * the last rendezvous_sort. */
uint32_t rendezvous_node(struct rendezvous *l, uint32_t rank);

#endif
