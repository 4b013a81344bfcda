/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* memory_of_view has a file of its own, since the router's `struct node` is not
 * that of sim.h. */
#include "router/cluster/nodes.h"
#include "router/policy/route.h"

/* bytes that are counted for a struct peer, whose size only router/peer/peer.c
 * knows */
#define PEER_BYTES 512

uint64_t memory_of_view(uint32_t nnodes, uint32_t nchunks);

uint64_t
memory_of_view(uint32_t nnodes, uint32_t nchunks)
{
	uint64_t each = sizeof(struct node) + sizeof(struct route_node) +
			PEER_BYTES + nchunks / 8;

	return nnodes * each;
}
