/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* At each mark this file writes the news: whole frames with the chunks that
 * nodes have taken and dropped since the mark before.  They are written once
 * for all readers that were sent everything up to that mark.  A chunk that has
 * changed twice since then is written as it is now, even though it was the same
 * at the mark before: a reader may have been sent the change in between. */
#include "membership/table.h"

#include <stdlib.h>

#include "membership/table_inside.h"
#include "membership/wire/outbuf.h"

#define NEWS_BLOCKS 8 /* most blocks in one part of the news */
/* Most bytes of news; if there would be more, readers are sent bitmaps instead.
 * Arbitrary: what a link of 100 Mbit/s carries in 170 ms. */
#define NEWS_MAX (2U << 20)

uint32_t
table_run_of_blocks(const struct held *h, uint32_t b, uint64_t from,
		    uint32_t most)
{
	uint32_t n = 0;

	while (n < most && b + n < h->nblocks && h->change[b + n] > from)
		n++;
	return n;
}

struct hold_part
table_part_of(const struct entry *e, uint32_t image, uint32_t b, uint32_t n)
{
	const struct held *h = e->held[image];
	struct hold_part p = {.number = e->slot,
			      .index = image,
			      .change = PROTO_HELD,
			      .first = b * BLOCK_WORDS,
			      .n = n * BLOCK_WORDS,
			      .nchunks = h->nchunks};

	if (p.n > h->nwords - p.first)
		p.n = h->nwords - p.first;
	p.words = h->words + p.first;
	return p;
}

/* Makes room in t->news for one more part of `words` bitmap words.  Returns
 * false if there is no memory, or the news would exceed NEWS_MAX. */
static bool
make_room(struct table *t, struct hold_frame *f, uint32_t words)
{
	size_t need = PROTO_HEAD + HOLD_BYTES(words), most;
	uint8_t *news;

	if (f->room->left >= need)
		return true;
	hold_close(f);
	t->nnews = f->room->buf - t->news;
	most = 2 * t->room_of_news + need;
	if (most > NEWS_MAX)
		most = NEWS_MAX;
	if (most - t->nnews < need)
		return false;
	news = realloc(t->news, most);
	if (news == NULL)
		return false;
	t->news = news;
	t->room_of_news = most;
	*f->room =
	    (struct outbuf){.buf = news + t->nnews, .left = most - t->nnews};
	return true;
}

static bool
put_change(struct table *t, struct hold_frame *f, struct hold_part p,
	   enum proto_change change, const uint64_t *held)
{
	uint64_t words[NEWS_BLOCKS * BLOCK_WORDS];
	const uint64_t *fresh = p.words;

	for (uint32_t i = 0; i < p.n; i++)
		words[i] =
		    fresh[i] & (change == PROTO_TAKEN ? held[i] : ~held[i]);
	p.words = words;
	p.change = change;
	return make_room(t, f, p.n) && hold_put(f, &p);
}

static bool
put_held(struct table *t, struct hold_frame *f, const struct entry *e,
	 uint32_t image)
{
	struct held *h = e->held[image];
	uint32_t n;

	for (uint32_t b = 0; b < h->nblocks; b += n) {
		struct hold_part p;

		n = table_run_of_blocks(h, b, t->mark_from, NEWS_BLOCKS);
		if (n == 0) {
			n = 1;
			continue;
		}
		p = table_part_of(e, image, b, n);
		p.words = h->fresh + p.first;
		if (!put_change(t, f, p, PROTO_TAKEN, h->words + p.first) ||
		    !put_change(t, f, p, PROTO_DROPPED, h->words + p.first))
			return false;
	}
	return true;
}

static void
forget_fresh(struct table *t, struct held *h)
{
	for (uint32_t w = 0; w < h->nwords; w++)
		if (h->change[w / BLOCK_WORDS] > t->mark_from)
			h->fresh[w] = 0;
}

/* Adds the changes in a node's bitmaps to the news, and clears these changes in
 * the bitmaps held.fresh.  If the node was described anew, adds nothing, since
 * table_read sends all of it.  Returns false if the news has no room. */
static bool
put_entry(struct table *t, struct hold_frame *f, const struct entry *e)
{
	bool put = true;

	for (uint32_t i = 0; i < e->node.nimages; i++) {
		if (e->held[i] == NULL)
			continue;
		if (put && e->described <= t->mark_from)
			put = put_held(t, f, e, i);
		forget_fresh(t, e->held[i]);
	}
	return put;
}

void
table_mark(struct table *t)
{
	struct outbuf room = {.buf = t->news, .left = t->room_of_news};
	struct hold_frame f = {.room = &room, .most = FRAME_BYTES};

	if (t->marks > 0 && t->mark_to == t->change)
		return;
	t->marks++;
	t->mark_from = t->mark_to;
	t->mark_to = t->change;
	t->have_news = true;
	for (uint32_t i = 0; i < t->nslots; i++)
		if (t->slots[i] != NULL && t->slots[i]->changed > t->mark_from)
			t->have_news &= put_entry(t, &f, t->slots[i]);
	hold_close(&f);
	t->nnews = room.buf - t->news;
}
