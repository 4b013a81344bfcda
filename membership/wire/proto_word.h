/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto_word: reads, writes and compares words on which image is the cluster's
 * default.
 *
 * When an administrator makes an image the default, at one node, that node
 * makes a word; every node announces the greatest word that it has heard
 * (router/cluster/image_choice.h).  Of two words the one with the higher
 * version is the greater; if the versions are equal, the one whose image's id
 * has the greater bytes.  So nodes that have heard the same words agree on the
 * image, in whatever order the words came.
 *
 * A word in a frame is 8 bytes of version and, unless the version is 0, the 32
 * bytes of the image's id.
 */
#ifndef VF_MEMBERSHIP_WIRE_PROTO_WORD_H
#define VF_MEMBERSHIP_WIRE_PROTO_WORD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/digest.h"

struct reader;
struct writer;

/* A word with a greater version is refused, so that there is always a greater
 * version for the next word.  Arbitrary: half of the greatest number that fits
 * a frame. */
#define PROTO_WORD_VERSION_MAX (UINT64_MAX / 2)

/* An unsigned word's version may be at most so much above those of the words
 * before it, so that a stranger cannot use up all versions with one word.
 * Arbitrary: more than the default ever changes in the life of a cluster. */
#define PROTO_WORD_STEP (UINT64_C(1) << 20)

struct proto_word {
	uint64_t version; /* 1 to PROTO_WORD_VERSION_MAX; 0: no word */
	struct digest image;
};

/* Compares two words, of which the greater is in force.  Returns a number less
 * than 0 if a is less than b, 0 if they are equal, else one greater than 0. */
int proto_word_cmp(const struct proto_word *a, const struct proto_word *b);

/* Returns true if the version of w is at most PROTO_WORD_STEP above `seen`. */
bool proto_word_near(const struct proto_word *w, uint64_t seen);

/* Reads a word from r into w. If its version is out of range, sets
 * r->failed. */
void proto_word_read(struct reader *r, struct proto_word *w);
void proto_word_write(struct writer *w, const struct proto_word *word);

#endif
