/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests that readers of a table's changes, however slow they are, learn all
 * that is in the table. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "membership/wire/hold.h"
#include "tests/fixture/rounds.h"
#include "tests/fixture/table_model.h"

/* functions that make random changes, which readers read some time later */

#define READERS 4

static void
random_change(struct table *t)
{
	unsigned i = rand() % NODES;
	struct proto_node n = a_node(i);
	uint64_t owner = rand() % 3;

	switch (rand() % 8) {
	case 0:
	case 1:
		n.active = rand() & 1;
		for (unsigned im = 0; im < IMAGES; im++) {
			if (rand() % 3 == 0)
				continue;
			add_image(&n, im, 64 * WORDS - (rand() % 2) * 70);
			n.images[n.nimages - 1].complete = rand() % 4 == 0;
		}
		table_node(t, owner, &n);
		break;
	case 2:
		if (rand() % 2)
			table_gone(t, owner, &n.id, PROTO_LEFT);
		break;
	case 3:
		if (rand() % 16 == 0)
			table_orphan(t, owner, rand() % 100);
		table_expire(t, rand() % 100);
		break;
	default:
		hold(t, owner, i, rand() % IMAGES, rand() % WORDS,
		     (uint64_t)rand() << 33 ^ rand());
	}
}

static void
check_reader(struct table *t, bool marks, struct table_reader *r,
	     struct model *m)
{
	static struct model fresh;
	struct table_reader f;

	if (marks)
		table_mark(t);
	memset(&fresh, 0, sizeof fresh);
	memset(&f, 0, sizeof f);
	read_all(t, &f, &fresh);
	read_all(t, r, m);
	assert_same(m, &fresh);
	numbers_free(fresh.numbers);
}

/* Makes n random changes.  Between them random readers read either one buffer
 * or all that there is.  If `marks`, also makes marks. */
static void
readers(bool marks, unsigned n)
{
	static struct model m[READERS];
	static uint8_t buf[TABLE_READ_MIN];
	struct table_reader r[READERS];
	struct table *t = table_new();

	memset(m, 0, sizeof m);
	memset(r, 0, sizeof r);
	for (unsigned i = 0; i < READERS; i += 2) {
		r[i].spoken = PROTO_FLAGS_SINCE;
		r[i].takes_flags = true;
	}
	for (unsigned round = 0; round < n; round++) {
		unsigned who = rand() % READERS;
		uint64_t seq;
		ssize_t len;

		random_change(t);
		if (marks && rand() % 8 == 0)
			table_mark(t);
		if (rand() % (1 << (2 * who)) != 0)
			continue;
		seq = m[who].seq;
		if (rand() % 2)
			read_all(t, &r[who], &m[who]);
		len = table_read(t, &r[who], buf, sizeof buf);
		assert_true(len >= 0 && (size_t)len <= sizeof buf);
		model_take(&m[who], buf, len);
		assert_true(m[who].seq >= seq);
		if (round % 10 == 0)
			check_reader(t, marks, &r[who], &m[who]);
	}
	assert_true(m[0].flags > 0 && m[1].flags == 0);
	for (unsigned i = 0; i < READERS; i++)
		numbers_free(m[i].numbers);
	table_free(t);
}

static void
random_readers(void **state)
{
	srand(1);
	readers(false, rounds(100000));
}

static void
random_readers_of_marks(void **state)
{
	srand(2);
	readers(true, rounds(200000));
}

/* The changes since a mark take few bytes, and a reader is sent each change
 * once. */
static void
news(void **state)
{
	struct table *t = table_new();
	struct table_reader r = {.from = 0}, late = {.from = 0};
	struct proto_node n = a_node(1);
	static uint8_t buf[TABLE_READ_MIN];
	static struct model m, l;
	ssize_t len;

	memset(&m, 0, sizeof m);
	memset(&l, 0, sizeof l);
	add_image(&n, 0, 64 * WORDS);
	table_node(t, 1, &n);
	table_mark(t);
	read_all(t, &r, &m);
	hold(t, 1, 1, 0, 3, 0xff);
	/* a reader does not count as behind until the next mark */
	assert_false(table_reader_behind(t, &r));
	for (unsigned i = 4; i < 14; i++) {
		table_mark(t);
		assert_true(table_reader_behind(t, &r));
		len = table_read(t, &r, buf, sizeof buf);
		/* a HOLD of one part, and VIEW */
		assert_true(len > 0 && len <= PROTO_HEAD + 7 + PROTO_HEAD + 8);
		model_take(&m, buf, len);
		assert_false(table_reader_behind(t, &r));
		hold(t, 1, 1, 0, i, 0xff);
	}
	table_mark(t);
	read_all(t, &r, &m);
	read_all(t, &late, &l);
	assert_same(&m, &l);

	/* A chunk comes and goes between two marks.  A reader may have been
	 * told that it came, so it must be told that it is gone. */
	hold(t, 1, 1, 0, 20, 1);
	hold(t, 1, 1, 0, 20, 0);
	table_mark(t);
	len = table_read(t, &r, buf, sizeof buf);
	assert_true(len > PROTO_HEAD + 8);
	model_take(&m, buf, len);
	assert_same(&m, &l);
	numbers_free(m.numbers);
	numbers_free(l.numbers);
	table_free(t);
}

/* A mark is made while a slow reader is still being sent the changes up to the
 * mark before it, and a node that the reader does not know yet announces its
 * images in another order.  So the changes up to the new mark number the images
 * differently from what the reader has learned. */
static void
a_mark_within_a_pass(void **state)
{
	struct table *t = table_new();
	struct table_reader r = {.from = 0};
	static uint8_t buf[TABLE_READ_MIN];
	static struct model m;
	struct proto_node n;

	srand(3);
	memset(&m, 0, sizeof m);
	for (unsigned i = 0; i < NODES; i++) {
		n = a_node(i);
		add_image(&n, 0, 64 * WORDS);
		add_image(&n, 1, 64 * WORDS);
		table_node(t, 1, &n);
		for (unsigned w = 0; i < NODES - 1 && w < WORDS; w++)
			hold(t, 1, i, 0, w, (uint64_t)rand() << 33 ^ rand());
	}
	table_mark(t);
	model_take(&m, buf, table_read(t, &r, buf, sizeof buf));
	assert_true(table_reader_midway(&r));
	assert_false(m.there[NODES - 1]);

	hold(t, 1, NODES - 1, 0, 5, 0xf0);
	table_mark(t);
	n = a_node(NODES - 1);
	add_image(&n, 1, 64 * WORDS);
	add_image(&n, 0, 64 * WORDS);
	table_node(t, 1, &n);
	read_all(t, &r, &m);
	check_reader(t, true, &r, &m);
	numbers_free(m.numbers);
	table_free(t);
}

/* Reads all that the table has for the reader.  Returns how many chunks the
 * frames announce as held. */
static uint64_t
told(const struct table *t, struct table_reader *r)
{
	static uint8_t buf[1 << 16];
	uint64_t chunks = 0;
	ssize_t n;

	while ((n = table_read(t, r, buf, sizeof buf)) > 0)
		for (ssize_t at = 0; at < n;) {
			struct proto_msg m;
			struct proto_hold h;

			at += proto_decode(buf + at, n - at, &m);
			if (m.type != PROTO_HOLD)
				continue;
			while (m.nparts > 0) {
				struct hold_reader hr;
				struct hold_word w;

				assert_true(hold_next(&m.parts, &m.nparts, &h));
				hr = hold_reader_init(&h);
				while (hold_read(&hr, &w))
					chunks += __builtin_popcountll(w.bits);
			}
		}
	assert_int_equal(n, 0);
	return chunks;
}

/* If there are more changes than the table keeps as news, the reader still gets
 * all of them. */
static void
too_much_news(void **state)
{
	struct table *t = table_new();
	struct table_reader r = {.from = 0};
	const uint32_t words = MANIFEST_CHUNKS_MAX / 64;
	const unsigned nodes = 1 + (1 << 18) / words;

	for (unsigned i = 0; i < nodes; i++) {
		struct proto_node n = a_node(i);

		add_image(&n, 0, MANIFEST_CHUNKS_MAX);
		table_node(t, 1, &n);
	}
	table_mark(t);
	assert_int_equal(told(t, &r), 0);
	for (unsigned i = 0; i < nodes; i++)
		for (uint32_t w = 0; w < words; w++)
			hold(t, 1, i, 0, w, 0x3333333333333333);
	table_mark(t);
	assert_int_equal(told(t, &r), 32ULL * words * nodes);
	table_mark(t);
	hold(t, 1, 0, 0, 7, UINT64_MAX);
	table_mark(t);
	assert_int_equal(told(t, &r), 32);
	table_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(news),
	    cmocka_unit_test(random_readers),
	    cmocka_unit_test(random_readers_of_marks),
	    cmocka_unit_test(a_mark_within_a_pass),
	    cmocka_unit_test(too_much_news),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
