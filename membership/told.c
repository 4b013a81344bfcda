#include "membership/told.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "membership/room.h"

#define HOLD_HEAD (PROTO_HEAD + 16 + DIGEST_SIZE + 4 + 2)
#define GAP_WORDS 7 /* unchanged words that cost less than a new frame */

struct said {
	const struct bitmap *held; /* NULL: the slot is free */
	struct digest image;
	uint64_t *words; /* as the member was told, big-endian */
	uint32_t n;      /* so many of them, from the first */
};

struct told {
	struct proto_node self;
	bool have_self, self_due, leaving, left, flushing;
	struct said said[PROTO_IMAGES_MAX];
	size_t bytes;
};

struct told *
told_new(void)
{
	return calloc(1, sizeof(struct told));
}

void
told_free(struct told *t)
{
	if (t == NULL)
		return;
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		free(t->said[i].words);
	free(t);
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
told_node(struct told *t, const struct proto_node *self)
{
	if (t->have_self && proto_node_equal(&t->self, self))
		return false;
	t->self = *self;
	t->have_self = true;
	t->self_due = true;
	/* A member keeps no bitmap of an image that is not there, or all. */
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		if (!incomplete(self, &t->said[i].image))
			t->said[i].n = 0;
	return true;
}

const struct proto_node *
told_self(const struct told *t)
{
	return t->have_self ? &t->self : NULL;
}

static struct said *
find(struct told *t, const struct digest *image)
{
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		if (t->said[i].held != NULL &&
		    digest_equal(&t->said[i].image, image))
			return &t->said[i];
	return NULL;
}

void
told_hold(struct told *t, const struct digest *image, const struct bitmap *held)
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
told_forget(struct told *t, const struct digest *image)
{
	struct said *s = find(t, image);

	if (s == NULL)
		return;
	free(s->words);
	memset(s, 0, sizeof *s);
}

void
told_nothing(struct told *t)
{
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		t->said[i].n = 0;
	t->self_due = t->have_self;
	t->flushing = true;
}

void
told_flush(struct told *t)
{
	t->flushing = true;
}

void
told_leave(struct told *t)
{
	t->leaving = true;
}

static bool
differs(const struct said *s, uint32_t w)
{
	return w >= s->n || s->words[w] != htobe64(bitmap_word(s->held, w));
}

/* The next run of words to say, from *first on, at most `most`: its length,
 * 0 if there is none. */
static uint32_t
next_run(const struct said *s, uint32_t *first, uint32_t most)
{
	uint32_t nwords = bitmap_words(s->held), w = *first, last;

	while (w < nwords && !differs(s, w))
		w++;
	*first = last = w;
	if (w == nwords)
		return 0;
	for (; w < nwords && w - *first < most && w - last <= GAP_WORDS; w++)
		if (differs(s, w))
			last = w;
	return last - *first + 1;
}

/* The functions that say something return false when the buffer is full. */
static bool
say_self(struct told *t, struct room *room)
{
	struct proto_msg m;

	if (!t->self_due)
		return true;
	m.type = PROTO_NODE;
	m.node = t->self;
	t->self_due = !say(room, &m);
	return !t->self_due;
}

static bool
say_held(struct told *t, struct said *s, struct room *room)
{
	struct proto_msg m = {
	    .type = PROTO_HOLD,
	    .hold = {.node = t->self.id, .image = s->image},
	};
	uint32_t first = 0;

	while (room->left >= HOLD_HEAD + 8) {
		uint32_t n, most = (room->left - HOLD_HEAD) / 8;

		if (most > PROTO_WORDS_MAX)
			most = PROTO_WORDS_MAX;
		n = next_run(s, &first, most);
		if (n == 0)
			return true;
		for (uint32_t w = first; w < first + n; w++)
			s->words[w] = htobe64(bitmap_word(s->held, w));
		m.hold.first = first;
		m.hold.nwords = n;
		m.hold.words = (const uint8_t *)(s->words + first);
		say(room, &m);
		first += n;
		if (s->n < first)
			s->n = first;
	}
	return false;
}

static bool
say_all_held(struct told *t, struct room *room)
{
	for (uint8_t i = 0; i < t->self.nimages; i++) {
		struct said *s = find(t, &t->self.images[i].id);

		if (s != NULL && !t->self.images[i].complete &&
		    !say_held(t, s, room))
			return false;
	}
	return true;
}

size_t
told_read(struct told *t, uint8_t *buf, size_t len)
{
	struct room room = {.buf = buf, .left = len};
	struct proto_msg m = {.type = PROTO_GONE, .gone = t->self.id};

	if (!t->have_self || t->left)
		return 0;
	if (t->leaving) {
		t->left = say(&room, &m);
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
told_bytes(struct told *t)
{
	size_t n = t->bytes;

	t->bytes = 0;
	return n;
}
