/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* heard: bitmaps of what other nodes say that they hold, which together take
 * HEARD_BYTES at most: this process's memory is locked, and anybody in the
 * network can say much.  A node whose bitmap finds no room seems to hold
 * nothing, and is asked as one of whom there is no news.
 *
 * Zeros are an empty one.
 */
#ifndef VF_ROUTER_CLUSTER_HEARD_H
#define VF_ROUTER_CLUSTER_HEARD_H

#include <stddef.h>
#include <stdint.h>

struct bitmap;

/* Chosen: 4096 nodes of 60,000 chunks, as in a member (TABLE_HELD_BYTES). */
#define HEARD_BYTES (32U << 20)

struct heard {
	size_t bytes;
};

/* NULL: there is no room, or no memory. */
struct bitmap *heard_new(struct heard *h, uint32_t nchunks);
/* Frees a bitmap of heard_new, or NULL. */
void heard_free(struct heard *h, struct bitmap *bm);

#endif
