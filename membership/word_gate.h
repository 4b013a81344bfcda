/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* word_gate: decides which words on the default image a member takes from
 * nodes, and keeps the signed words that it has.
 *
 * With a trusted key the gate keeps the words that this key has signed, which
 * the member sends to its guests and its group, and removes every other word on
 * the default image from the nodes that the group announces.  Without a trusted
 * key it leaves a node's word in place if its version is not far above the
 * highest before it (PROTO_WORD_STEP), or if the caller believes the node.
 *
 * Errors   each word that is not taken is counted; the first that is removed
 *          from a node is logged.
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

/* Removes from n, a node that the group announces, its word on the default
 * image, unless the word may be taken.  believed: if no key is trusted, a word
 * of any version may be. */
void word_gate_node(struct word_gate *g, struct proto_node *n, bool believed);
/* Checks a signed word and keeps it if it is right.  Sets *news to whether the
 * word was unknown, and so must be handed on.  Returns NULL, or the reason why
 * the word is refused.  Without a trusted key, ignores the word and returns
 * NULL. */
const char *word_gate_hear(struct word_gate *g, const uint8_t *word, size_t len,
			   bool *news);

#endif
