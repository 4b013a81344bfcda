/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "membership/table_inside.h"
#include "membership/wire/proto_flags.h"

_Static_assert(TABLE_NODES_MAX <= PROTO_NUMBER_TWIN, "a slot is a number");

struct table *
table_new(void)
{
	struct table *t = calloc(1, sizeof *t);

	if (t != NULL)
		/* changes are counted from 1, so that a reader, which begins at
		 * change 0, is sent a VIEW even if the table is empty */
		t->change = 1;
	return t;
}

static size_t
held_size(const struct held *h)
{
	return sizeof *h + 8 * (2 * (size_t)h->nwords + h->nblocks);
}

static void
held_free(struct table *t, struct held *h)
{
	if (h == NULL)
		return;
	t->held_bytes -= held_size(h);
	free(h);
}

static void
held_shape(struct held *h, const struct proto_image *im)
{
	uint32_t nchunks = proto_image_chunks(im);

	h->image = im->id;
	h->nchunks = nchunks;
	h->nwords = (nchunks + 63) / 64;
	h->nblocks = (h->nwords + BLOCK_WORDS - 1) / BLOCK_WORDS;
	h->tail = nchunks % 64 ? (UINT64_C(1) << nchunks % 64) - 1 : UINT64_MAX;
}

/* Makes a bitmap with no chunk held, and notes it as changed, so that all
 * readers are sent it.  Returns NULL if there is no room or no memory. */
static struct held *
held_new(struct table *t, const struct proto_image *im)
{
	struct held shape, *h;

	held_shape(&shape, im);
	if (held_size(&shape) > TABLE_HELD_BYTES - t->held_bytes)
		return NULL;
	h = calloc(1, held_size(&shape));
	if (h == NULL)
		return NULL;
	*h = shape;
	h->words = (uint64_t *)(h + 1);
	h->fresh = h->words + h->nwords;
	h->change = h->fresh + h->nwords;
	for (uint32_t b = 0; b < h->nblocks; b++)
		h->change[b] = t->change;
	t->held_bytes += held_size(h);
	return h;
}

static uint32_t
bucket(const struct node_id *id)
{
	uint32_t v;

	memcpy(&v, id->b, sizeof v);
	return v % BUCKETS;
}

struct entry *
table_find(const struct table *t, const struct node_id *id)
{
	struct entry *e;

	LIST_FOREACH (e, &t->buckets[bucket(id)], chain)
		if (node_id_equal(&e->node.id, id))
			return e;
	return NULL;
}

static struct entry *
add(struct table *t, const struct node_id *id)
{
	struct entry *e;
	uint32_t slot = 0;

	if (t->count == TABLE_NODES_MAX) {
		errno = ENOSPC;
		return NULL;
	}
	e = calloc(1, sizeof *e);
	if (e == NULL)
		return NULL;
	while (t->slots[slot] != NULL)
		slot++;
	e->slot = slot;
	e->node.id = *id;
	e->owner = TABLE_NOBODY;
	LIST_INSERT_HEAD(&t->buckets[bucket(id)], e, chain);
	t->slots[slot] = e;
	if (slot >= t->nslots)
		t->nslots = slot + 1;
	t->count++;
	return e;
}

static void
entry_free(struct table *t, struct entry *e)
{
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		held_free(t, e->held[i]);
	free(e);
}

static void
leave(struct table *t, struct entry *e, enum proto_reason reason)
{
	struct departure *d = &t->gone[t->departures++ % TABLE_GONE_MAX];

	d->id = e->node.id;
	d->reason = reason;
	d->change = ++t->change;
	LIST_REMOVE(e, chain);
	t->slots[e->slot] = NULL;
	t->count--;
	entry_free(t, e);
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	for (uint32_t i = 0; i < t->nslots; i++)
		if (t->slots[i] != NULL)
			entry_free(t, t->slots[i]);
	free(t->news);
	free(t);
}

/* Removes the bitmap of the image im from e, and returns it; NULL: e has no
 * bitmap of that image and size. */
static struct held *
take_held(struct entry *e, const struct proto_image *im)
{
	struct held shape;

	held_shape(&shape, im);
	for (int i = 0; i < PROTO_IMAGES_MAX; i++) {
		struct held *h = e->held[i];

		if (h == NULL || !digest_equal(&h->image, &im->id) ||
		    h->nchunks != shape.nchunks)
			continue;
		e->held[i] = NULL;
		return h;
	}
	return NULL;
}

static void
describe(struct table *t, struct entry *e, const struct proto_node *n)
{
	struct held *held[PROTO_IMAGES_MAX] = {NULL};
	bool flags_only = e->described > 0 && proto_flags_only(&e->node, n);

	e->described = e->changed = ++t->change;
	if (!flags_only)
		e->whole = e->described;
	for (uint8_t i = 0; i < n->nimages; i++)
		if (!n->images[i].complete)
			held[i] = take_held(e, &n->images[i]);
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		held_free(t, e->held[i]);
	memcpy(e->held, held, sizeof held);
	for (uint8_t i = 0; i < n->nimages; i++)
		if (!n->images[i].complete && e->held[i] == NULL)
			e->held[i] = held_new(t, &n->images[i]);
	e->node = *n;
}

int
table_node(struct table *t, uint64_t owner, const struct proto_node *n)
{
	struct entry *e = table_find(t, &n->id);

	if (e == NULL)
		e = add(t, &n->id);
	if (e == NULL)
		return -1;
	if (e->described == 0 || e->owner != owner ||
	    !proto_node_equal(&e->node, n))
		/* a new owner's NODE is sent even if it says nothing new, so
		 * that the group delivers it and the node is confirmed */
		describe(t, e, n);
	if (e->owner != owner)
		e->state = OWNED;
	e->owner = owner;
	return 0;
}

static void
held_set(struct table *t, struct entry *e, struct held *h,
	 const struct proto_hold *from)
{
	struct hold_reader r = hold_reader_init(from);
	uint64_t change = t->change + 1;
	struct hold_word w;

	while (hold_read(&r, &w) && w.word < h->nwords) {
		uint64_t was = h->words[w.word], is = (was & ~w.mask) | w.bits;

		if (w.word == h->nwords - 1)
			is &= h->tail;
		if (is == was)
			continue;
		h->words[w.word] = is;
		h->fresh[w.word] |= is ^ was;
		h->change[w.word / BLOCK_WORDS] = change;
		e->changed = t->change = change;
	}
}

void
table_hold(struct table *t, uint64_t owner, const struct proto_hold *h)
{
	struct entry *e = table_find(t, &h->node);

	if (e == NULL || e->owner != owner)
		return;
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		if (e->held[i] != NULL &&
		    digest_equal(&e->held[i]->image, &h->image))
			held_set(t, e, e->held[i], h);
}

void
table_gone(struct table *t, uint64_t owner, const struct node_id *id,
	   enum proto_reason reason)
{
	struct entry *e = table_find(t, id);

	if (e != NULL && e->owner == owner)
		leave(t, e, reason);
}

static void
orphan(struct entry *e, int64_t until_ns)
{
	e->state = ORPHAN;
	e->owner = TABLE_NOBODY;
	e->orphan_until_ns = until_ns;
}

void
table_orphan(struct table *t, uint64_t owner, int64_t until_ns)
{
	for (uint32_t i = 0; i < t->nslots; i++)
		if (t->slots[i] != NULL && t->slots[i]->owner == owner)
			orphan(t->slots[i], until_ns);
}

void
table_orphan_satellites(struct table *t, uint64_t owner, int64_t until_ns)
{
	for (uint32_t i = 0; i < t->nslots; i++) {
		struct entry *e = t->slots[i];

		if (e == NULL || e->owner != owner)
			continue;
		if (e->node.satellite)
			orphan(e, until_ns);
		else
			leave(t, e, PROTO_LOST);
	}
}

void
table_orphan_others(struct table *t, uint64_t owner, int64_t until_ns)
{
	for (uint32_t i = 0; i < t->nslots; i++) {
		struct entry *e = t->slots[i];

		if (e != NULL && e->owner != owner && e->owner != TABLE_NOBODY)
			orphan(e, until_ns);
	}
}

int64_t
table_expire(struct table *t, int64_t now_ns)
{
	int64_t next = TABLE_NEVER;

	for (uint32_t i = 0; i < t->nslots; i++) {
		struct entry *e = t->slots[i];

		if (e == NULL || e->state != ORPHAN)
			continue;
		if (e->orphan_until_ns <= now_ns)
			leave(t, e, PROTO_LOST);
		else if (e->orphan_until_ns < next)
			next = e->orphan_until_ns;
	}
	return next;
}

uint64_t
table_owner(const struct table *t, const struct node_id *id)
{
	const struct entry *e = table_find(t, id);

	return e == NULL ? TABLE_NOBODY : e->owner;
}

void
table_confirm(struct table *t, const struct node_id *id)
{
	struct entry *e = table_find(t, id);

	if (e != NULL && e->state == OWNED)
		e->state = CONFIRMED;
}

bool
table_confirmed(const struct table *t, const struct node_id *id)
{
	const struct entry *e = table_find(t, id);

	return e != NULL && e->state == CONFIRMED;
}

const struct proto_node *
table_described(const struct table *t, const struct node_id *id)
{
	const struct entry *e = table_find(t, id);

	return e == NULL ? NULL : &e->node;
}

static void
repeat(struct table *t, struct entry *e)
{
	e->described = e->whole = e->changed = ++t->change;
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		for (uint32_t b = 0;
		     e->held[i] != NULL && b < e->held[i]->nblocks; b++)
			e->held[i]->change[b] = t->change;
}

void
table_repeat(struct table *t, const struct node_id *id)
{
	struct entry *e = table_find(t, id);

	if (e != NULL)
		repeat(t, e);
}

void
table_repeat_missing(struct table *t, const struct table *view)
{
	for (uint32_t i = 0; i < t->nslots; i++) {
		struct entry *e = t->slots[i];

		if (e != NULL && e->state == CONFIRMED &&
		    table_find(view, &e->node.id) == NULL)
			repeat(t, e);
	}
}

uint32_t
table_count(const struct table *t)
{
	return t->count;
}

uint32_t
table_boots_last(const struct table *t)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < t->nslots; i++) {
		const struct entry *e = t->slots[i];

		if (e != NULL && !e->node.satellite && e->node.boots > last)
			last = e->node.boots;
	}
	return last;
}

void
table_boots(struct table *t, uint32_t place)
{
	for (uint32_t i = 0; i < t->nslots; i++) {
		struct entry *e = t->slots[i];

		if (e == NULL || e->node.satellite || e->node.boots == place)
			continue;
		e->node.boots = place;
		e->described = e->whole = e->changed = ++t->change;
	}
}
