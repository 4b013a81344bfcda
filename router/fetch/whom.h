/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* whom: chooses the node to ask for a chunk of an image, by policy/route.h and
 * what is known of the cluster's nodes.  If route.h names no node, whom lifts
 * bans, or guesses a node. */
#ifndef VF_ROUTER_FETCH_WHOM_H
#define VF_ROUTER_FETCH_WHOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "router/policy/route.h"

struct cluster;
struct image;
struct loop;

struct whom {
	const struct loop *loop;
	struct cluster *cluster;
	bool direct; /* true: every chunk is asked for from a seed */
	uint64_t rng;
	uint32_t guess; /* the slot that was guessed last */
};

void whom_init(struct whom *w, const struct loop *l, struct cluster *c,
	       bool direct);

/* Returns the node to ask for the chunk, which is none of the ntried slots in
 * `tried`; ROUTE_NOBODY: there is none.  With w->direct: the first usable seed,
 * even if it is in `tried`. */
struct route whom_ask(struct whom *w, struct image *im, uint32_t chunk,
		      const uint32_t *tried, size_t ntried);
/* Returns the node to ask for a chunk that is copied to be kept here: one that
 * holds the chunk. */
struct route whom_ask_holder(struct whom *w, struct image *im, uint32_t chunk,
			     const uint32_t *tried, size_t ntried);
/* Returns the node to ask by the line (line_choose); ROUTE_NOBODY: the caller
 * is to ask by the trees instead. */
struct route whom_ask_line(struct whom *w, struct image *im,
			   const uint32_t *tried, size_t ntried);
/* Returns a second node to ask for a chunk that is late and may yet come
 * (route_choose_late). */
struct route whom_ask_late(struct whom *w, struct image *im, uint32_t chunk,
			   const uint32_t *tried, size_t ntried);

#endif
