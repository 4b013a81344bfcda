/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* balance: decides which chunks of an image this node copies, keeps and gives
 * up, by policy/spread.h and what is known of the cluster's nodes.
 *
 * A node's room for an image is a share of that node's budget: the images in
 * use share the budget in proportion to their sizes, and those not in use share
 * what is left.  A seed's image file takes no room in its store, and is not
 * counted as a copy.
 *
 * Units    chunks, where a function does not say bytes.
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
/* balance_count counts chunks with so many copies or more together. */
#define BALANCE_MOST 8

/* Makes the balance of an image.  Returns NULL on ENOMEM. */
struct balance *balance_new(const struct image *im);
void balance_free(struct balance *b);

/* Returns how many bytes of a node's budget the image may take.  used: the sum
 * of the sizes in bytes of the images that the node keeps and that are in use;
 * unused: the same sum for those that it keeps and that are not in use. */
uint64_t balance_share(const struct image *im, uint64_t budget, uint64_t used,
		       uint64_t unused);

/* If something has changed since the last count, and that is old enough, counts
 * the copies of each chunk anew and plans swaps.  idle: nobody reads on this
 * node, so it fills and swaps. */
void balance_look(struct balance *b, const struct image *im,
		  const struct images *is, const struct cluster *c, bool idle,
		  int64_t now_ns);

/* Returns the missing chunk to copy next while the store has room;
 * BALANCE_NONE: there is none. */
uint32_t balance_next(struct balance *b, const struct image *im);
/* Returns the chunk that this node is to copy by the next swap of the plan,
 * while the store is full.  Each call returns the next swap's; BALANCE_NONE: no
 * swap is left. */
uint32_t balance_swap(struct balance *b, const struct image *im);
/* Returns the chunk that is to be dropped for `chunk`, which balance_swap has
 * returned and which has arrived; BALANCE_NONE: by what the nodes hold now, the
 * swap is not wanted any more. */
uint32_t balance_drop_for(struct balance *b, const struct image *im,
			  uint32_t chunk);
/* Returns true if balance_swap has returned the chunk since the last plan was
 * made. */
bool balance_swaps(const struct balance *b, uint32_t chunk);

/* Returns true if this node stands so early in the chunk's order of nodes
 * (policy/spread.h) that it is to keep the chunk. */
bool balance_keeps(struct balance *b, uint32_t chunk);
/* Notes which chunks the other nodes hold now, since that may have changed
 * after balance_look.  Returns false if no other node keeps chunks of the
 * image. */
bool balance_others_keep(struct balance *b, const struct image *im);
/* Returns true if the node that must not give the chunk up
 * (spread_first_holder) is not this one, as of the last balance_others_keep. */
bool balance_kept_elsewhere(const struct balance *b, uint32_t chunk);
/* Returns true if `balance_kept_elsewhere` is true, or a usable node has the
 * whole image. */
bool balance_held_elsewhere(const struct balance *b, const struct image *im,
			    uint32_t chunk);

struct balance_census {
	/* how many times the image fits into the room of all nodes, in 1/256 */
	uint32_t level;
	uint32_t least;                    /* fewest copies of any chunk */
	uint32_t chunks[BALANCE_MOST + 1]; /* [k]: chunks with k copies */
	/* how many nodes keep chunks of the image */
	uint32_t nodes;
	bool seed; /* some node serves the image file */
	/* bytes that all nodes have yet to copy until each chunk has level/256
	 * copies */
	uint64_t short_bytes;
	/* bytes/s that all nodes together gain by copying */
	uint64_t rate;
};
/* Writes to *census how many copies the chunks have, as of the last
 * balance_look. */
void balance_count(const struct balance *b, const struct image *im,
		   struct balance_census *census);

#endif
