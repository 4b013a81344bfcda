/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* removed: which images were taken out of the cluster, so that no node takes
 * one anew from another that has not heard of it yet.
 *
 * Somebody removes an image at any node; every node hands on what it has heard,
 * in a field of its NODE (proto.h).  A word is an image's id and a version: an
 * odd one says that the image is removed, an even one that somebody has added
 * it again.  Of two words about an image the greater version wins.
 *
 * Limits   REMOVED_MAX words; the one that was heard longest ago makes room.
 */
#ifndef VF_ROUTER_CLUSTER_REMOVED_H
#define VF_ROUTER_CLUSTER_REMOVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/digest.h"
#include "membership/wire/proto.h"

#define REMOVED_MAX 16
#define REMOVED_WORD_BYTES 40
/* Versions from outside stay below this bound, so that one more can be said. */
#define REMOVED_VERSION_MAX (UINT64_MAX / 2)

struct removed_word {
	struct digest image;
	uint64_t version;
};

/* Zeros are an empty one. */
struct removed {
	struct removed_word words[REMOVED_MAX]; /* the newest first */
	unsigned n;
};

bool removed_has(const struct removed *r, const struct digest *image);
/* The image is removed, or is there again.  False: that was so already. */
bool removed_say(struct removed *r, const struct digest *image, bool gone);
/* Fields of another node's NODE are taken.  True: there was news. */
bool removed_hear(struct removed *r, const struct proto_node *n);
/* The field of this node's own NODE. */
void removed_describe(const struct removed *r, struct proto_node *n);

/* Kept in a file, for the next router.  -1 and errno. */
int removed_save(const struct removed *r, const char *path);
void removed_load(struct removed *r, const char *path);

#endif
