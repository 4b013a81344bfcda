/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* word_gate: the words on the default image that a member lets through.
 *
 * Where a key is trusted it keeps the words that the key has signed, for its
 * guests and its group, and takes others out of the nodes that it hears of.
 * Without a key a node's own word passes if it is not far above those before it
 * (PROTO_WORD_STEP), or if its node is believed.
 *
 * Errors   a word that does not pass is counted; the first is logged.
 */
#ifndef VF_MEMBERSHIP_WORD_GATE_H
#define VF_MEMBERSHIP_WORD_GATE_H

#include "authority/words.h"
#include "membership/wire/proto.h"

struct word_gate {
	struct words *words;
	uint64_t highest; /* version that has passed */
	uint64_t refused;
};

/* trust: NULL if no key is.  -1: ENOMEM. */
int word_gate_init(struct word_gate *g, const struct key_public *trust);
void word_gate_done(struct word_gate *g);

/* A node as the group says it: a word that does not pass is taken out. */
void word_gate_node(struct word_gate *g, struct proto_node *n, bool believed);
/* A signed word; *news says whether there is something to hand on.  NULL, or
 * why it is not taken. */
const char *word_gate_hear(struct word_gate *g, const uint8_t *word, size_t len,
			   bool *news);

#endif
