/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/codec.h"
#include "membership/wire/outbuf.h"
#include "membership/table_inside.h"
#include "membership/wire/proto_flags.h"

#define VIEW_BYTES (PROTO_HEAD + 8)

void
table_reader_restart(struct table_reader *r)
{
	r->from = 0;
	r->state = TABLE_READER_FRESH;
}

void
table_reader_repeat(struct table_reader *r)
{
	r->from = 0;
	if (r->state != TABLE_READER_FRESH)
		r->state = TABLE_READER_IDLE;
}

bool
table_reader_midway(const struct table_reader *r)
{
	return r->state >= TABLE_READER_ALL;
}

/* Returns the number of the last change that readers have to be sent now. */
static uint64_t
due(const struct table *t)
{
	return t->marks > 0 ? t->mark_to : t->change;
}

bool
table_reader_behind(const struct table *t, const struct table_reader *r)
{
	return table_reader_midway(r) || r->from != due(t);
}

/* Returns true if the reader can be sent the news, since its last pass ended
 * between the last two marks.  If that pass had ended earlier, the reader would
 * lack changes.  If it had ended later, the reader might know nodes and images
 * by other numbers than those in the news. */
static bool
takes_news(const struct table *t, const struct table_reader *r)
{
	return r->state != TABLE_READER_FRESH && t->have_news &&
	       r->from == t->mark_from && r->marks + 1 == t->marks;
}

static void
begin_pass(const struct table *t, struct table_reader *r)
{
	if (r->state == TABLE_READER_FRESH)
		r->departure = t->departures;
	r->state = takes_news(t, r) ? TABLE_READER_NEWS : TABLE_READER_ALL;
	r->news_of = t->marks;
	r->said = 0;
	r->to = due(t);
	r->slot = 0;
	r->described = 0;
}

/* Each function say_... writes frames to `room`, and returns false if `room`
 * is full. */
static bool
say_departures(const struct table *t, struct table_reader *r,
	       struct outbuf *room)
{
	while (r->departure < t->departures) {
		const struct departure *d =
		    &t->gone[r->departure % TABLE_GONE_MAX];
		struct proto_msg m = {
		    .type = PROTO_GONE, .gone = d->id, .reason = d->reason};

		/* No GONE is written for a node that has come back: the pass
		 * writes its NODE later. */
		if (table_find(t, &d->id) == NULL && !outbuf_put(room, &m))
			return false;
		r->departure++;
	}
	return true;
}

static bool
say_news(const struct table *t, struct table_reader *r, struct outbuf *room)
{
	while (r->said < t->nnews) {
		const uint8_t *frame = t->news + r->said;
		struct reader head = reader_init(frame, 4);
		size_t len = PROTO_HEAD + read_u32(&head);

		if (len > room->left)
			return false;
		memcpy(room->buf, frame, len);
		outbuf_used(room, len);
		r->said += len;
	}
	return true;
}

static bool
say_node(const struct table_reader *r, const struct entry *e,
	 struct outbuf *room)
{
	struct proto_msg m;

	if (r->takes_flags && r->spoken >= PROTO_FLAGS_SINCE &&
	    e->whole <= r->from) {
		m.type = PROTO_FLAGS;
		m.flags = proto_flags_of(e->slot, &e->node);
		return outbuf_put(room, &m);
	}
	m.type = PROTO_NODE;
	m.number = e->slot;
	m.node = e->node;
	if (r->has_any && address_any(&m.node.nbd))
		memcpy(m.node.nbd.ip, r->any_ip, sizeof r->any_ip);
	return outbuf_put(room, &m);
}

/* Returns how many blocks surely fit, as one part, into `left` bytes; may be
 * 0. */
static uint32_t
blocks_in(size_t left)
{
	uint32_t most = HOLD_WORDS_MAX / BLOCK_WORDS;

	while (most > 0 && PROTO_HEAD + HOLD_BYTES(most * BLOCK_WORDS) > left)
		most /= 2;
	return most;
}

static bool
say_held(struct table_reader *r, const struct entry *e, const struct held *h,
	 struct hold_frame *frame)
{
	while (r->block < h->nblocks) {
		uint32_t n, most = blocks_in(frame->room->left);
		struct hold_part p;

		if (h->change[r->block] <= r->from) {
			r->block++;
			continue;
		}
		n = table_run_of_blocks(h, r->block, r->from, most);
		p = table_part_of(e, r->image, r->block, n);
		if (n == 0 || !hold_put(frame, &p))
			return false;
		r->block += n;
	}
	return true;
}

static bool
say_all_held(struct table_reader *r, const struct entry *e, struct outbuf *room)
{
	struct hold_frame frame = {.room = room, .most = FRAME_BYTES};
	bool all = true;

	for (; all && r->image < e->node.nimages; r->image++, r->block = 0) {
		if (e->held[r->image] != NULL)
			all = say_held(r, e, e->held[r->image], &frame);
		if (!all)
			break;
	}
	hold_close(&frame);
	return all;
}

static bool
say_entry(struct table_reader *r, const struct entry *e, struct outbuf *room)
{
	if (e->changed <= r->from ||
	    (r->state == TABLE_READER_NEWS && e->described <= r->from) ||
	    (r->has_skip && node_id_equal(&r->skip, &e->node.id)))
		return true;
	/* The node may have been described anew, with other images, since the
	 * pass came to its slot; then NODE and the images are sent from the
	 * first on. */
	if (r->described != e->described) {
		if (e->described > r->from && !say_node(r, e, room))
			return false;
		r->described = e->described;
		r->image = r->block = 0;
	}
	return say_all_held(r, e, room);
}

/* Writes the rest of a pass, and returns false when room is full.  The news
 * comes first: its frames use the numbers that nodes had before the departures
 * and NODEs that follow. */
static bool
say_pass(const struct table *t, struct table_reader *r, struct outbuf *room)
{
	if (r->state == TABLE_READER_NEWS && !say_news(t, r, room))
		return false;
	if (!say_departures(t, r, room))
		return false;
	for (; r->slot < t->nslots; r->slot++, r->described = 0)
		if (t->slots[r->slot] != NULL &&
		    !say_entry(r, t->slots[r->slot], room))
			return false;
	return room->left >= VIEW_BYTES;
}

ssize_t
table_read(const struct table *t, struct table_reader *r, uint8_t *buf,
	   size_t len)
{
	struct outbuf room = {.buf = buf, .left = len, .spoken = r->spoken};
	struct proto_msg m = {.type = PROTO_VIEW};

	assert(len >= TABLE_READ_MIN);
	if (!table_reader_behind(t, r))
		return 0;
	/* If another mark was made, the news that the pass was sending is
	 * overwritten, so the pass begins anew. */
	if (!table_reader_midway(r) ||
	    (r->state == TABLE_READER_NEWS && r->news_of != t->marks))
		begin_pass(t, r);
	if (t->departures - r->departure > TABLE_GONE_MAX) {
		errno = ESTALE;
		return -1;
	}
	if (say_pass(t, r, &room)) {
		m.seq = r->to;
		outbuf_put(&room, &m);
		r->from = r->to;
		r->marks = t->marks;
		r->state = TABLE_READER_IDLE;
	}
	return room.buf - buf;
}
