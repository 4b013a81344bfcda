/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/proto_word.h"

#include <string.h>

#include "lib/codec.h"

int
proto_word_cmp(const struct proto_word *a, const struct proto_word *b)
{
	if (a->version != b->version)
		return a->version < b->version ? -1 : 1;
	return memcmp(a->image.b, b->image.b, sizeof a->image.b);
}

bool
proto_word_near(const struct proto_word *w, uint64_t seen)
{
	return w->version <= seen || w->version - seen <= PROTO_WORD_STEP;
}

void
proto_word_read(struct reader *r, struct proto_word *w)
{
	w->version = read_u64(r);
	if (w->version > PROTO_WORD_VERSION_MAX)
		r->failed = true;
	else if (w->version > 0)
		read_bytes(r, w->image.b, sizeof w->image.b);
}

void
proto_word_write(struct writer *w, const struct proto_word *word)
{
	write_u64(w, word->version);
	if (word->version > 0)
		write_bytes(w, word->image.b, sizeof word->image.b);
}
