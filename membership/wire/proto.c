/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/proto.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "authority/word.h"
#include "lib/codec.h"
#include "membership/wire/hold.h"
#include "membership/wire/proto_claim.h"

#define NODE_ACTIVE 0x01
#define NODE_SERVES 0x02
#define NODE_SATELLITE 0x04
#define NODE_READS 0x08
#define NODE_PROVED 0x10
#define IMAGE_COMPLETE 0x01
#define IMAGE_DEFAULT 0x02
#define IMAGE_SEED 0x04
#define IMAGE_USED 0x08
#define HELLO_ALONE 0x01
#define HELLO_LEASES 0x02
#define HELLO_BOOTS 0x04

/* A GONE whose id begins with these 8 bytes is a RANGE; the two versions
 * follow, 4 bytes each.  No node has such an id, since nodes' ids are UUIDs of
 * version 4 or 5, whose seventh byte differs. */
static const uint8_t range_mark[8] = {'v', 'f', 'r', 'a', 'n', 'g', 'e', 0};

/* A side that speaks only version 2 refuses what it does not know. */
static const bool strict = PROTO_HIGHEST < PROTO_FIELDS_SINCE;

bool
proto_hears(uint32_t version)
{
	return version >= PROTO_LOWEST && version <= PROTO_HIGHEST;
}

struct proto_msg
proto_own_range(void)
{
	return (struct proto_msg){.type = PROTO_RANGE,
				  .range = {PROTO_LOWEST, PROTO_HIGHEST}};
}

uint32_t
proto_spoken(const struct proto_range *theirs)
{
	uint32_t both =
	    theirs->highest < PROTO_HIGHEST ? theirs->highest : PROTO_HIGHEST;

	return both >= PROTO_LOWEST && both >= theirs->lowest ? both : 0;
}

bool
proto_fields_ok(const uint8_t *fields, size_t len)
{
	struct reader r = reader_init(fields, len);
	int last = -1;

	while (r.left > 0 && !r.failed) {
		int type = read_u16(&r);

		read_view(&r, read_u16(&r));
		r.failed |= type <= last;
		last = type;
	}
	return !r.failed;
}

bool
node_id_equal(const struct node_id *a, const struct node_id *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

uint32_t
proto_image_chunks(const struct proto_image *im)
{
	return im->size / im->chunk_size + (im->size % im->chunk_size != 0);
}

static bool
image_equal(const struct proto_image *a, const struct proto_image *b)
{
	return digest_equal(&a->id, &b->id) && strcmp(a->name, b->name) == 0 &&
	       a->size == b->size && a->chunk_size == b->chunk_size &&
	       a->complete == b->complete && a->is_default == b->is_default &&
	       a->seed == b->seed && a->used == b->used;
}

bool
proto_node_equal(const struct proto_node *a, const struct proto_node *b)
{
	if (!node_id_equal(&a->id, &b->id) || strcmp(a->name, b->name) != 0 ||
	    !address_equal(&a->nbd, &b->nbd) ||
	    a->member_port != b->member_port || a->active != b->active ||
	    a->reads != b->reads || a->serves != b->serves ||
	    a->satellite != b->satellite || a->proved != b->proved ||
	    a->budget != b->budget || a->boots != b->boots ||
	    a->since != b->since || proto_word_cmp(&a->word, &b->word) != 0 ||
	    a->nimages != b->nimages || a->nfields != b->nfields ||
	    memcmp(a->fields, b->fields, a->nfields) != 0)
		return false;
	for (uint8_t i = 0; i < a->nimages; i++)
		if (!image_equal(&a->images[i], &b->images[i]))
			return false;
	return true;
}

uint8_t
proto_node_flags(const struct proto_node *n)
{
	return (n->active ? NODE_ACTIVE : 0) | (n->serves ? NODE_SERVES : 0) |
	       (n->satellite ? NODE_SATELLITE : 0) |
	       (n->reads ? NODE_READS : 0) | (n->proved ? NODE_PROVED : 0);
}

void
proto_node_set_flags(struct proto_node *n, uint8_t flags)
{
	n->active = flags & NODE_ACTIVE;
	n->serves = flags & NODE_SERVES;
	n->satellite = flags & NODE_SATELLITE;
	n->reads = flags & NODE_READS;
	n->proved = flags & NODE_PROVED;
}

uint8_t
proto_image_flags(const struct proto_image *im)
{
	return (im->complete ? IMAGE_COMPLETE : 0) |
	       (im->is_default ? IMAGE_DEFAULT : 0) |
	       (im->seed ? IMAGE_SEED : 0) | (im->used ? IMAGE_USED : 0);
}

void
proto_image_set_flags(struct proto_image *im, uint8_t flags)
{
	im->complete = flags & IMAGE_COMPLETE;
	im->is_default = flags & IMAGE_DEFAULT;
	im->seed = flags & IMAGE_SEED;
	im->used = flags & IMAGE_USED;
}

static uint8_t
read_flags(struct reader *r, uint8_t known)
{
	uint8_t flags = read_u8(r);

	if (strict && (flags & ~known) != 0)
		r->failed = true;
	return flags;
}

static void
read_name(struct reader *r, char name[MANIFEST_NAME_MAX + 1])
{
	uint8_t len = read_u8(r);

	memset(name, 0, MANIFEST_NAME_MAX + 1);
	if (len > MANIFEST_NAME_MAX) {
		r->failed = true;
		return;
	}
	read_bytes(r, name, len);
	if (!r->failed && !manifest_name_ok(name, len))
		r->failed = true;
}

static void
read_image(struct reader *r, struct proto_image *im)
{
	uint32_t cs;

	read_bytes(r, im->id.b, sizeof im->id.b);
	read_name(r, im->name);
	im->size = read_u64(r);
	im->chunk_size = cs = read_u32(r);
	proto_image_set_flags(im, read_flags(r, PROTO_IMAGE_FLAGS));
	if (cs < MANIFEST_CHUNK_MIN || cs > MANIFEST_CHUNK_MAX ||
	    (cs & (cs - 1)) != 0 ||
	    im->size > (uint64_t)MANIFEST_CHUNKS_MAX * cs)
		r->failed = true;
}

static bool
image_twice(const struct proto_node *n)
{
	for (uint8_t i = 1; i < n->nimages; i++)
		for (uint8_t j = 0; j < i; j++)
			if (digest_equal(&n->images[i].id, &n->images[j].id))
				return true;
	return false;
}

static void
read_fields(struct reader *r, struct proto_node *n)
{
	size_t len = r->left;
	const uint8_t *fields;

	if (strict || r->failed || len == 0)
		return;
	fields = read_view(r, len);
	if (!proto_fields_ok(fields, len)) {
		r->failed = true;
	} else if (len <= sizeof n->fields) {
		n->nfields = len;
		memcpy(n->fields, fields, len);
	}
}

static uint16_t
read_number(struct reader *r)
{
	uint16_t number = read_u16(r);

	if (number >= PROTO_NUMBERS_MAX)
		r->failed = true;
	return number;
}

static void
read_node(struct reader *r, uint16_t *number, struct proto_node *n)
{
	memset(n, 0, sizeof *n);
	*number = read_number(r);
	read_bytes(r, n->id.b, sizeof n->id.b);
	read_name(r, n->name);
	read_bytes(r, n->nbd.ip, sizeof n->nbd.ip);
	n->nbd.port = read_u16(r);
	n->member_port = read_u16(r);
	proto_node_set_flags(n, read_flags(r, PROTO_NODE_FLAGS));
	n->budget = read_u64(r);
	n->boots = read_u32(r);
	n->since = read_u64(r);
	proto_word_read(r, &n->word);
	n->nimages = read_u8(r);
	if (n->nimages > PROTO_IMAGES_MAX) {
		r->failed = true;
		return;
	}
	for (uint8_t i = 0; i < n->nimages && !r->failed; i++)
		read_image(r, &n->images[i]);
	if (!r->failed && image_twice(n))
		r->failed = true;
	read_fields(r, n);
}

static void
read_node_flags(struct reader *r, struct proto_flags *f)
{
	memset(f, 0, sizeof *f);
	f->number = read_number(r);
	f->node = read_u8(r) & PROTO_NODE_FLAGS;
	f->nimages = read_u8(r);
	if (f->nimages > PROTO_IMAGES_MAX) {
		r->failed = true;
		return;
	}
	for (uint8_t i = 0; i < f->nimages; i++)
		f->images[i] = read_u8(r) & PROTO_IMAGE_FLAGS;
}

static void
read_parts(struct reader *r, struct proto_msg *m)
{
	const uint8_t *p;
	size_t left;
	struct proto_hold h;
	uint32_t span = 0;

	m->nparts = left = r->left;
	m->parts = p = read_view(r, r->left);
	if (left == 0)
		r->failed = true;
	while (left > 0 && !r->failed) {
		if (!hold_next(&p, &left, &h) || h.span > PROTO_SPAN_MAX - span)
			r->failed = true;
		else
			span += h.span;
	}
}

static void
read_hello(struct reader *r, struct proto_msg *m)
{
	uint8_t flags = 0;

	m->version = read_u32(r);
	/* A HELLO of a version that this side does not speak may have any bytes
	 * after the version. */
	if (proto_hears(m->version))
		flags = read_flags(r, HELLO_ALONE | HELLO_LEASES | HELLO_BOOTS);
	else
		read_view(r, r->left);
	m->alone = flags & HELLO_ALONE;
	m->leases = flags & HELLO_LEASES;
	m->boots = flags & HELLO_BOOTS;
}

/* Reads a name that may be empty. */
static void
read_name_if_any(struct reader *r, char name[MANIFEST_NAME_MAX + 1])
{
	if (r->left > 0 && *r->p != 0) {
		read_name(r, name);
		return;
	}
	memset(name, 0, MANIFEST_NAME_MAX + 1);
	read_u8(r);
}

static void
read_lease(struct reader *r, struct proto_lease *l)
{
	static const uint8_t none[6];
	uint8_t stage;

	memset(l, 0, sizeof *l);
	l->version = read_u64(r);
	read_bytes(r, l->mac, sizeof l->mac);
	read_bytes(r, l->ip, sizeof l->ip);
	l->left_s = read_u32(r);
	stage = read_u8(r);
	read_name_if_any(r, l->name);
	if (stage > BOOT_UP || l->version > PROTO_LEASE_VERSION_MAX ||
	    (l->mac[0] & 1) != 0 || memcmp(l->mac, none, sizeof l->mac) == 0 ||
	    memcmp(l->ip, none, sizeof l->ip) == 0)
		r->failed = true;
	else
		l->stage = stage;
}

static void
read_gone(struct reader *r, struct proto_msg *m)
{
	struct reader id = *r;
	uint8_t mark[sizeof range_mark], reason;

	read_bytes(&id, mark, sizeof mark);
	if (!id.failed && memcmp(mark, range_mark, sizeof mark) == 0) {
		m->type = PROTO_RANGE;
		m->range.lowest = read_u32(&id);
		m->range.highest = read_u32(&id);
		*r = id;
		return;
	}
	read_bytes(r, m->gone.b, sizeof m->gone.b);
	reason = !strict && r->left > 0 ? read_u8(r) : PROTO_REASON_UNKNOWN;
	m->reason = reason <= PROTO_LOST ? reason : PROTO_REASON_UNKNOWN;
}

static void
read_body(struct reader *r, struct proto_msg *m)
{
	switch (m->type) {
	case PROTO_HELLO:
		read_hello(r, m);
		return;
	case PROTO_NODE:
		read_node(r, &m->number, &m->node);
		return;
	case PROTO_HOLD:
		read_parts(r, m);
		return;
	case PROTO_GONE:
		read_gone(r, m);
		return;
	case PROTO_VIEW:
		m->seq = read_u64(r);
		return;
	case PROTO_LEASE:
		read_lease(r, &m->lease);
		return;
	case PROTO_CLAIM:
		read_bytes(r, m->claim.b, sizeof m->claim.b);
		m->claims = proto_claim_read(r, &m->claimant);
		return;
	case PROTO_SIGNED:
		m->nword = r->left;
		m->word = read_view(r, r->left);
		if (m->nword == 0 || m->nword > WORD_MAX)
			r->failed = true;
		return;
	case PROTO_FLAGS:
		if (PROTO_HIGHEST < PROTO_FLAGS_SINCE)
			break;
		read_node_flags(r, &m->flags);
		return;
	case PROTO_CHALLENGE:
		if (PROTO_HIGHEST < PROTO_PROOF_SINCE)
			break;
		read_bytes(r, m->nonce.b, sizeof m->nonce.b);
		return;
	case PROTO_PROOF:
		if (PROTO_HIGHEST < PROTO_PROOF_SINCE)
			break;
		proto_proof_read(r, &m->proof);
		return;
	case PROTO_PING:
	case PROTO_PONG:
		return;
	case PROTO_RANGE:
	case PROTO_UNKNOWN:
		break;
	}
	m->type = PROTO_UNKNOWN;
	r->failed = strict;
}

ssize_t
proto_decode(const uint8_t *buf, size_t len, struct proto_msg *m)
{
	struct reader r = reader_init(buf, len);
	uint32_t body = read_u32(&r);
	uint8_t type = read_u8(&r);

	if (len >= 4 && body > PROTO_BODY_MAX)
		goto wrong;
	if (len >= PROTO_HEAD && (type < PROTO_HELLO || type > PROTO_TYPE_MAX))
		goto wrong;
	if (len < PROTO_HEAD || len - PROTO_HEAD < body)
		return 0;
	m->type = type;
	r = reader_init(buf + PROTO_HEAD, body);
	read_body(&r, m);
	if (!strict && !r.failed)
		read_view(&r, r.left);
	if (reader_done(&r))
		return PROTO_HEAD + body;
wrong:
	errno = EPROTO;
	return -1;
}

static void
write_name(struct writer *w, const char *name)
{
	size_t len = strlen(name);

	assert(len <= MANIFEST_NAME_MAX);
	write_u8(w, len);
	write_bytes(w, name, len);
}

/* Returns the flags of a node that the version `spoken` has. */
static uint8_t
flags_as(uint8_t flags, uint32_t spoken)
{
	return spoken >= PROTO_PROOF_SINCE ? flags : flags & ~NODE_PROVED;
}

static void
write_node(struct writer *w, uint16_t number, const struct proto_node *n,
	   uint32_t spoken)
{
	assert(n->nimages <= PROTO_IMAGES_MAX);
	assert(number < PROTO_NUMBERS_MAX);
	write_u16(w, number);
	write_bytes(w, n->id.b, sizeof n->id.b);
	write_name(w, n->name);
	write_bytes(w, n->nbd.ip, sizeof n->nbd.ip);
	write_u16(w, n->nbd.port);
	write_u16(w, n->member_port);
	write_u8(w, flags_as(proto_node_flags(n), spoken));
	write_u64(w, n->budget);
	write_u32(w, n->boots);
	write_u64(w, n->since);
	proto_word_write(w, &n->word);
	write_u8(w, n->nimages);
	for (uint8_t i = 0; i < n->nimages; i++) {
		const struct proto_image *im = &n->images[i];

		write_bytes(w, im->id.b, sizeof im->id.b);
		write_name(w, im->name);
		write_u64(w, im->size);
		write_u32(w, im->chunk_size);
		write_u8(w, proto_image_flags(im));
	}
	if (spoken >= PROTO_FIELDS_SINCE)
		write_bytes(w, n->fields, n->nfields);
}

static void
write_node_flags(struct writer *w, const struct proto_flags *f, uint32_t spoken)
{
	write_u16(w, f->number);
	write_u8(w, flags_as(f->node, spoken));
	write_u8(w, f->nimages);
	write_bytes(w, f->images, f->nimages);
}

static void
write_lease(struct writer *w, const struct proto_lease *l)
{
	write_u64(w, l->version);
	write_bytes(w, l->mac, sizeof l->mac);
	write_bytes(w, l->ip, sizeof l->ip);
	write_u32(w, l->left_s);
	write_u8(w, l->stage);
	write_name(w, l->name);
}

static void
write_range(struct writer *w, const struct proto_range *range)
{
	write_bytes(w, range_mark, sizeof range_mark);
	write_u32(w, range->lowest);
	write_u32(w, range->highest);
}

static void
write_body(struct writer *w, const struct proto_msg *m, uint32_t spoken)
{
	switch (m->type) {
	case PROTO_HELLO:
		write_u32(w, m->version);
		write_u8(w, (m->alone ? HELLO_ALONE : 0) |
				(m->leases ? HELLO_LEASES : 0) |
				(m->boots ? HELLO_BOOTS : 0));
		break;
	case PROTO_NODE:
		write_node(w, m->number, &m->node, spoken);
		break;
	case PROTO_HOLD:
		write_bytes(w, m->parts, m->nparts);
		break;
	case PROTO_GONE:
		write_bytes(w, m->gone.b, sizeof m->gone.b);
		if (spoken >= PROTO_REASON_SINCE)
			write_u8(w, m->reason);
		break;
	case PROTO_RANGE:
		write_range(w, &m->range);
		break;
	case PROTO_VIEW:
		write_u64(w, m->seq);
		break;
	case PROTO_LEASE:
		write_lease(w, &m->lease);
		break;
	case PROTO_CLAIM:
		write_bytes(w, m->claim.b, sizeof m->claim.b);
		if (spoken >= PROTO_PROOF_SINCE)
			proto_claim_write(w, m->claims, &m->claimant);
		break;
	case PROTO_SIGNED:
		write_bytes(w, m->word, m->nword);
		break;
	case PROTO_FLAGS:
		write_node_flags(w, &m->flags, spoken);
		break;
	case PROTO_CHALLENGE:
		write_bytes(w, m->nonce.b, sizeof m->nonce.b);
		break;
	case PROTO_PROOF:
		proto_proof_write(w, &m->proof);
		break;
	case PROTO_PING:
	case PROTO_PONG:
	case PROTO_UNKNOWN:
		break;
	}
}

ssize_t
proto_encode_as(const struct proto_msg *m, uint32_t spoken, uint8_t *buf,
		size_t len)
{
	struct writer w, head;

	if (len < PROTO_HEAD) {
		errno = ENOSPC;
		return -1;
	}
	w = writer_init(buf + PROTO_HEAD, len - PROTO_HEAD);
	write_body(&w, m, spoken);
	if (w.failed) {
		errno = ENOSPC;
		return -1;
	}
	head = writer_init(buf, PROTO_HEAD);
	write_u32(&head, w.wrote);
	write_u8(&head, m->type == PROTO_RANGE ? PROTO_GONE : m->type);
	return PROTO_HEAD + w.wrote;
}

ssize_t
proto_encode(const struct proto_msg *m, uint8_t *buf, size_t len)
{
	return proto_encode_as(m, PROTO_LOWEST, buf, len);
}
