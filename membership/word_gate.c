/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/word_gate.h"

#include <inttypes.h>
#include <time.h>

#include "lib/log.h"

int
word_gate_init(struct word_gate *g, const struct key_public *trust)
{
	*g = (struct word_gate){.words = words_new(trust)};
	return g->words != NULL ? 0 : -1;
}

void
word_gate_done(struct word_gate *g)
{
	words_free(g->words);
}

/* Returns true if w is the signed word on the default image that is in force,
 * or a lesser word, which is merely out of date. */
static bool
is_signed(const struct word_gate *g, const struct proto_word *w)
{
	const struct word *said = words_get(g->words, WORD_DEFAULT);
	struct proto_word known = {.version = 0};

	if (said != NULL)
		known = (struct proto_word){said->version, said->id};
	return proto_word_cmp(w, &known) <= 0;
}

void
word_gate_node(struct word_gate *g, struct proto_node *n, bool believed)
{
	const char *why = NULL;

	if (n->word.version == 0)
		return;
	if (words_trust(g->words) != NULL)
		why = is_signed(g, &n->word) ? NULL : "no key has signed it";
	else if (!believed && !proto_word_near(&n->word, g->highest))
		why = "its version is far above the last one";
	if (why == NULL) {
		if (n->word.version > g->highest)
			g->highest = n->word.version;
		return;
	}
	if (g->refused++ == 0)
		log_warn("node %s: its word on the default image (version "
			 "%" PRIu64 ") is not taken: %s",
			 n->name, n->word.version, why);
	n->word = (struct proto_word){.version = 0};
}

const char *
word_gate_hear(struct word_gate *g, const uint8_t *word, size_t len, bool *news)
{
	enum word_verdict v;

	*news = false;
	if (words_trust(g->words) == NULL)
		return NULL;
	v = words_take(g->words, word, len, time(NULL), news);
	if (v == WORD_GOOD)
		return NULL;
	g->refused++;
	return word_verdict_text(v);
}
