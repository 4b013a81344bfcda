/* The table of nodes: who owns what, who is an orphan, and that whoever reads
 * its changes, however slowly, ends with what is in it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "membership/hold.h"
#include "membership/numbers.h"
#include "membership/room.h"
#include "membership/table.h"

#define NODES 24 /* of the model */
#define IMAGES 3
#define WORDS 40
#define CHUNK MANIFEST_CHUNK_MIN

/* What one who is told everything knows. */
struct model {
	bool there[NODES];
	struct proto_node node[NODES];
	uint64_t words[NODES][IMAGES][WORDS];
	struct numbers *numbers;
	uint64_t seq;
	unsigned views, frames;
};

static struct node_id
id_of(unsigned i)
{
	struct node_id id = {{0}};

	id.b[0] = i;
	id.b[1] = i >> 8;
	return id;
}

static struct proto_node
a_node(unsigned i)
{
	struct proto_node n;

	memset(&n, 0, sizeof n);
	n.id = id_of(i);
	snprintf(n.name, sizeof n.name, "n%u", i);
	return n;
}

static void
add_image(struct proto_node *n, unsigned image, uint64_t nchunks)
{
	struct proto_image *im = &n->images[n->nimages++];

	im->id.b[0] = image;
	snprintf(im->name, sizeof im->name, "im%u", image);
	im->chunk_size = CHUNK;
	im->size = nchunks * CHUNK;
}

static void
hold(struct table *t, uint64_t owner, unsigned node, unsigned image,
     uint32_t word, uint64_t value)
{
	uint8_t frame[64];
	struct room room = {.buf = frame, .left = sizeof frame};
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

/* What is held of an image that has become a smaller one. */
static void
cut_off(uint64_t *words, uint64_t nchunks)
{
	for (uint64_t c = nchunks; c < 64 * WORDS; c++)
		words[c / 64] &= ~(UINT64_C(1) << c % 64);
}

static void
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

static void
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

static void
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

static void
read_all(const struct table *t, struct table_reader *r, struct model *m)
{
	static uint8_t buf[TABLE_READ_MIN];
	ssize_t n;

	while ((n = table_read(t, r, buf, sizeof buf)) > 0)
		model_take(m, buf, n);
	assert_int_equal(n, 0);
	assert_false(table_reader_behind(t, r));
}

static void
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

static bool
knows(const struct table *t, unsigned i)
{
	struct table_reader r = {.from = 0};
	static struct model m;

	memset(&m, 0, sizeof m);
	read_all(t, &r, &m);
	numbers_free(m.numbers);
	return m.there[i];
}

static void
an_empty_view(void **state)
{
	struct table *t = table_new();
	struct table_reader r = {.from = 0};
	static struct model m;

	read_all(t, &r, &m);
	assert_int_equal(m.frames, 1);
	assert_int_equal(m.views, 1);
	read_all(t, &r, &m);
	assert_int_equal(m.frames, 1);
	numbers_free(m.numbers);
	table_free(t);
}

static void
owners(void **state)
{
	struct table *t = table_new();
	struct proto_node n = a_node(1);
	struct node_id id = id_of(1);

	assert_int_equal(table_owner(t, &id), TABLE_NOBODY);
	assert_int_equal(table_node(t, 5, &n), 0);
	table_confirm(t, &id);
	table_gone(t, 6, &id); /* not its own */
	assert_int_equal(table_owner(t, &id), 5);
	assert_int_equal(table_node(t, 5, &n), 0);
	assert_true(table_confirmed(t, &id));
	assert_int_equal(table_node(t, 6, &n), 0); /* the newer one */
	assert_false(table_confirmed(t, &id));
	table_gone(t, 5, &id);
	assert_int_equal(table_count(t), 1);
	table_gone(t, 6, &id);
	assert_int_equal(table_count(t), 0);
	table_free(t);
}

static void
orphans(void **state)
{
	struct table *t = table_new();
	struct proto_node local = a_node(1), far = a_node(2), other = a_node(3);
	struct proto_node back = a_node(4);

	far.satellite = back.satellite = other.satellite = true;
	table_node(t, 5, &local);
	table_node(t, 5, &far);
	table_node(t, 5, &back);
	table_node(t, 6, &other);
	assert_int_equal(table_expire(t, 0), TABLE_NEVER);
	table_orphan_satellites(t, 5, 1000);
	assert_false(knows(t, 1));
	assert_true(knows(t, 2));
	assert_int_equal(table_expire(t, 999), 1000);
	table_node(t, 6, &back);
	assert_int_equal(table_expire(t, 1000), TABLE_NEVER);
	assert_false(knows(t, 2));
	assert_true(knows(t, 4));

	table_orphan_others(t, 7, 2000);
	table_orphan_others(t, 7, 3000); /* no orphan's time is longer for it */
	table_node(t, 7, &back);
	assert_int_equal(table_expire(t, 1999), 2000);
	table_expire(t, 2000);
	assert_int_equal(table_count(t), 1);
	table_free(t);
}

static void
ignored(void **state)
{
	struct table *t = table_new();
	struct table_reader r = {.from = 0};
	struct proto_node n = a_node(1);
	static struct model m;
	unsigned frames;

	add_image(&n, 0, 100);
	add_image(&n, 1, 0);
	add_image(&n, 2, 100);
	n.images[2].complete = true;
	table_node(t, 5, &n);
	hold(t, 5, 1, 0, 0, 7);
	read_all(t, &r, &m);
	assert_int_equal(m.words[1][0][0], 7);
	frames = m.frames;

	table_node(t, 5, &n);   /* nothing new */
	hold(t, 5, 1, 0, 0, 7); /* nor this */
	hold(t, 6, 1, 0, 0, 8); /* not its owner */
	hold(t, 5, 2, 0, 0, 8); /* no such node */
	hold(t, 5, 1, 0, 2, 8); /* beyond the image */
	hold(t, 5, 1, 0, MANIFEST_CHUNKS_MAX / 64 - 1, 8); /* far beyond */
	hold(t, 5, 1, 1, 0, 8);                            /* an empty image */
	hold(t, 5, 1, 2, 0, 8);                            /* a complete one */
	hold(t, 5, 1, 9, 0, 8);                            /* no such image */
	read_all(t, &r, &m);
	assert_int_equal(m.frames, frames);

	hold(t, 5, 1, 0, 1, UINT64_MAX); /* the tail is cut off */
	read_all(t, &r, &m);
	assert_int_equal(m.words[1][0][1], (UINT64_C(1) << 36) - 1);
	numbers_free(m.numbers);
	table_free(t);
}

static void
limits(void **state)
{
	struct table *t = table_new();
	struct proto_node n;

	for (unsigned i = 0; i < TABLE_NODES_MAX; i++) {
		n = a_node(i);
		/* far more than TABLE_HELD_BYTES in all */
		for (unsigned im = 0; im < 2; im++)
			add_image(&n, im, MANIFEST_CHUNKS_MAX);
		assert_int_equal(table_node(t, 1, &n), 0);
	}
	n = a_node(TABLE_NODES_MAX);
	errno = 0;
	assert_int_equal(table_node(t, 1, &n), -1);
	assert_int_equal(errno, ENOSPC);
	n.id = id_of(0);
	assert_int_equal(table_node(t, 1, &n), 0); /* an old one may change */
	hold(t, 1, TABLE_NODES_MAX - 1, 0, 3, 8);  /* has no bitmap */
	n.id = id_of(1);
	table_gone(t, 1, &n.id);
	n = a_node(TABLE_NODES_MAX);
	assert_int_equal(table_node(t, 1, &n), 0);
	table_free(t);
}

static void
rewriting(void **state)
{
	struct table *t = table_new();
	struct table_reader r = {.has_any = true, .has_skip = true};
	struct proto_node any = a_node(1), fixed = a_node(2), own = a_node(3);
	struct address here, there;
	static struct model m;

	address_parse("192.0.2.1", 1, &here);
	address_parse("192.0.2.2:77", 1, &there);
	address_parse("0.0.0.0:76", 1, &any.nbd);
	fixed.nbd = there;
	memcpy(r.any_ip, here.ip, sizeof r.any_ip);
	r.skip = id_of(3);
	table_node(t, 1, &any);
	table_node(t, 1, &fixed);
	table_node(t, 1, &own);
	memset(&m, 0, sizeof m);
	read_all(t, &r, &m);
	here.port = 76;
	assert_true(address_equal(&m.node[1].nbd, &here));
	assert_true(address_equal(&m.node[2].nbd, &there));
	assert_false(m.there[3]);
	numbers_free(m.numbers);
	table_free(t);
}

static void
boot_services(void **state)
{
	struct table *t = table_new();
	struct table_reader r = {.from = 0};
	struct proto_node core = a_node(1), satellite = a_node(2);
	static struct model m;

	satellite.satellite = true;
	satellite.boots = 9; /* is in no queue */
	table_node(t, 1, &core);
	table_node(t, 1, &satellite);
	assert_int_equal(table_boots_last(t), 0);
	memset(&m, 0, sizeof m);
	read_all(t, &r, &m);
	table_boots(t, 4);
	assert_int_equal(table_boots_last(t), 4);
	read_all(t, &r, &m);
	assert_int_equal(m.node[1].boots, 4);
	assert_int_equal(m.node[2].boots, 9);
	table_boots(t, 4);
	assert_false(table_reader_behind(t, &r));
	numbers_free(m.numbers);
	table_free(t);
}

static void
departures(void **state)
{
	struct table *t = table_new();
	struct table_reader slow = {.from = 0}, all = {.from = 0};
	struct proto_node n = a_node(1), stays = a_node(2);
	static uint8_t buf[TABLE_READ_MIN];
	static struct model m;

	memset(&m, 0, sizeof m);
	table_node(t, 1, &n);
	table_node(t, 1, &stays);
	read_all(t, &slow, &m);
	read_all(t, &all, &m);

	/* repeated, with what left in between said first */
	table_gone(t, 1, &n.id);
	table_reader_repeat(&all);
	read_all(t, &all, &m);
	assert_false(m.there[1]);
	assert_true(m.there[2]);

	for (unsigned i = 0; i < TABLE_GONE_MAX; i++) {
		table_node(t, 1, &n);
		table_gone(t, 1, &n.id);
	}
	errno = 0;
	assert_int_equal(table_read(t, &slow, buf, sizeof buf), -1);
	assert_int_equal(errno, ESTALE);
	table_reader_restart(&slow);
	numbers_free(m.numbers);
	memset(&m, 0, sizeof m);
	read_all(t, &slow, &m);
	assert_true(m.there[2]);
	assert_int_equal(m.frames, 2); /* NODE, VIEW */
	numbers_free(m.numbers);
	table_free(t);
}

/* Random changes, readers that lag behind in all ways. */

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
			table_gone(t, owner, &n.id);
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

/* Reads now and then, a part at a time or all there is. */
static void
readers(bool marks, unsigned rounds)
{
	static struct model m[READERS];
	static uint8_t buf[TABLE_READ_MIN];
	struct table_reader r[READERS];
	struct table *t = table_new();

	memset(m, 0, sizeof m);
	memset(r, 0, sizeof r);
	for (unsigned round = 0; round < rounds; round++) {
		unsigned who = rand() % READERS;
		uint64_t seq;
		ssize_t n;

		random_change(t);
		if (marks && rand() % 8 == 0)
			table_mark(t);
		if (rand() % (1 << (2 * who)) != 0)
			continue;
		seq = m[who].seq;
		if (rand() % 2)
			read_all(t, &r[who], &m[who]);
		n = table_read(t, &r[who], buf, sizeof buf);
		assert_true(n >= 0 && (size_t)n <= sizeof buf);
		model_take(&m[who], buf, n);
		assert_true(m[who].seq >= seq);
		if (round % 10 == 0)
			check_reader(t, marks, &r[who], &m[who]);
	}
	for (unsigned i = 0; i < READERS; i++)
		numbers_free(m[i].numbers);
	table_free(t);
}

static void
random_readers(void **state)
{
	srand(1);
	readers(false, 100000);
}

static void
random_readers_of_marks(void **state)
{
	srand(2);
	readers(true, 200000);
}

/* What all are told at each mark is small, and nothing is said twice. */
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
	assert_false(table_reader_behind(t, &r)); /* not before the mark */
	for (unsigned i = 4; i < 14; i++) {
		table_mark(t);
		assert_true(table_reader_behind(t, &r));
		len = table_read(t, &r, buf, sizeof buf);
		/* one part in a frame, and VIEW */
		assert_true(len > 0 && len <= PROTO_HEAD + 7 + PROTO_HEAD + 8);
		model_take(&m, buf, len);
		assert_false(table_reader_behind(t, &r));
		hold(t, 1, 1, 0, i, 0xff);
	}
	table_mark(t);
	read_all(t, &r, &m);
	read_all(t, &late, &l);
	assert_same(&m, &l);

	/* there and away again: who was told in between must be told so */
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

/* A mark is made while a slow reader is told of the one before, and a node of
 * which it has not yet heard changes the order of its images: the numbers of
 * the news are not those that it learns. */
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_view),
	    cmocka_unit_test(owners),
	    cmocka_unit_test(orphans),
	    cmocka_unit_test(ignored),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(rewriting),
	    cmocka_unit_test(boot_services),
	    cmocka_unit_test(departures),
	    cmocka_unit_test(news),
	    cmocka_unit_test(random_readers),
	    cmocka_unit_test(random_readers_of_marks),
	    cmocka_unit_test(a_mark_within_a_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
