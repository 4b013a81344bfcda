/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* balance: this node's part in the copies of one image, by policy/spread.h and
 * what the cluster says of its nodes.
 *
 * A node's room for an image is its part of what the node keeps of all: images
 * in use come first, each by its size, and the rest is left to the others.  A
 * seed's copy is its file, which takes no room and is not counted.
 *
 * Units    chunks.
 */
#ifndef VF_ROUTER_WANT_BALANCE_H
#define VF_ROUTER_WANT_BALANCE_H

#include <stdbool.h>
#include <stdint.h>

struct balance;
struct cluster;
struct image;
struct images;

#define BALANCE_NONE UINT32_MAX
/* Chunks with so many copies and more are counted together. */
#define BALANCE_MOST 8

/* NULL: ENOMEM. */
struct balance *balance_new(const struct image *im);
void balance_free(struct balance *b);

/* The image's part of a store, in bytes, by the sizes of all images that the
 * node keeps: those that are in use, and the others. */
uint64_t balance_share(const struct image *im, uint64_t budget, uint64_t used,
		       uint64_t unused);

/* Counts anew what the nodes hold, if that was done some time ago and there is
 * news.  idle: nobody reads here, so that this node fills and swaps. */
void balance_look(struct balance *b, const struct image *im,
		  const struct images *is, const struct cluster *c, bool idle,
		  int64_t now_ns);

/* The missing chunk that is to be copied next, where there is room. */
uint32_t balance_next(struct balance *b, const struct image *im);
/* Where there is none: a chunk that is to be copied in place of another.
 * Asked again, it gives the next one. */
uint32_t balance_swap(struct balance *b, const struct image *im);
/* A chunk that balance_swap gave has come: the one to be dropped for it, or
 * BALANCE_NONE, if that is not right any more. */
uint32_t balance_drop_for(struct balance *b, const struct image *im,
			  uint32_t chunk);
/* balance_swap gave the chunk. */
bool balance_swaps(const struct balance *b, uint32_t chunk);

/* The chunk is one that this node is to keep, by the order of nodes alone. */
bool balance_keeps(struct balance *b, uint32_t chunk);
/* Looks at what the others hold now, since news may have come after the last
 * look.  False: none of them keeps anything. */
bool balance_others_keep(struct balance *b, const struct image *im);
/* By that look: another node keeps the chunk, and is not the one to give it up,
 * however late the news. */
bool balance_kept_elsewhere(const struct balance *b, uint32_t chunk);
/* The same, or a node has all of the image. */
bool balance_held_elsewhere(const struct balance *b, const struct image *im,
			    uint32_t chunk);

struct balance_census {
	uint32_t level;                    /* 1/256: images in all room */
	uint32_t least;                    /* copies beside the seeds' */
	uint32_t chunks[BALANCE_MOST + 1]; /* by copies */
	uint32_t nodes;                    /* that keep some of the image */
	bool seed;                         /* a complete file is served */
	uint64_t short_bytes; /* to be copied until all have what they can */
	uint64_t rate;        /* bytes/s that the nodes gain together */
};
void balance_count(const struct balance *b, const struct image *im,
		   struct balance_census *census);

#endif
