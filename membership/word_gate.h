/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* word_gate: which words on the default image a member takes from nodes, and
 * the signed words that it has.
 *
 * With a trusted key the gate keeps the words that this key has signed, for
 * guests and group, and removes every other word from the nodes that the group
 * announces.  Without a key it leaves a node's word in place if its version is
 * not far above the highest before (PROTO_WORD_STEP), or if the caller believes
 * the node.
 *
 * Errors   a word that is not taken is counted; the first that is removed from
 * a node is logged.
 */
#ifndef VF_MEMBERSHIP_WORD_GATE_H
#define VF_MEMBERSHIP_WORD_GATE_H

#include "authority/words.h"
#include "membership/wire/proto.h"

struct word_gate {
	struct words *words;
	uint64_t highest; /* greatest version that was taken from a node */
	uint64_t refused; /* words that were not taken */
};

/* Makes an empty gate. trust: the key that is trusted, or NULL.  Returns -1 if
 * there is no memory. */
int word_gate_init(struct word_gate *g, const struct key_public *trust);
void word_gate_done(struct word_gate *g);

/* Removes from n, a node that the group announces, a word that is not to be
 * taken.  believed: any version is taken, if no key is trusted. */
void word_gate_node(struct word_gate *g, struct proto_node *n, bool believed);
/* Checks a signed word and keeps it if it is right.  Sets *news to whether the
 * word was unknown, and so has to be handed on.  Returns NULL, or the reason
 * why the word is wrong; without a trusted key all words are ignored, and NULL
 * is returned. */
const char *word_gate_hear(struct word_gate *g, const uint8_t *word, size_t len,
			   bool *news);

#endif
