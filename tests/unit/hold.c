/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of frames HOLD: the chunks are read as they were written, and wrong
 * bytes are refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/bitmap.h"
#include "membership/wire/hold.h"
#include "membership/wire/outbuf.h"
#include "tests/fixture/rounds.h"

#define CHUNKS 1000
#define WORDS 16

static uint8_t buf[PROTO_HEAD + PROTO_BODY_MAX];

/* Writes a frame of one part into buf; returns the frame's bytes. */
static size_t
write_part(const struct hold_part *p)
{
	struct outbuf room = {.buf = buf, .left = sizeof buf};
	struct hold_frame f = {.room = &room, .most = sizeof buf};

	assert_true(hold_put(&f, p));
	hold_close(&f);
	return room.buf - buf;
}

static struct proto_hold
read_part(size_t len)
{
	struct proto_msg m;
	struct proto_hold h;

	assert_int_equal(proto_decode(buf, len, &m), len);
	assert_int_equal(m.type, PROTO_HOLD);
	assert_true(hold_next(&m.parts, &m.nparts, &h));
	assert_int_equal(m.nparts, 0);
	return h;
}

static struct hold_part
a_part(enum proto_change change, const uint64_t *words)
{
	return (struct hold_part){.number = 200,
				  .index = 3,
				  .change = change,
				  .first = 0,
				  .n = WORDS,
				  .nchunks = CHUNKS,
				  .words = words};
}

static void
few_bytes(void **state)
{
	static const uint8_t one[] = {0, 0,    0,    6, PROTO_HOLD, 0xc8,
				      1, 0x13, 0x85, 1, 1,          0x80};
	uint64_t words[WORDS] = {0};
	struct hold_part p = a_part(PROTO_TAKEN, words);
	struct proto_hold h;

	/* only chunk 133 is marked */
	words[2] = 0x20;
	assert_int_equal(write_part(&p), sizeof one + 0);
	assert_memory_equal(buf + 4, one + 4, sizeof one - 4);
	h = read_part(sizeof one);
	assert_int_equal(h.number, 200);
	assert_int_equal(h.index, 3);
	assert_int_equal(h.change, PROTO_TAKEN);
	assert_int_equal(h.first, 133);
	assert_int_equal(h.span, 1);

	/* first all chunks are held, then none */
	memset(words, 0xff, sizeof words);
	words[WORDS - 1] >>= 64 - CHUNKS % 64;
	p.change = PROTO_HELD;
	assert_true(write_part(&p) <= PROTO_HEAD + 9);
	memset(words, 0, sizeof words);
	assert_true(write_part(&p) <= PROTO_HEAD + 9);
	assert_int_equal(read_part(write_part(&p)).span, CHUNKS);
	/* a part with PROTO_HELD has the whole span even if no chunk is marked;
	 * with PROTO_DROPPED no part is written then */
	p.change = PROTO_DROPPED;
	assert_int_equal(write_part(&p), 0);
}

static void
fill(uint64_t *words, int kind)
{
	for (int i = 0; i < WORDS; i++)
		words[i] = 0;
	for (int c = 0; c < CHUNKS; c++) {
		bool set = kind == 0   ? rand() % 2
			   : kind == 1 ? rand() % 50 == 0
			   : kind == 2 ? c / 100 % 2
				       : c % 4 / 2;

		words[c / 64] |= (uint64_t)set << c % 64;
	}
}

/* Writes a part about random chunks, reads it, and asserts that it changes a
 * random bitmap as it should. */
static void
round_trip(enum proto_change change, uint64_t *words)
{
	struct bitmap *bm = bitmap_new(CHUNKS);
	struct hold_part p = a_part(change, words);
	struct proto_hold h;
	uint64_t before[WORDS];
	size_t len;

	p.first = rand() % WORDS;
	p.n = 1 + rand() % (WORDS - p.first);
	p.words = words + p.first;
	for (int i = 0; i < WORDS; i++)
		bitmap_set_word(bm, i, (uint64_t)rand() << 40 ^ rand());
	for (int i = 0; i < WORDS; i++)
		before[i] = bitmap_word(bm, i);
	len = write_part(&p);
	assert_true(len <= PROTO_HEAD + HOLD_BYTES(p.n));
	if (len > 0) {
		h = read_part(len);
		hold_apply(&h, bm);
	}
	for (uint32_t i = 0; i < WORDS; i++) {
		uint64_t is = bitmap_word(bm, i);

		if (i < p.first || i >= p.first + p.n)
			assert_true(is == before[i]);
		else if (change == PROTO_HELD)
			assert_true(is == words[i]);
		else if (change == PROTO_TAKEN)
			assert_true(is == (before[i] | words[i]));
		else
			assert_true(is == (before[i] & ~words[i]));
	}
	bitmap_free(bm);
}

static void
round_trips(void **state)
{
	uint64_t words[WORDS];

	srand(1);
	for (unsigned i = 0; i < rounds(20000); i++) {
		fill(words, rand() % 4);
		round_trip(rand() % 3, words);
	}
}

/* Parts are written until the buffer is full; each frame is right, and not
 * longer than allowed. */
static void
many_parts(void **state)
{
	struct outbuf room = {.buf = buf, .left = 20000};
	struct hold_frame f = {.room = &room, .most = 4096};
	uint64_t words[WORDS];
	size_t put = 0, got = 0, frames = 0;
	const uint8_t *at = buf;

	srand(2);
	for (;; put++) {
		struct hold_part p = a_part(PROTO_HELD, words);

		fill(words, 1);
		p.number = put;
		if (!hold_put(&f, &p))
			break;
	}
	hold_close(&f);
	while (at < room.buf) {
		struct proto_msg m;
		ssize_t n = proto_decode(at, room.buf - at, &m);
		struct proto_hold h;

		assert_true(n > 0 && n <= 4096);
		for (; m.nparts > 0; got++) {
			assert_true(hold_next(&m.parts, &m.nparts, &h));
			assert_int_equal(h.number, got);
		}
		frames++;
		at += n;
	}
	assert_int_equal(got, put);
	assert_true(frames > 4);
}

/* The chunks of the largest image take several frames, since one HOLD is about
 * PROTO_SPAN_MAX chunks at most. */
static void
a_large_image(void **state)
{
	static uint64_t words[HOLD_WORDS_MAX];
	struct outbuf room = {.buf = buf, .left = sizeof buf};
	struct hold_frame f = {.room = &room, .most = sizeof buf};
	struct hold_part p = {.change = PROTO_HELD,
			      .n = HOLD_WORDS_MAX,
			      .nchunks = MANIFEST_CHUNKS_MAX,
			      .words = words};
	struct proto_msg m;
	ssize_t n = 0;
	int frames = 0;

	for (; p.first < MANIFEST_CHUNKS_MAX / 64; p.first += p.n)
		assert_true(hold_put(&f, &p));
	hold_close(&f);
	for (uint8_t *at = buf; at < room.buf; at += n, frames++) {
		n = proto_decode(at, room.buf - at, &m);
		assert_true(n > 0);
	}
	assert_int_equal(frames, MANIFEST_CHUNKS_MAX / PROTO_SPAN_MAX);
}

/* Bodies of frames HOLD that must be refused. */
static const struct {
	const char *what;
	uint8_t len, bytes[16];
} hostile[] = {
    {"nothing", 0, {0}},
    {"half a part", 4, {1, 0, 5, 1}},
    {"number 4096", 6, {0x80, 0x20, 0, 0, 1, 0x80}},
    {"a number of two forms", 6, {0x80, 0, 0, 0, 1, 0x80}},
    {"a number without an end", 7, {255, 255, 255, 255, 255, 255, 255}},
    {"change 3", 5, {1, 0x30, 5, 1, 0x80}},
    {"change 15", 5, {1, 0xf0, 5, 1, 0x80}},
    {"a span of 0", 5, {1, 0x10, 5, 0, 0x80}},
    {"a first chunk that no image has",
     8,
     {1, 0x10, 0x80, 0x80, 0x80, 1, 1, 0x80}},
    {"a span past the last chunk", 8, {1, 0x10, 0xff, 0xff, 0x7f, 2, 0x40, 0}},
    {"a span of 2^18 and 1", 10, {1, 0x10, 0, 0x81, 0x80, 0x10, 0, 0, 0x40, 0}},
    {"runs beyond the span", 5, {1, 0x10, 5, 1, 0x40}},
    {"runs without an end", 5, {1, 0x10, 5, 9, 0x80}},
    {"a run of no end", 8, {1, 0x10, 5, 9, 0, 0, 0, 0}},
    {"bits beyond the runs", 5, {1, 0x10, 5, 1, 0x81}},
    {"bytes beyond the runs", 6, {1, 0x10, 5, 1, 0x80, 0}},
    {"no runs", 4, {1, 0, 5, 1}},
    {"no more than the first bit", 5, {1, 0, 5, 8, 0x80}},
};

static void
hostile_parts(void **state)
{
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		struct proto_msg m;

		memset(buf, 0, PROTO_HEAD);
		buf[3] = hostile[i].len;
		buf[4] = PROTO_HOLD;
		memcpy(buf + PROTO_HEAD, hostile[i].bytes, hostile[i].len);
		if (proto_decode(buf, PROTO_HEAD + hostile[i].len, &m) != -1)
			fail_msg("%s: was taken", hostile[i].what);
	}
}

/* Two right parts make a HOLD; a third is one too many, since the spans
 * together exceed PROTO_SPAN_MAX. */
static void
too_much_together(void **state)
{
	/* a part that says that of 2^17 chunks none is held */
	static const uint8_t part[] = {1, 0, 0,    0x80, 0x80, 8,
				       0, 0, 0x20, 0,    0};
	struct proto_msg m;

	memset(buf, 0, 256);
	buf[4] = PROTO_HOLD;
	for (int parts = 1; parts <= 3; parts++) {
		size_t body = parts * sizeof part;

		memcpy(buf + PROTO_HEAD + body - sizeof part, part,
		       sizeof part);
		buf[3] = body;
		assert_int_equal(proto_decode(buf, PROTO_HEAD + body, &m),
				 parts < 3 ? (int)(PROTO_HEAD + body) : -1);
	}
}

/* Any part that hold_next takes from random bytes can be read to its end. */
static void
random_bytes(void **state)
{
	unsigned taken = 0;

	srand(3);
	for (unsigned i = 0; i < rounds(200000); i++) {
		const uint8_t *parts = buf;
		size_t left = 1 + rand() % 20;
		struct bitmap *bm = bitmap_new(1 + rand() % CHUNKS);
		struct proto_hold h;

		for (size_t b = 0; b < left; b++)
			buf[b] = rand() % 3 ? rand() % 48 : rand();
		for (; left > 0 && hold_next(&parts, &left, &h); taken++)
			hold_apply(&h, bm);
		bitmap_free(bm);
	}
	assert_true(taken > rounds(1000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(few_bytes),
	    cmocka_unit_test(round_trips),
	    cmocka_unit_test(many_parts),
	    cmocka_unit_test(a_large_image),
	    cmocka_unit_test(hostile_parts),
	    cmocka_unit_test(too_much_together),
	    cmocka_unit_test(random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
