/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* removed_images: remembers which images were removed from the cluster, so that
 * no node takes such an image anew from a node that has not heard of its
 * removal yet.
 *
 * The administrator removes an image at any one node.  That node makes a word
 * of it, and every node announces the words that it has heard, in a field of
 * its own frame NODE (proto.h).  A word is an image's id and a version: an odd
 * version says that the image is removed, an even one that it was added again.
 * Of two words about the same image the one with the greater version counts.  A
 * new word has a greater version than all that its node knows, so that versions
 * order words by age, alike at all nodes.
 *
 * Limits   REMOVED_MAX words are remembered; a further one takes the place of
 *          the oldest, and an older one than all of these is ignored.
 */
#ifndef VF_ROUTER_CLUSTER_REMOVED_IMAGES_H
#define VF_ROUTER_CLUSTER_REMOVED_IMAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/digest.h"
#include "membership/wire/proto.h"

#define REMOVED_MAX 16
#define REMOVED_WORD_BYTES 40
/* Words from other nodes are ignored if their version is greater than this, so
 * that this node can always make a word with a greater version than any it
 * took. */
#define REMOVED_VERSION_MAX (UINT64_MAX / 2)

struct removed_word {
	struct digest image;
	uint64_t version;
};

/* A `struct removed` of zeroes has no words. */
struct removed {
	/* the newest word comes first */
	struct removed_word words[REMOVED_MAX];
	unsigned n;
};

bool removed_has(const struct removed *r, const struct digest *image);
/* Makes a word that the image was removed (`gone` is true), or added again.
 * Returns false, and makes no word, if the present word says so already. */
bool removed_say(struct removed *r, const struct digest *image, bool gone);
/* Takes the words in n, the frame NODE of another node.  Returns true if one of
 * them was new. */
bool removed_hear(struct removed *r, const struct proto_node *n);
/* Writes all words into a field of n, this node's own frame NODE. */
void removed_describe(const struct removed *r, struct proto_node *n);

/* removed_save saves the words in a file, from which removed_load reads them
 * when the router is started again.  removed_save returns -1 and sets errno on
 * failure. From a file that is missing or damaged removed_load reads fewer
 * words, or none. */
int removed_save(const struct removed *r, const char *path);
void removed_load(struct removed *r, const char *path);

#endif
