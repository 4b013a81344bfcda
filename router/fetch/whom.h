/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* whom: the node to ask for a chunk of an image, by route.c and the cluster's
 * knowledge of its nodes; and what is done where that names nobody.
 */
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
	bool direct; /* a seed is asked for everything, as plain NBD would */
	uint64_t rng;
	uint32_t guess; /* the slot that was chosen last */
};

void whom_init(struct whom *w, const struct loop *l, struct cluster *c,
	       bool direct);

/* The node to ask, tried (slots) passed over. */
struct route whom_ask(struct whom *w, struct image *im, uint32_t chunk,
		      const uint32_t *tried, size_t ntried);
/* The node to ask for a chunk that is copied to be kept here. */
struct route whom_ask_holder(struct whom *w, struct image *im, uint32_t chunk,
			     const uint32_t *tried, size_t ntried);
/* Chooses whom a node in the line asks; ROUTE_NOBODY: see line.h. */
struct route whom_ask_line(struct whom *w, struct image *im,
			   const uint32_t *tried, size_t ntried);
/* The node to ask a second time, merely since a chunk takes long. */
struct route whom_ask_late(struct whom *w, struct image *im, uint32_t chunk,
			   const uint32_t *tried, size_t ntried);

#endif
