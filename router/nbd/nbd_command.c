/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* The transmission phase: this file takes commands, and sends what the backend
 * answers.
 *
 * In a structured reply each piece of data is a chunk of its own, which is sent
 * as soon as the backend hands it over; an error can still follow.  A simple
 * reply, and the single chunk that answers a DF read, promise all data before
 * its first byte.  So their pieces are kept until all are there: then an error
 * can still be sent instead, and no other reply has to wait behind one that is
 * half sent.
 *
 * If the disk fails after a reply has begun, the backend gets a new READ for
 * the missing bytes, and the data that answers it is sent in their place
 * (ANSWER_REST). */
#include <assert.h>

#include "router/nbd/nbd_client.h"

/* The form in which a request is answered, decided when the request comes. */
enum answer_form {
	/* a simple reply, which is sent once all data is there */
	ANSWER_SIMPLE,
	/* a reply of a single chunk (DF), which is sent once all data is
	 * there */
	ANSWER_ONE_CHUNK,
	/* a reply with a chunk for each piece, which is sent when the piece
	 * comes */
	ANSWER_CHUNKS,
	/* the bytes that are missing in a reply that has begun */
	ANSWER_REST,
};

/* A request that the backend has not answered yet. */
struct nbd_open {
	LIST_ENTRY(nbd_open) entry; /* links the entries of nbd_client.open */
	struct nbd_client *client;
	uint64_t cookie;
	enum answer_form form;
	bool ends;      /* ANSWER_REST: the reply ends with these bytes */
	uint32_t frees; /* ANSWER_REST: nbd_piece.frees of the lost piece */
	uint32_t answered;
	/* pieces that are kept until the last one is there */
	struct nbd_pieces pieces;
	struct nbd_request r;
};

size_t
nbd_command_size(void)
{
	return sizeof(struct nbd_open);
}

static struct nbd_open *
open_of(struct nbd_request *r)
{
	return (void *)((char *)r - offsetof(struct nbd_open, r));
}

static void
drop_pieces(struct nbd_open *o)
{
	struct nbd_piece *p;

	while ((p = nbd_pieces_take(&o->pieces)) != NULL)
		nbd_piece_free(&o->client->shared->senders, p);
}

static void
forget(struct nbd_open *o)
{
	LIST_REMOVE(o, entry);
	drop_pieces(o);
	pool_put(&o->client->shared->requests, o);
}

void
nbd_command_cancel_all(struct nbd_client *c)
{
	const struct nbd_shared *s = c->shared;
	struct nbd_open *o;

	while ((o = LIST_FIRST(&c->open)) != NULL) {
		s->backend->cancel(s->ctx, &o->r);
		forget(o);
	}
}

/* Makes a piece without head and data.  last: the reply ends with the piece;
 * when it was sent, `frees` is subtracted from nbd_client.open_bytes.  If
 * memory is short, breaks the connection and returns NULL. */
static struct nbd_piece *
new_piece(struct nbd_client *c, bool last, uint32_t frees)
{
	struct nbd_piece *p = nbd_piece_new(&c->shared->senders);

	if (p == NULL) {
		nbd_client_break(c);
		return NULL;
	}
	p->last = last;
	p->frees = frees;
	return p;
}

static uint32_t
counted(const struct nbd_request *r)
{
	return r->type == NBD_READ ? r->len : 0;
}

/* Sends the end of a reply, which has no data; error is an errno value, or 0
 * for success. */
static void
send_end(struct nbd_client *c, uint64_t cookie, bool structured, uint32_t frees,
	 int error)
{
	struct nbd_piece *p = new_piece(c, true, frees);

	if (p == NULL)
		return;
	if (error != 0)
		c->shared->stats.errors++;
	p->head_len = structured ? nbd_wire_end(p->head, cookie, error)
				 : nbd_wire_simple(p->head, cookie, error);
	nbd_sendq_add(&c->out, p);
}

static void
send_allocated(struct nbd_client *c, const struct nbd_command *m)
{
	struct nbd_piece *p = new_piece(c, true, 0);

	if (p == NULL)
		return;
	p->head_len = nbd_wire_allocated(p->head, m->cookie, m->len);
	nbd_sendq_add(&c->out, p);
}

static void
note_first(struct nbd_client *c, const struct nbd_command *m)
{
	struct nbd_shared *s = c->shared;

	if (c->use != NBD_USE_UNKNOWN)
		return;
	if (m->type != NBD_CMD_READ) {
		c->use = NBD_USE_PASSES_ON;
		s->stats.relays++;
		s->stats.requests--;
		s->stats.relay_requests++;
		return;
	}
	c->use = NBD_USE_ATTACHED;
	if (s->backend->user != NULL)
		s->backend->user(s->ctx, c->export.image, true);
}

static struct nbd_open *
new_open(struct nbd_client *c, enum answer_form form,
	 enum nbd_request_type type, uint64_t offset, uint32_t len)
{
	struct nbd_open *o = pool_get(&c->shared->requests);

	if (o == NULL) {
		nbd_client_break(c);
		return NULL;
	}
	*o = (struct nbd_open){.client = c,
			       .form = form,
			       .r = {.type = type,
				     .image = c->export.image,
				     .line = c->export.line,
				     .held = c->export.held,
				     .offset = offset,
				     .len = len,
				     .client = c->id,
				     .began_ns = loop_now_ns(c->shared->loop)}};
	STAILQ_INIT(&o->pieces);
	LIST_INSERT_HEAD(&c->open, o, entry);
	return o;
}

static enum answer_form
form_of(const struct nbd_client *c, const struct nbd_command *m)
{
	if (m->type != NBD_CMD_READ || !c->agreed.structured)
		return ANSWER_SIMPLE;
	return m->flags & NBD_CMD_FLAG_DF ? ANSWER_ONE_CHUNK : ANSWER_CHUNKS;
}

static void
hand_over(struct nbd_client *c, const struct nbd_command *m)
{
	struct nbd_shared *s = c->shared;
	bool reads = m->type == NBD_CMD_READ;
	struct nbd_open *o = new_open(
	    c, form_of(c, m), reads ? NBD_READ : NBD_CACHE, m->offset, m->len);

	if (o == NULL)
		return;
	o->cookie = m->cookie;
	c->open_bytes += counted(&o->r);
	note_first(c, m);
	o->r.user = c->use == NBD_USE_ATTACHED;
	s->backend->request(s->ctx, &o->r);
}

void
nbd_command_again(struct nbd_client *c)
{
	struct nbd_shared *s = c->shared;
	struct nbd_lost l = nbd_sendq_take_lost(&c->out);
	struct nbd_open *o;

	if (s->backend->lost == NULL) {
		nbd_client_break(c);
		return;
	}
	s->backend->lost(s->ctx, c->export.image, l.offset, l.len);
	o = new_open(c, ANSWER_REST, NBD_READ, l.offset, l.len);
	if (o == NULL)
		return;
	o->ends = l.last;
	o->frees = l.frees;
	c->shared->stats.bytes -= l.len;
	s->backend->request(s->ctx, &o->r);
}

static void
take_command(struct nbd_client *c, const struct nbd_command *m)
{
	bool chunks =
	    m->type == NBD_CMD_READ || m->type == NBD_CMD_BLOCK_STATUS;
	int error;

	if (m->type == NBD_CMD_DISC) {
		nbd_client_enter(c, NBD_STATE_LEAVING);
		return;
	}
	if (m->type == NBD_CMD_WRITE) {
		if (m->len > NBD_READ_MAX) {
			nbd_client_break(c);
			return;
		}
		c->skip = m->len;
	}
	c->nopen++;
	if (c->use == NBD_USE_PASSES_ON)
		c->shared->stats.relay_requests++;
	else
		c->shared->stats.requests++;
	error = nbd_wire_check(m, &c->agreed, NBD_READ_MAX);
	if (error != 0)
		send_end(c, m->cookie, chunks && c->agreed.structured, 0,
			 error);
	else if (m->type == NBD_CMD_BLOCK_STATUS)
		send_allocated(c, m);
	else
		hand_over(c, m);
}

bool
nbd_command_step(struct nbd_client *c)
{
	const uint8_t *b = nbd_client_input(c, NBD_REQUEST_SIZE);
	struct nbd_command m;

	if (b == NULL)
		return false;
	if (!nbd_wire_command(b, &m)) {
		nbd_client_break(c);
		return false;
	}
	c->used += NBD_REQUEST_SIZE;
	take_command(c, &m);
	return true;
}

static void
write_head(struct nbd_open *o, struct nbd_piece *p)
{
	const struct nbd_request *r = &o->r;

	if (o->form == ANSWER_CHUNKS)
		p->head_len =
		    nbd_wire_data(p->head, o->cookie, p->last,
				  r->offset + o->answered, p->data.len);
	else if (o->form == ANSWER_REST || o->answered > 0)
		p->head_len = 0;
	else if (o->form == ANSWER_ONE_CHUNK)
		p->head_len =
		    nbd_wire_data(p->head, o->cookie, true, r->offset, r->len);
	else
		p->head_len = nbd_wire_simple(p->head, o->cookie, 0);
}

/* Makes a piece for the next len bytes of the answer.  If memory is short,
 * breaks the connection and returns NULL. */
static struct nbd_piece *
new_data_piece(struct nbd_open *o, uint32_t len)
{
	const struct nbd_request *r = &o->r;
	bool rest = o->form == ANSWER_REST;
	bool last = o->answered + len == r->len;
	struct nbd_piece *p =
	    rest ? new_piece(o->client, last && o->ends, o->frees)
		 : new_piece(o->client, last, r->len);

	if (p != NULL) {
		p->offset = r->offset + o->answered;
		p->again = rest;
	}
	return p;
}

void
nbd_reply_data(struct nbd_request *r, const struct nbd_data *d)
{
	struct nbd_open *o = open_of(r);
	struct nbd_client *c = o->client;
	struct nbd_piece *p = NULL;

	assert(r->type == NBD_READ && d->len <= r->len - o->answered);
	if (d->len > 0 && !nbd_client_is_broken(c))
		p = new_data_piece(o, d->len);
	if (p == NULL) {
		o->answered += d->len;
		if (d->done != NULL)
			d->done(d->ctx, d->tag);
		return;
	}
	p->data = *d;
	write_head(o, p);
	o->answered += d->len;
	c->shared->stats.bytes += d->len;
	if (o->form == ANSWER_CHUNKS) {
		nbd_sendq_add(&c->out, p);
		nbd_client_poke(c);
	} else {
		STAILQ_INSERT_TAIL(&o->pieces, p, entry);
	}
}

void
nbd_reply_done(struct nbd_request *r)
{
	struct nbd_open *o = open_of(r);
	struct nbd_client *c = o->client;

	assert(r->type == NBD_CACHE || o->answered == r->len);
	if (!nbd_client_is_broken(c)) {
		if (o->form == ANSWER_REST)
			nbd_sendq_repair(&c->out, &o->pieces);
		else
			STAILQ_CONCAT(&c->out.queue, &o->pieces);
		if (r->type == NBD_CACHE)
			send_end(c, o->cookie, false, 0, 0);
	}
	forget(o);
	nbd_client_poke(c);
}

void
nbd_reply_error(struct nbd_request *r, int error)
{
	struct nbd_open *o = open_of(r);
	struct nbd_client *c = o->client;
	bool chunks = o->form == ANSWER_CHUNKS;
	bool sent = chunks && o->answered == r->len;
	bool structured = chunks || o->form == ANSWER_ONE_CHUNK;

	/* if the reply has begun, no error can be sent */
	if (o->form == ANSWER_REST)
		nbd_client_break(c);
	else if (!nbd_client_is_broken(c) && !sent)
		send_end(c, o->cookie, structured, counted(r), error);
	forget(o);
	nbd_client_poke(c);
}
