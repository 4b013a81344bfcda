/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Feeds arbitrary frames, from several senders, to the structs in which a
 * member keeps what frames say: the table, numbers, leases and turns.  A
 * follower that has read the whole table, however slowly, must know what the
 * table has; two copies of the leases that have read each other's changes must
 * be equal; and all followers must agree on which boot service has the turn.
 *
 * The input is a list of steps: a byte says which step, its parameters follow.
 * A frame comes from the input as it is (take_frame), or is made of a few bytes
 * of it (take_node, take_hold, take_lease), so that the fuzzer need not find
 * out how a frame is written. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "membership/client/turn_queue.h"
#include "membership/table_inside.h"
#include "membership/wire/boot_leases.h"
#include "membership/wire/numbers.h"
#include "membership/wire/outbuf.h"

#define SENDERS 4
#define READERS 3
#define COPIES 2
#define CHUNK MANIFEST_CHUNK_MIN

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *p;
	size_t left;
};

/* A follower reads frames from the table, and makes a copy of the table from
 * these frames. */
struct follower {
	struct table_reader reader;
	struct table *copy;
	struct numbers *numbers;
	struct turn_queue turns;
	/* true: `turns` was full once, so it may lack nodes */
	bool crowded;
};

struct world {
	struct table *table;
	struct numbers *numbers[SENDERS];
	struct follower followers[READERS];
	struct leases *leases[COPIES];
	/* said[i]: how far the other copy has read copy i of the leases */
	struct leases_reader said[COPIES];
	int64_t now_ns;
};

static uint8_t
byte(struct input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->p++;
}

static void
apply_holds(struct table *t, uint64_t owner, const struct numbers *numbers,
	    const struct proto_msg *m)
{
	const uint8_t *parts = m->parts;
	size_t left = m->nparts;
	struct proto_hold h;

	while (left > 0) {
		assert(hold_next(&parts, &left, &h));
		if (numbers_resolve(numbers, &h))
			table_hold(t, owner, &h);
	}
}

static void
apply(struct table *t, uint64_t owner, struct numbers *numbers,
      const struct proto_msg *m)
{
	if (m->type == PROTO_NODE) {
		numbers_set(numbers, m->number, &m->node);
		assert(table_node(t, owner, &m->node) == 0);
	} else if (m->type == PROTO_HOLD) {
		apply_holds(t, owner, numbers, m);
	} else if (m->type == PROTO_GONE) {
		numbers_forget(numbers, &m->gone);
		table_gone(t, owner, &m->gone, m->reason);
	}
}

/* functions for followers */

static void
follow_anew(struct follower *f)
{
	table_free(f->copy);
	f->copy = table_new();
	numbers_clear(f->numbers);
	memset(&f->turns, 0, sizeof f->turns);
	f->crowded = false;
	table_reader_restart(&f->reader);
}

static void
follow(struct follower *f, const uint8_t *buf, size_t len)
{
	struct proto_msg m;
	ssize_t n;

	for (; len > 0; buf += n, len -= n) {
		n = proto_decode(buf, len, &m);
		assert(n > 0);
		apply(f->copy, 1, f->numbers, &m);
		if (m.type == PROTO_GONE)
			turn_queue_gone(&f->turns, &m.gone);
		if (m.type == PROTO_NODE)
			turn_queue_node(&f->turns, &m.node);
		f->crowded |= f->turns.n == TURN_QUEUE_MAX;
	}
}

/* Lets follower f read the table once, into a buffer of exactly len bytes, so
 * that the sanitizer sees overruns.  Returns false if there was nothing to
 * read. */
static bool
read_once(const struct table *t, struct follower *f, size_t len)
{
	uint8_t *buf = malloc(len);
	ssize_t n = table_read(t, &f->reader, buf, len);

	assert(n <= (ssize_t)len);
	if (n == -1)
		follow_anew(f);
	else
		follow(f, buf, n);
	free(buf);
	return n != 0;
}

static void
assert_same_entry(const struct entry *a, const struct entry *b)
{
	assert(a != NULL && b != NULL);
	assert(proto_node_equal(&a->node, &b->node));
	for (int i = 0; i < PROTO_IMAGES_MAX; i++) {
		const struct held *x = a->held[i], *y = b->held[i];

		/* Either table may have had no room for the chunks that the
		 * node holds. */
		if (x == NULL || y == NULL)
			continue;
		assert(digest_equal(&x->image, &y->image));
		assert(x->nchunks == y->nchunks);
		assert(memcmp(x->words, y->words, 8 * (size_t)x->nwords) == 0);
	}
}

static const struct entry *
whose_turn(const struct table *t)
{
	const struct entry *first = NULL;

	for (uint32_t i = 0; i < t->nslots; i++) {
		const struct entry *e = t->slots[i];

		if (e == NULL || e->node.boots == 0 || e->node.satellite)
			continue;
		if (first == NULL || e->node.boots < first->node.boots ||
		    (e->node.boots == first->node.boots &&
		     memcmp(&e->node.id, &first->node.id, sizeof e->node.id) <
			 0))
			first = e;
	}
	return first;
}

static void
settle(const struct table *t, struct follower *f)
{
	const struct entry *first = whose_turn(t);
	const struct node_id *holder;

	while (read_once(t, f, TABLE_READ_MIN))
		;
	assert(!table_reader_behind(t, &f->reader));
	if (t->marks > 0 && t->mark_to != t->change)
		return; /* followers read no further than the last mark */
	assert(table_count(t) == table_count(f->copy));
	for (uint32_t i = 0; i < t->nslots; i++)
		if (t->slots[i] != NULL)
			assert_same_entry(
			    t->slots[i],
			    table_find(f->copy, &t->slots[i]->node.id));
	if (f->crowded)
		return;
	holder = turn_queue_first(&f->turns);
	assert((first == NULL) == (holder == NULL));
	assert(first == NULL || node_id_equal(holder, &first->node.id));
}

/* Each function below does one step of the input: it makes a frame from a few
 * of the input's bytes, and feeds it to the structs. */

static void
take_node(struct world *w, struct input *in, uint8_t sender)
{
	struct proto_msg m;
	struct proto_node *n = &m.node;
	uint8_t bits, wants;

	memset(&m, 0, sizeof m);
	m.type = PROTO_NODE;
	n->id.b[0] = byte(in) % 96;
	m.number = byte(in);
	strcpy(n->name, "n");
	bits = byte(in);
	wants = byte(in);
	n->active = bits & 1;
	n->satellite = bits & 2;
	n->boots = wants >> 4;
	n->nimages = wants & 3;
	for (uint8_t i = 0; i < n->nimages; i++) {
		struct proto_image *im = &n->images[i];

		im->id.b[0] = i ^ (bits >> 7);
		strcpy(im->name, "i");
		im->chunk_size = CHUNK;
		im->size = CHUNK * (uint64_t)(1 + 29 * byte(in)) - (bits >> 6);
		im->complete = bits >> (2 + i) & 1;
	}
	apply(w->table, sender, w->numbers[sender], &m);
}

static void
take_hold(struct world *w, struct input *in, uint8_t sender)
{
	uint8_t frame[PROTO_HEAD + HOLD_BYTES(8)];
	struct outbuf room = {.buf = frame, .left = sizeof frame};
	struct hold_frame f = {.room = &room, .most = sizeof frame};
	uint64_t words[8];
	struct hold_part p = {.words = words, .nchunks = MANIFEST_CHUNKS_MAX};
	struct proto_msg m;

	p.number = byte(in);
	p.index = byte(in) % PROTO_IMAGES_MAX;
	p.change = byte(in) % (PROTO_DROPPED + 1);
	p.first = byte(in);
	p.n = 1 + byte(in) % 8;
	for (uint32_t i = 0; i < p.n; i++)
		words[i] = byte(in) * UINT64_C(0x0103070f1f3f7fff) ^ byte(in);
	assert(hold_put(&f, &p));
	hold_close(&f);
	if (room.buf == frame)
		return; /* a HOLD that names no chunk is no frame */
	assert(proto_decode(frame, room.buf - frame, &m) == room.buf - frame);
	apply(w->table, sender, w->numbers[sender], &m);
}

static void
take_frame(struct world *w, struct input *in, uint8_t sender)
{
	struct proto_msg m;
	ssize_t n = proto_decode(in->p, in->left, &m);

	if (n <= 0)
		return;
	if (m.type == PROTO_LEASE)
		(void)leases_merge(w->leases[sender % COPIES], &m.lease,
				   sender / COPIES, w->now_ns);
	else
		apply(w->table, sender, w->numbers[sender], &m);
	in->p += n;
	in->left -= n;
}

static void
take_lease(struct world *w, struct input *in, uint8_t sender)
{
	struct leases *to = w->leases[sender % COPIES];
	struct proto_lease l;
	uint8_t bits = byte(in);

	memset(&l, 0, sizeof l);
	l.mac[5] = 1 + bits % 8;
	l.ip[3] = 1 + bits / 8 % 4;
	l.stage = bits / 32 % (BOOT_UP + 1);
	l.left_s = byte(in);
	l.version = byte(in);
	if (l.version == UINT8_MAX)
		l.version = PROTO_LEASE_VERSION_MAX;
	if (sender / COPIES)
		leases_set(to, &l, w->now_ns);
	else
		(void)leases_merge(to, &l, true, w->now_ns);
}

/* functions for the two copies of the leases, each of which reads the changes
 * of the other */

static bool
exchange_once(struct world *w, int from, size_t len)
{
	uint8_t *buf = malloc(len), *p = buf;
	size_t n =
	    leases_read(w->leases[from], &w->said[from], w->now_ns, buf, len);
	bool some = n > 0;
	struct proto_msg m;
	ssize_t used;

	assert(n <= len);
	for (; n > 0; p += used, n -= used) {
		used = proto_decode(p, n, &m);
		assert(used > 0 && m.type == PROTO_LEASE);
		(void)leases_merge(w->leases[1 - from], &m.lease, false,
				   w->now_ns);
	}
	free(buf);
	return some;
}

static int
by_mac(const void *a, const void *b)
{
	const struct proto_lease *x = a, *y = b;

	return memcmp(x->mac, y->mac, sizeof x->mac);
}

static uint32_t
all_leases(const struct leases *t, struct proto_lease *all)
{
	static uint8_t buf[LEASES_MAX * LEASES_FRAME_MAX], *p;
	struct leases_reader r = {0};
	size_t n = leases_read(t, &r, 0, buf, sizeof buf);
	uint32_t count = 0;
	struct proto_msg m;

	for (p = buf; p < buf + n; p += proto_decode(p, buf + n - p, &m)) {
		assert(proto_decode(p, buf + n - p, &m) > 0);
		/* each copy counts by itself how long a lease still lasts, so
		 * that is not compared */
		m.lease.left_s = 0;
		all[count++] = m.lease;
	}
	assert(count == leases_count(t));
	qsort(all, count, sizeof *all, by_mac);
	return count;
}

static void
settle_leases(struct world *w)
{
	static struct proto_lease a[LEASES_MAX], b[LEASES_MAX];
	uint32_t n;

	for (int i = 0; i < COPIES; i++)
		leases_reader_repeat(&w->said[i]);
	for (int i = 0; i < COPIES; i++)
		while (exchange_once(w, i, 4096))
			;
	n = all_leases(w->leases[0], a);
	assert(n == all_leases(w->leases[1], b));
	for (uint32_t i = 0; i < n; i++) {
		assert(a[i].version == b[i].version);
		assert(memcmp(a[i].mac, b[i].mac, sizeof a[i].mac) == 0);
		assert(memcmp(a[i].ip, b[i].ip, sizeof a[i].ip) == 0);
		assert(a[i].stage == b[i].stage);
		assert(strcmp(a[i].name, b[i].name) == 0);
	}
}

/* Asserts that the invariants of table t hold. */
static void
check_table(const struct table *t)
{
	uint32_t count = 0, chained = 0;
	size_t bytes = 0;
	struct entry *e;

	for (uint32_t i = 0; i < t->nslots; i++) {
		e = t->slots[i];
		if (e == NULL)
			continue;
		count++;
		assert(e->slot == i);
		assert(table_find(t, &e->node.id) == e);
		assert((e->state == ORPHAN) == (e->owner == TABLE_NOBODY));
		assert(e->changed <= t->change && e->described <= e->changed);
		for (int j = 0; j < PROTO_IMAGES_MAX; j++)
			if (e->held[j] != NULL)
				bytes += sizeof(struct held) +
					 8 * (2 * (size_t)e->held[j]->nwords +
					      e->held[j]->nblocks);
	}
	for (uint32_t b = 0; b < BUCKETS; b++)
		LIST_FOREACH (e, &t->buckets[b], chain)
			chained++;
	assert(count == t->count && chained == count);
	assert(bytes == t->held_bytes && bytes <= TABLE_HELD_BYTES);
}

static void
change_owner(struct world *w, struct input *in)
{
	struct node_id id = {{byte(in) % 96}};
	uint64_t owner = byte(in) % SENDERS;
	int64_t until_ns = w->now_ns + byte(in);

	switch (byte(in) % 5) {
	case 0:
		table_orphan(w->table, owner, until_ns);
		break;
	case 1:
		table_orphan_satellites(w->table, owner, until_ns);
		break;
	case 2:
		table_orphan_others(w->table, owner, until_ns);
		break;
	case 3:
		table_confirm(w->table, &id);
		break;
	default:
		table_boots(w->table, table_boots_last(w->table) % 99 + 1);
	}
}

static void
change(struct world *w, struct input *in, uint8_t what, uint8_t sender)
{
	switch (what) {
	case 0:
	case 1:
		take_frame(w, in, sender);
		break;
	case 2:
	case 3:
		take_node(w, in, sender);
		break;
	case 4:
	case 5:
		take_hold(w, in, sender);
		break;
	case 6:
		take_lease(w, in, sender);
		break;
	default:
		table_gone(w->table, sender, &(struct node_id){{byte(in) % 96}},
			   PROTO_LEFT);
	}
}

static void
step(struct world *w, struct input *in)
{
	uint8_t what = byte(in), who = what / 16;
	struct follower *f = &w->followers[who % READERS];

	switch (what % 16) {
	case 8:
		change_owner(w, in);
		break;
	case 9:
		w->now_ns += byte(in);
		(void)table_expire(w->table, w->now_ns);
		break;
	case 10:
		table_mark(w->table);
		break;
	case 11:
		(void)read_once(w->table, f, TABLE_READ_MIN + byte(in));
		break;
	case 12:
		settle(w->table, f);
		break;
	case 13:
		table_reader_repeat(&f->reader);
		break;
	case 14:
		follow_anew(f);
		break;
	case 15:
		(void)exchange_once(w, who % COPIES, byte(in));
		break;
	default:
		change(w, in, what % 16, who % SENDERS);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {.p = data, .left = size};
	struct world w = {.table = table_new()};

	for (int i = 0; i < SENDERS; i++)
		w.numbers[i] = numbers_new();
	for (int i = 0; i < COPIES; i++)
		w.leases[i] = leases_new();
	w.said[1].skips = true;
	for (int i = 0; i < READERS; i++) {
		w.followers[i].numbers = numbers_new();
		w.followers[i].copy = table_new();
	}
	while (in.left > 0)
		step(&w, &in);
	check_table(w.table);
	table_mark(w.table);
	for (int i = 0; i < READERS; i++) {
		settle(w.table, &w.followers[i]);
		check_table(w.followers[i].copy);
		numbers_free(w.followers[i].numbers);
		table_free(w.followers[i].copy);
	}
	if (leases_count(w.leases[0]) + leases_count(w.leases[1]) > 0)
		settle_leases(&w);
	for (int i = 0; i < SENDERS; i++)
		numbers_free(w.numbers[i]);
	for (int i = 0; i < COPIES; i++)
		leases_free(w.leases[i]);
	table_free(w.table);
	return 0;
}
