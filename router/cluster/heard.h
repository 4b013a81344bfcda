/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* heard: allocates the bitmaps of chunks that other nodes say they hold.  All
 * of them together take HEARD_BYTES at most, since this process's memory is
 * locked, and anybody in the network can announce a lot.  A node for whose
 * bitmap there is no room is treated as if it held nothing.
 *
 * A struct heard that is all zero says that no bitmap is allocated.
 */
#ifndef VF_ROUTER_CLUSTER_HEARD_H
#define VF_ROUTER_CLUSTER_HEARD_H

#include <stddef.h>
#include <stdint.h>

struct bitmap;

/* The most bytes of all bitmaps together.  Arbitrary: room for those of 4096
 * nodes, with 60,000 chunks each. */
#define HEARD_BYTES (32U << 20)

struct heard {
	size_t bytes;
};

/* Allocates a bitmap for nchunks chunks.  Returns NULL if HEARD_BYTES or the
 * memory is used up. */
struct bitmap *heard_new(struct heard *h, uint32_t nchunks);
/* Frees a bitmap that heard_new has returned; bm may be NULL. */
void heard_free(struct heard *h, struct bitmap *bm);

#endif
