#include "membership/table.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "membership/room.h"

#define BUCKETS 1024
#define BLOCK_WORDS 8 /* what changes, and is said, together */
#define HOLD_HEAD (PROTO_HEAD + 16 + DIGEST_SIZE + 4 + 2)
#define VIEW_BYTES (PROTO_HEAD + 8)

/* What a node holds of one image. */
struct held {
	struct digest image;
	uint32_t nwords, nblocks;
	uint64_t tail;    /* bits of the last word that are chunks */
	uint64_t *words;  /* big-endian, as they go out */
	uint64_t *change; /* a block's last */
};

struct entry {
	struct entry *chain;
	uint32_t slot;
	struct proto_node node;
	uint64_t owner;
	int64_t orphan_until_ns;
	bool confirmed;
	uint64_t described;                  /* the last change of `node` */
	uint64_t changed;                    /* the last change of anything */
	struct held *held[PROTO_IMAGES_MAX]; /* NULL: complete, or no room */
};

struct departure {
	struct node_id id;
	uint64_t change;
};

struct table {
	uint64_t change;
	uint32_t count, nslots;
	struct entry *slots[TABLE_NODES_MAX];
	struct entry *buckets[BUCKETS];
	size_t held_bytes;
	uint64_t departures; /* ever */
	struct departure gone[TABLE_GONE_MAX];
};

struct table *
table_new(void)
{
	struct table *t = calloc(1, sizeof *t);

	if (t != NULL)
		t->change = 1; /* an empty table too is a view to tell */
	return t;
}

static size_t
held_size(const struct held *h)
{
	return sizeof *h + 8 * ((size_t)h->nwords + h->nblocks);
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
	uint64_t nchunks = (im->size + im->chunk_size - 1) / im->chunk_size;

	h->image = im->id;
	h->nwords = (nchunks + 63) / 64;
	h->nblocks = (h->nwords + BLOCK_WORDS - 1) / BLOCK_WORDS;
	h->tail = nchunks % 64 ? (UINT64_C(1) << nchunks % 64) - 1 : UINT64_MAX;
}

/* Nothing held, and all of that to be said. */
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
	h->change = h->words + h->nwords;
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

static struct entry *
find(const struct table *t, const struct node_id *id)
{
	struct entry *e = t->buckets[bucket(id)];

	while (e != NULL && !node_id_equal(&e->node.id, id))
		e = e->chain;
	return e;
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
	e->chain = t->buckets[bucket(id)];
	t->buckets[bucket(id)] = e;
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
leave(struct table *t, struct entry *e)
{
	struct entry **at = &t->buckets[bucket(&e->node.id)];
	struct departure *d = &t->gone[t->departures++ % TABLE_GONE_MAX];

	d->id = e->node.id;
	d->change = ++t->change;
	while (*at != e)
		at = &(*at)->chain;
	*at = e->chain;
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
	free(t);
}

/* The bitmap of an image that the node has had all along, if it fits. */
static struct held *
take_held(struct entry *e, const struct proto_image *im)
{
	struct held shape;

	held_shape(&shape, im);
	for (int i = 0; i < PROTO_IMAGES_MAX; i++) {
		struct held *h = e->held[i];

		if (h == NULL || !digest_equal(&h->image, &im->id) ||
		    h->nwords != shape.nwords || h->tail != shape.tail)
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

	e->described = e->changed = ++t->change;
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
	struct entry *e = find(t, &n->id);

	if (e == NULL)
		e = add(t, &n->id);
	if (e == NULL)
		return -1;
	if (e->owner != owner)
		e->confirmed = false;
	e->owner = owner;
	if (e->described == 0 || !proto_node_equal(&e->node, n))
		describe(t, e, n);
	return 0;
}

static void
held_set(struct table *t, struct entry *e, struct held *h,
	 const struct proto_hold *from)
{
	uint64_t change = t->change + 1;

	for (uint16_t i = 0; i < from->nwords; i++) {
		uint32_t at = from->first + i;
		uint64_t word;

		if (at >= h->nwords)
			return;
		word = proto_hold_word(from, i);
		if (at == h->nwords - 1)
			word &= h->tail;
		word = htobe64(word);
		if (h->words[at] == word)
			continue;
		h->words[at] = word;
		h->change[at / BLOCK_WORDS] = change;
		e->changed = t->change = change;
	}
}

void
table_hold(struct table *t, uint64_t owner, const struct proto_hold *h)
{
	struct entry *e = find(t, &h->node);

	if (e == NULL || e->owner != owner)
		return;
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		if (e->held[i] != NULL &&
		    digest_equal(&e->held[i]->image, &h->image))
			held_set(t, e, e->held[i], h);
}

void
table_gone(struct table *t, uint64_t owner, const struct node_id *id)
{
	struct entry *e = find(t, id);

	if (e != NULL && e->owner == owner)
		leave(t, e);
}

static void
orphan(struct entry *e, int64_t until_ns)
{
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
			leave(t, e);
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

		if (e == NULL || e->owner != TABLE_NOBODY)
			continue;
		if (e->orphan_until_ns <= now_ns)
			leave(t, e);
		else if (e->orphan_until_ns < next)
			next = e->orphan_until_ns;
	}
	return next;
}

uint64_t
table_owner(const struct table *t, const struct node_id *id)
{
	const struct entry *e = find(t, id);

	return e == NULL ? TABLE_NOBODY : e->owner;
}

void
table_confirm(struct table *t, const struct node_id *id)
{
	struct entry *e = find(t, id);

	if (e != NULL)
		e->confirmed = true;
}

bool
table_confirmed(const struct table *t, const struct node_id *id)
{
	const struct entry *e = find(t, id);

	return e != NULL && e->confirmed;
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
		e->described = e->changed = ++t->change;
	}
}

void
table_reader_restart(struct table_reader *r)
{
	r->from = 0;
	r->passing = r->began = false;
}

void
table_reader_repeat(struct table_reader *r)
{
	r->from = 0;
	r->passing = false;
}

bool
table_reader_behind(const struct table *t, const struct table_reader *r)
{
	return r->passing || r->from != t->change;
}

static void
begin_pass(const struct table *t, struct table_reader *r)
{
	if (!r->began)
		r->departure = t->departures;
	r->began = true;
	r->to = t->change;
	r->slot = 0;
	r->started = false;
	r->passing = true;
}

/* The functions that say something return false when the buffer is full. */
static bool
say_departures(const struct table *t, struct table_reader *r, struct room *room)
{
	while (r->departure < t->departures) {
		const struct departure *d =
		    &t->gone[r->departure % TABLE_GONE_MAX];
		struct proto_msg m = {.type = PROTO_GONE, .gone = d->id};

		/* one that came back is described below */
		if (find(t, &d->id) == NULL && !say(room, &m))
			return false;
		r->departure++;
	}
	return true;
}

static bool
say_node(const struct table_reader *r, const struct entry *e, struct room *room)
{
	struct proto_msg m;

	m.type = PROTO_NODE;
	m.node = e->node;
	if (r->has_any && address_any(&m.node.nbd))
		memcpy(m.node.nbd.ip, r->any_ip, sizeof r->any_ip);
	return say(room, &m);
}

/* Blocks from b on that go into one frame; 0 if there is no room for one. */
static uint32_t
run_of_blocks(const struct held *h, uint32_t b, uint64_t from, size_t left)
{
	uint32_t most = PROTO_WORDS_MAX / BLOCK_WORDS, n = 0;

	if (left < HOLD_HEAD)
		return 0;
	if ((left - HOLD_HEAD) / (8 * BLOCK_WORDS) < most)
		most = (left - HOLD_HEAD) / (8 * BLOCK_WORDS);
	while (n < most && b + n < h->nblocks && h->change[b + n] > from)
		n++;
	return n;
}

static bool
say_held(struct table_reader *r, const struct entry *e, const struct held *h,
	 struct room *room)
{
	struct proto_msg m = {
	    .type = PROTO_HOLD,
	    .hold = {.node = e->node.id, .image = h->image},
	};

	while (r->block < h->nblocks) {
		uint32_t n, first = r->block * BLOCK_WORDS;

		if (h->change[r->block] <= r->from) {
			r->block++;
			continue;
		}
		n = run_of_blocks(h, r->block, r->from, room->left);
		m.hold.first = first;
		m.hold.nwords = n * BLOCK_WORDS;
		if (m.hold.nwords > h->nwords - first)
			m.hold.nwords = h->nwords - first;
		m.hold.words = (const uint8_t *)(h->words + first);
		if (n == 0 || !say(room, &m))
			return false;
		r->block += n;
	}
	return true;
}

static bool
say_entry(struct table_reader *r, const struct entry *e, struct room *room)
{
	if (e->changed <= r->from ||
	    (r->has_skip && node_id_equal(&r->skip, &e->node.id)))
		return true;
	/* Its images may be others than when it was begun with. */
	if (!r->started || r->described != e->described) {
		if (e->described > r->from && !say_node(r, e, room))
			return false;
		r->started = true;
		r->described = e->described;
		r->image = r->block = 0;
	}
	for (; r->image < e->node.nimages; r->image++, r->block = 0)
		if (e->held[r->image] != NULL &&
		    !say_held(r, e, e->held[r->image], room))
			return false;
	return true;
}

static bool
say_pass(const struct table *t, struct table_reader *r, struct room *room)
{
	if (!say_departures(t, r, room))
		return false;
	for (; r->slot < t->nslots; r->slot++, r->started = false)
		if (t->slots[r->slot] != NULL &&
		    !say_entry(r, t->slots[r->slot], room))
			return false;
	return room->left >= VIEW_BYTES;
}

ssize_t
table_read(const struct table *t, struct table_reader *r, uint8_t *buf,
	   size_t len)
{
	struct room room = {.buf = buf, .left = len};
	struct proto_msg m = {.type = PROTO_VIEW};

	assert(len >= TABLE_READ_MIN);
	if (!table_reader_behind(t, r))
		return 0;
	if (!r->passing)
		begin_pass(t, r);
	if (t->departures - r->departure > TABLE_GONE_MAX) {
		errno = ESTALE;
		return -1;
	}
	if (say_pass(t, r, &room)) {
		m.seq = r->to;
		say(&room, &m);
		r->from = r->to;
		r->passing = false;
	}
	return room.buf - buf;
}
