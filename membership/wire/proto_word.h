/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto_word: the cluster's word on which image is the default.
 *
 * Somebody said it once, at one node; every node hands on the greatest that it
 * has heard (router/cluster/image_choice.h).  Words are ordered by version, and
 * a tie between two of one version is decided by the image's id, byte by byte:
 * so nodes that have heard the same words agree, in whatever order they came.
 *
 * A word on the wire is 8 bytes of version and, unless that is 0, the 32 bytes
 * of the image's id.
 */
#ifndef VF_MEMBERSHIP_WIRE_PROTO_WORD_H
#define VF_MEMBERSHIP_WIRE_PROTO_WORD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/digest.h"

struct reader;
struct writer;

/* Versions from outside stay below this bound, so that one more can always be
 * said (chosen: half of what the wire can carry). */
#define PROTO_WORD_VERSION_MAX (UINT64_MAX / 2)

/* A word that no key has signed is at most so many versions above what was said
 * before it, so that nobody can say the last one there is (chosen: more changes
 * than a cluster lives to see). */
#define PROTO_WORD_STEP (UINT64_C(1) << 20)

struct proto_word {
	uint64_t version; /* 1 to PROTO_WORD_VERSION_MAX; 0: nothing was said */
	struct digest image;
};

/* The word in force is the greater one: the result is less than, equal to, or
 * greater than 0 as a is to b. */
int proto_word_cmp(const struct proto_word *a, const struct proto_word *b);

/* A word that any node may say after one of version `seen`. */
bool proto_word_near(const struct proto_word *w, uint64_t seen);

/* A version out of range fails the reader. */
void proto_word_read(struct reader *r, struct proto_word *w);
void proto_word_write(struct writer *w, const struct proto_word *word);

#endif
