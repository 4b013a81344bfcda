/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* join: learns, on a node that has just started, which other nodes there are
 * and which images they have.  The nodes, and the signed words in force, are
 * learnt from the export /view of any peer.  Of each image that a node
 * announces the manifest is fetched, and checked against the image's id. */
#ifndef VF_ROUTER_CLUSTER_JOIN_H
#define VF_ROUTER_CLUSTER_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	/* Takes `text`, which a peer has sent as the image's boot profile.
	 * Returns -1 and sets *why to the reason if the text is no profile. */
	int (*profile)(void *ctx, struct image *im, const char *text,
		       size_t len, const char **why);
	/* Hears a signed word in the /view of the peer `from`. */
	void (*word)(void *ctx, const uint8_t *word, size_t len,
		     const char *from);
	/* Makes an image that nobody uses leave, because all places for images
	 * are taken.  Returns false if no image can leave. */
	bool (*make_place)(void *ctx);
};

/* An image that this node should have and could not take, and why. */
struct not_taken {
	struct digest id;
	/* owned by the joiner; valid until the loop calls anything else */
	const char *name;
	const char *why;
};

struct join_setup {
	struct loop *loop;
	struct images *images;
	struct cluster *cluster;
	const struct nodes *nodes;
	struct choice *choice;
	struct member_client *member;
	/* file of the keys for connections to peers; NULL: these are without
	 * TLS */
	const char *psk;
	/* nodes whose export /view is read */
	const struct option_list *peers;
	const struct option_list *members; /* core nodes, by name or address */
	/* images to take; an empty list: all */
	const struct option_list *want;
	const struct join_ops *ops;
	void *ctx; /* passed to the functions of ops */
};

/* Makes a joiner.  *s is copied; what its pointers lead to must outlive the
 * joiner.  Returns NULL on ENOMEM. */
struct joiner *joiner_new(const struct join_setup *s);
void joiner_free(struct joiner *j);

/* Notes that the image has left to make a place for another image.  As long as
 * all places for images are taken, the joiner takes that image again only if
 * somebody uses it. */
void joiner_left(struct joiner *j, const struct digest *id);
/* Describes in *t the i-th of the images that could not be taken.  Returns
 * false if there are no more. */
bool joiner_not_taken(const struct joiner *j, unsigned i, struct not_taken *t);

#endif
