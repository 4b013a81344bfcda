/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* join: how a node that starts with nothing, or with less than the others,
 * learns: the cluster from any peer's /view, and each image that a node
 * announces by its manifest, which is checked against the image's id.
 */
#ifndef VF_ROUTER_CLUSTER_JOIN_H
#define VF_ROUTER_CLUSTER_JOIN_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/digest.h"
#include "lib/loop.h"
#include "lib/options.h"

struct choice;
struct cluster;
struct image;
struct images;
struct joiner;
struct member_client;

struct join_ops {
	/* A peer has sent the boot profile of an image.  -1 and *why: it is
	 * none. */
	int (*profile)(void *ctx, struct image *im, const char *text,
		       size_t len, const char **why);
	/* All places for images are taken: one that nobody uses is to leave.
	 * False: there is none, or it cannot go. */
	bool (*make_place)(void *ctx);
};

/* An image that is not taken, though it is wanted. */
struct not_taken {
	struct digest id;
	const char *name; /* as good as the joiner */
	const char *why;
};

struct join_setup {
	struct loop *loop;
	struct images *images;
	struct cluster *cluster;
	struct choice *choice;
	struct member_client *member;
	const struct option_list *peers;   /* nodes to learn the cluster from */
	const struct option_list *members; /* core nodes, by name or address */
	const struct option_list *want;    /* images; empty: all */
	const struct join_ops *ops;
	void *ctx; /* handed to ops */
};

/* NULL: ENOMEM.  Keeps what it is given. */
struct joiner *joiner_new(const struct join_setup *s);
void joiner_free(struct joiner *j);

/* The image has left to make a place: it is not taken again for its own sake.
 */
void joiner_left(struct joiner *j, const struct digest *id);
/* The i-th image that is not taken.  False: there are no more. */
bool joiner_not_taken(const struct joiner *j, unsigned i, struct not_taken *t);

#endif
