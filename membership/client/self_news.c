/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/client/self_news.h"

#include <stdlib.h>

#include "membership/wire/hold.h"
#include "membership/wire/outbuf.h"

/* most bytes of a frame HOLD; arbitrary: some TCP segments */
#define FRAME_BYTES 8192
#define WORDS_AT_ONCE 64
/* If there are at most so many unchanged words between two changed ones, all
 * are sent in one part.  Arbitrary: an unchanged word adds a bit or two to a
 * run, while a new part takes seven bytes. */
#define GAP_WORDS 32

struct said {
	/* the owner's bitmap of the image; NULL: this struct is not in use */
	const struct bitmap *held;
	struct digest image;
	/* the words of `held` as the member was last sent them */
	uint64_t *words;
	/* the member was sent the first n of `words` */
	uint32_t n;
};

/* The states that self_news.h draws. */
enum self_state { UNKNOWN, DUE, SAID, LEAVING, LEFT };

struct self_news {
	struct proto_node self;
	enum self_state state;
	bool flushing; /* true: changes in the bitmaps are to be sent now */
	struct said said[PROTO_IMAGES_MAX];
	size_t bytes;
};

struct self_news *
self_news_new(void)
{
	return calloc(1, sizeof(struct self_news));
}

void
self_news_free(struct self_news *t)
{
	if (t == NULL)
		return;
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		free(t->said[i].words);
	free(t);
}

static bool
lists(const struct proto_node *n, const struct digest *image)
{
	for (uint8_t i = 0; i < n->nimages; i++)
		if (digest_equal(&n->images[i].id, image))
			return true;
	return false;
}

/* Called when the node does not list the image any more: forgets its bitmap,
 * which the owner may then free. */
static void
forget(struct said *s)
{
	free(s->words);
	*s = (struct said){0};
}

static bool
incomplete(const struct proto_node *n, const struct digest *image)
{
	for (uint8_t i = 0; i < n->nimages; i++)
		if (digest_equal(&n->images[i].id, image))
			return !n->images[i].complete;
	return false;
}

bool
self_news_describe(struct self_news *t, const struct proto_node *self)
{
	if (t->state != UNKNOWN && proto_node_equal(&t->self, self))
		return false;
	t->self = *self;
	if (t->state < LEAVING)
		t->state = DUE;
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		if (t->said[i].held != NULL && !lists(self, &t->said[i].image))
			forget(&t->said[i]);
	/* A member keeps no bitmap of an image that the node does not list, or
	 * holds completely.  So if such a bitmap is needed later, all of it has
	 * to be sent. */
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		if (!incomplete(self, &t->said[i].image))
			t->said[i].n = 0;
	return true;
}

const struct proto_node *
self_news_node(const struct self_news *t)
{
	return t->state != UNKNOWN ? &t->self : NULL;
}

static struct said *
find(struct self_news *t, const struct digest *image)
{
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		if (t->said[i].held != NULL &&
		    digest_equal(&t->said[i].image, image))
			return &t->said[i];
	return NULL;
}

void
self_news_held(struct self_news *t, const struct digest *image,
	       const struct bitmap *held)
{
	struct said *s = find(t, image);

	for (int i = 0; s == NULL && i < PROTO_IMAGES_MAX; i++)
		if (t->said[i].held == NULL)
			s = &t->said[i];
	if (s == NULL || s->held == held)
		return;
	free(s->words);
	s->words = calloc(bitmap_words(held) + 1, sizeof *s->words);
	s->held = s->words != NULL ? held : NULL;
	s->image = *image;
	s->n = 0;
}

void
self_news_repeat(struct self_news *t)
{
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		t->said[i].n = 0;
	if (t->state == SAID)
		t->state = DUE;
	t->flushing = true;
}

void
self_news_flush(struct self_news *t)
{
	t->flushing = true;
}

void
self_news_leave(struct self_news *t)
{
	t->state = t->state == UNKNOWN ? LEFT : LEAVING;
}

static bool
differs(const struct said *s, uint32_t w)
{
	return s->words[w] != bitmap_word(s->held, w);
}

/* Finds, from word *first on, the next run of words that have changed since
 * they were sent; a run may include up to GAP_WORDS unchanged words in a row.
 * Sets *first to the run's first word, and returns the run's length in words;
 * 0: no word has changed.
 */
static uint32_t
next_run(const struct said *s, uint32_t *first)
{
	uint32_t w = *first, last;

	while (w < s->n && !differs(s, w))
		w++;
	*first = last = w;
	if (w == s->n)
		return 0;
	for (; w < s->n && w - *first < WORDS_AT_ONCE && w - last <= GAP_WORDS;
	     w++)
		if (differs(s, w))
			last = w;
	return last - *first + 1;
}

/* say_self, say_changes, say_rest, say_held and say_all_held return false when
 * the buffer is full. */
static bool
say_self(struct self_news *t, struct outbuf *room)
{
	struct proto_msg m;

	if (t->state != DUE)
		return true;
	m.type = PROTO_NODE;
	m.number = 0; /* the number of the sender's only node */
	m.node = t->self;
	if (!outbuf_put(room, &m))
		return false;
	t->state = SAID;
	return true;
}

static bool
put_change(struct hold_frame *f, struct hold_part p, enum proto_change change,
	   const struct said *s)
{
	uint64_t words[WORDS_AT_ONCE];

	for (uint32_t i = 0; i < p.n; i++) {
		uint64_t was = s->words[p.first + i],
			 is = bitmap_word(s->held, p.first + i);

		words[i] = change == PROTO_TAKEN ? is & ~was : was & ~is;
	}
	p.words = words;
	p.change = change;
	return hold_put(f, &p);
}

/* Adds to f the changes of words that the member was sent before.  A run of
 * words makes two parts, the chunks taken and those dropped, and is added only
 * if there is room for both.  Returns false if there was no room for all. */
static bool
say_changes(struct said *s, struct hold_part p, struct hold_frame *f)
{
	p.first = 0;
	while ((p.n = next_run(s, &p.first)) > 0) {
		if (f->room->left < 2 * (PROTO_HEAD + HOLD_BYTES(p.n)))
			return false;
		(void)put_change(f, p, PROTO_TAKEN, s);
		(void)put_change(f, p, PROTO_DROPPED, s);
		for (uint32_t i = 0; i < p.n; i++, p.first++)
			s->words[p.first] = bitmap_word(s->held, p.first);
	}
	return true;
}

/* Adds to f the words that the member was not sent yet; empty words too, since
 * the member may have an older bitmap.  Returns false if there was no room for
 * all. */
static bool
say_rest(struct said *s, struct hold_part p, struct hold_frame *f)
{
	uint32_t nwords = bitmap_words(s->held);

	p.change = PROTO_HELD;
	for (; s->n < nwords; s->n += p.n) {
		p.first = s->n;
		p.n = nwords - s->n < WORDS_AT_ONCE ? nwords - s->n
						    : WORDS_AT_ONCE;
		for (uint32_t i = 0; i < p.n; i++)
			s->words[s->n + i] = bitmap_word(s->held, s->n + i);
		p.words = s->words + s->n;
		if (!hold_put(f, &p))
			return false;
	}
	return true;
}

static bool
say_held(struct said *s, uint8_t index, struct outbuf *room)
{
	struct hold_frame f = {.room = room, .most = FRAME_BYTES};
	struct hold_part p = {.index = index, .nchunks = bitmap_size(s->held)};
	bool all = say_changes(s, p, &f) && say_rest(s, p, &f);

	hold_close(&f);
	return all;
}

static bool
say_all_held(struct self_news *t, struct outbuf *room)
{
	for (uint8_t i = 0; i < t->self.nimages; i++) {
		struct said *s = find(t, &t->self.images[i].id);

		if (s != NULL && !t->self.images[i].complete &&
		    !say_held(s, i, room))
			return false;
	}
	return true;
}

size_t
self_news_read(struct self_news *t, uint32_t spoken, uint8_t *buf, size_t len)
{
	struct outbuf room = {.buf = buf, .left = len, .spoken = spoken};
	struct proto_msg m = {
	    .type = PROTO_GONE, .gone = t->self.id, .reason = PROTO_LEFT};

	if (t->state == UNKNOWN || t->state == LEFT)
		return 0;
	if (t->state == LEAVING) {
		if (outbuf_put(&room, &m))
			t->state = LEFT;
		return len - room.left;
	}
	if (say_self(t, &room) && t->flushing) {
		size_t before = room.left;

		t->flushing = !say_all_held(t, &room);
		t->bytes += before - room.left;
	}
	return len - room.left;
}

size_t
self_news_bytes(struct self_news *t)
{
	size_t n = t->bytes;

	t->bytes = 0;
	return n;
}
