/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto_word: the cluster's word on which image is the default.
 *
 * An administrator chose the image once, at one node; every node hands on the
 * greatest word that it has heard (router/cluster/image_choice.h).  The word of
 * the higher version is the greater; of two of one version that whose image's
 * id has the greater bytes.  So nodes that have heard the same words agree on
 * the image, in whatever order the words came.
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

/* A word of a greater version is refused, so that a word with a still greater
 * version can always be made (arbitrary: half of what the frame can carry). */
#define PROTO_WORD_VERSION_MAX (UINT64_MAX / 2)

/* A word that no key has signed may be at most so many versions above the words
 * before it, so that no stranger can use up the versions with one word
 * (arbitrary: more changes than a cluster lives to see). */
#define PROTO_WORD_STEP (UINT64_C(1) << 20)

struct proto_word {
	uint64_t version; /* 1 to PROTO_WORD_VERSION_MAX; 0: no word */
	struct digest image;
};

/* Compares two words, of which the greater is in force.  Returns a number less
 * than, equal to or greater than 0, as a is to b. */
int proto_word_cmp(const struct proto_word *a, const struct proto_word *b);

/* Returns true if w is at most PROTO_WORD_STEP above the version `seen`. */
bool proto_word_near(const struct proto_word *w, uint64_t seen);

/* Reads a word; a version out of range fails the reader. */
void proto_word_read(struct reader *r, struct proto_word *w);
void proto_word_write(struct writer *w, const struct proto_word *word);

#endif
