/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* A file of its own, since `struct node' is another one in the router's headers
 * than in sim.h. */
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
