/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* table_model: a listener who reads what a table says and does as he is told,
 * to be compared with others.  Included after cmocka.h.
 */
#ifndef VF_TESTS_UNIT_TABLE_MODEL_H
#define VF_TESTS_UNIT_TABLE_MODEL_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "membership/wire/hold.h"
#include "membership/wire/numbers.h"
#include "membership/wire/outbuf.h"
#include "membership/table.h"

#define NODES 24 /* the model's */
#define IMAGES 3
#define WORDS 40
#define CHUNK MANIFEST_CHUNK_MIN

/* The knowledge of a listener who is told everything. */
struct model {
	bool there[NODES];
	struct proto_node node[NODES];
	uint64_t words[NODES][IMAGES][WORDS];
	struct numbers *numbers;
	uint64_t seq;
	unsigned views, frames;
};

static inline struct node_id
id_of(unsigned i)
{
	struct node_id id = {{0}};

	id.b[0] = i;
	id.b[1] = i >> 8;
	return id;
}

static inline struct proto_node
a_node(unsigned i)
{
	struct proto_node n;

	memset(&n, 0, sizeof n);
	n.id = id_of(i);
	snprintf(n.name, sizeof n.name, "n%u", i);
	return n;
}

static inline void
add_image(struct proto_node *n, unsigned image, uint64_t nchunks)
{
	struct proto_image *im = &n->images[n->nimages++];

	im->id.b[0] = image;
	snprintf(im->name, sizeof im->name, "im%u", image);
	im->chunk_size = CHUNK;
	im->size = nchunks * CHUNK;
}

static inline void
hold(struct table *t, uint64_t owner, unsigned node, unsigned image,
     uint32_t word, uint64_t value)
{
	uint8_t frame[64];
	struct outbuf room = {.buf = frame, .left = sizeof frame};
	struct hold_frame f = {.room = &room, .most = sizeof frame};
	struct hold_part p = {.first = word,
			      .n = 1,
			      .nchunks = MANIFEST_CHUNKS_MAX,
			      .words = &value};
	const uint8_t *part = frame + PROTO_HEAD;
	struct proto_hold h;
	size_t left;

	assert_true(hold_put(&f, &p));
	hold_close(&f);
	left = room.buf - part;
	assert_true(hold_next(&part, &left, &h));
	h.node = id_of(node);
	memset(&h.image, 0, sizeof h.image);
	h.image.b[0] = image;
	table_hold(t, owner, &h);
}

/* Chunks held of an image that has become a smaller one. */
static inline void
cut_off(uint64_t *words, uint64_t nchunks)
{
	for (uint64_t c = nchunks; c < 64 * WORDS; c++)
		words[c / 64] &= ~(UINT64_C(1) << c % 64);
}

static inline void
model_node(struct model *m, const struct proto_node *n)
{
	unsigned i = n->id.b[0];

	for (unsigned j = 0; j < n->nimages; j++)
		cut_off(m->words[i][n->images[j].id.b[0]],
			n->images[j].size / CHUNK);
	m->there[i] = true;
	m->node[i] = *n;
	for (unsigned im = 0; im < IMAGES; im++) {
		bool kept = false;

		for (unsigned j = 0; j < n->nimages; j++)
			kept |= n->images[j].id.b[0] == im &&
				!n->images[j].complete;
		if (!kept)
			memset(m->words[i][im], 0, sizeof m->words[i][im]);
	}
}

static inline void
model_holds(struct model *m, const struct proto_msg *f)
{
	const uint8_t *parts = f->parts;
	size_t left = f->nparts;
	struct proto_hold h;

	while (left > 0) {
		struct hold_reader r;
		struct hold_word w;
		uint64_t *words;

		assert_true(hold_next(&parts, &left, &h));
		if (!numbers_resolve(m->numbers, &h))
			continue;
		words = m->words[h.node.b[0]][h.image.b[0]];
		r = hold_reader_init(&h);
		while (hold_read(&r, &w))
			words[w.word] = (words[w.word] & ~w.mask) | w.bits;
	}
}

static inline void
model_take(struct model *m, const uint8_t *buf, size_t len)
{
	struct proto_msg f;
	ssize_t n;

	if (m->numbers == NULL)
		m->numbers = numbers_new();
	for (; len > 0; buf += n, len -= n) {
		n = proto_decode(buf, len, &f);
		assert_true(n > 0);
		m->frames++;
		if (f.type == PROTO_NODE) {
			numbers_set(m->numbers, f.number, &f.node);
			model_node(m, &f.node);
		}
		if (f.type == PROTO_HOLD)
			model_holds(m, &f);
		if (f.type == PROTO_GONE) {
			numbers_forget(m->numbers, &f.gone);
			m->there[f.gone.b[0]] = false;
			memset(m->words[f.gone.b[0]], 0,
			       sizeof m->words[f.gone.b[0]]);
		}
		if (f.type == PROTO_VIEW)
			m->seq = f.seq, m->views++;
	}
}

static inline void
read_all(const struct table *t, struct table_reader *r, struct model *m)
{
	static uint8_t buf[TABLE_READ_MIN];
	ssize_t n;

	while ((n = table_read(t, r, buf, sizeof buf)) > 0)
		model_take(m, buf, n);
	assert_int_equal(n, 0);
	assert_false(table_reader_behind(t, r));
}

static inline void
assert_same(const struct model *a, const struct model *b)
{
	assert_memory_equal(a->there, b->there, sizeof a->there);
	for (unsigned i = 0; i < NODES; i++) {
		if (!a->there[i])
			continue;
		assert_memory_equal(&a->node[i], &b->node[i],
				    sizeof a->node[i]);
		assert_memory_equal(a->words[i], b->words[i],
				    sizeof a->words[i]);
	}
}

#endif
