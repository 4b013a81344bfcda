/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Apart, since a node is something else here than in the router. */
#include "router/cluster/nodes.h"
#include "router/policy/route.h"

#define PEER_BYTES 512 /* struct peer, which is its module's own */

uint64_t memory_of_view(uint32_t nnodes, uint32_t nchunks);

uint64_t
memory_of_view(uint32_t nnodes, uint32_t nchunks)
{
	uint64_t each = sizeof(struct node) + sizeof(struct route_node) +
			PEER_BYTES + nchunks / 8;

	return nnodes * each;
}
