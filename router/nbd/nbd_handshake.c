/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file speaks the handshake ("Fixed newstyle negotiation" in NBD's
 * proto.md).  If an option is unknown, or too long, it is answered with an
 * error, and its data is thrown away. */
#include <stdlib.h>
#include <string.h>

#include "router/nbd/nbd_client.h"

/* most bytes of an option's data for which the input buffer has room */
#define OPTION_MAX (NBD_INPUT - NBD_OPTION_SIZE)
/* an option with more bytes of data than this breaks the connection */
#define OPTION_SKIP_MAX (1U << 20)
#define EXPORT_FLAGS (NBD_FLAG_FIXED_NEWSTYLE | NBD_FLAG_NO_ZEROES)

static void
free_answer(void *ctx, uint64_t tag)
{
	free(ctx);
}

/* Sends copies of head and data.  If memory is short, breaks the connection and
 * returns false. */
static bool
answer(struct nbd_client *c, const void *head, size_t head_len,
       const void *data, size_t len)
{
	struct nbd_piece *p = nbd_piece_new(&c->shared->senders);
	uint8_t *copy = malloc(head_len + len);

	if (p == NULL || copy == NULL) {
		if (p != NULL)
			nbd_piece_free(&c->shared->senders, p);
		free(copy);
		nbd_client_break(c);
		return false;
	}
	memcpy(copy, head, head_len);
	if (len > 0)
		memcpy(copy + head_len, data, len);
	p->data = (struct nbd_data){.buf = copy,
				    .len = head_len + len,
				    .done = free_answer,
				    .ctx = copy};
	nbd_sendq_add(&c->out, p);
	return true;
}

static void
reply(struct nbd_client *c, uint32_t option, uint32_t type, const void *data,
      size_t len)
{
	uint8_t head[NBD_OPTION_REPLY_SIZE];
	struct writer w = writer_init(head, sizeof head);

	nbd_wire_option_reply(&w, option, type, len);
	answer(c, head, w.wrote, data, len);
}

static void
refuse(struct nbd_client *c, uint32_t option, uint32_t error, const char *why)
{
	reply(c, option, error, why, strlen(why));
}

bool
nbd_handshake_greet(struct nbd_client *c)
{
	uint8_t greeting[NBD_GREETING_SIZE];
	struct writer w = writer_init(greeting, sizeof greeting);

	nbd_wire_greeting(&w);
	return answer(c, greeting, w.wrote, NULL, 0);
}

static void
take_flags(struct nbd_client *c, const uint8_t *b)
{
	struct reader r = reader_init(b, NBD_CLIENT_FLAGS_SIZE);
	uint32_t flags = read_u32(&r);

	c->used += NBD_CLIENT_FLAGS_SIZE;
	if (flags & ~EXPORT_FLAGS)
		nbd_client_break(c);
	c->agreed.zeroes = !(flags & NBD_FLAG_NO_ZEROES);
	nbd_client_enter(c, NBD_STATE_OPTIONS);
}

static bool
find(struct nbd_client *c, const char *name, uint32_t len, struct nbd_export *e)
{
	const struct nbd_shared *s = c->shared;

	return s->backend->find(s->ctx, name, len, e);
}

/* Returns true if metadata contexts were agreed for the export of that name.
 * Contexts that were agreed for another export do not count. */
static bool
contexts_hold(const struct nbd_client *c, const char *name, uint32_t len)
{
	return c->agreed.allocation && c->contexts_len == len &&
	       memcmp(c->contexts_of, name, len) == 0;
}

static void
begin_commands(struct nbd_client *c, const char *name, uint32_t len,
	       const struct nbd_export *e)
{
	c->agreed.allocation = contexts_hold(c, name, len);
	c->agreed.size = e->size;
	c->export = *e;
	nbd_client_enter(c, NBD_STATE_COMMANDS);
	loop_timer_cancel(c->shared->loop, &c->deadline);
}

static void
export_name(struct nbd_client *c, const char *name, uint32_t len)
{
	uint8_t b[NBD_EXPORT_SIZE];
	struct writer w = writer_init(b, sizeof b);
	struct nbd_export e;

	/* EXPORT_NAME has no reply that says that there is no such export. */
	if (len > NBD_NAME_MAX || !find(c, name, len, &e)) {
		nbd_client_break(c);
		return;
	}
	begin_commands(c, name, len, &e);
	nbd_wire_export(&w, &c->agreed);
	answer(c, b, w.wrote, NULL, 0);
}

static void
say_name(void *ctx, const char *name)
{
	struct nbd_client *c = ctx;
	size_t len = strlen(name);
	uint8_t head[NBD_OPTION_REPLY_SIZE + 4];
	struct writer w = writer_init(head, sizeof head);

	nbd_wire_option_reply(&w, NBD_OPT_LIST, NBD_REP_SERVER, 4 + len);
	write_u32(&w, len);
	answer(c, head, w.wrote, name, len);
}

static void
list(struct nbd_client *c, uint32_t len)
{
	const struct nbd_shared *s = c->shared;

	if (len != 0) {
		refuse(c, NBD_OPT_LIST, NBD_REP_ERR_INVALID,
		       "LIST takes no data");
		return;
	}
	s->backend->list(s->ctx, say_name, c);
	reply(c, NBD_OPT_LIST, NBD_REP_ACK, NULL, 0);
}

static void
say_info(struct nbd_client *c, uint32_t option, const struct nbd_go *g,
	 const struct nbd_export *e)
{
	struct nbd_agreed a = c->agreed;
	uint8_t b[16];
	struct writer w = writer_init(b, sizeof b);

	a.size = e->size;
	nbd_wire_info_export(&w, &a);
	reply(c, option, NBD_REP_INFO, b, w.wrote);
	if (g->wants_block_size) {
		w = writer_init(b, sizeof b);
		nbd_wire_info_block_size(&w, e->chunk_size, NBD_READ_MAX);
		reply(c, option, NBD_REP_INFO, b, w.wrote);
	}
	if (g->wants_name) {
		uint8_t head[NBD_OPTION_REPLY_SIZE + 2];

		w = writer_init(head, sizeof head);
		nbd_wire_option_reply(&w, option, NBD_REP_INFO,
				      2 + g->name_len);
		write_u16(&w, NBD_INFO_NAME);
		answer(c, head, w.wrote, g->name, g->name_len);
	}
}

static void
info_or_go(struct nbd_client *c, uint32_t option, const void *data,
	   uint32_t len)
{
	struct nbd_go g;
	struct nbd_export e;

	if (!nbd_wire_go(data, len, &g)) {
		refuse(c, option, NBD_REP_ERR_INVALID, "malformed option");
	} else if (g.name_len > NBD_NAME_MAX) {
		refuse(c, option, NBD_REP_ERR_TOO_BIG, "name too long");
	} else if (!find(c, g.name, g.name_len, &e)) {
		refuse(c, option, NBD_REP_ERR_UNKNOWN, "no such export");
	} else {
		say_info(c, option, &g, &e);
		reply(c, option, NBD_REP_ACK, NULL, 0);
		if (option == NBD_OPT_GO)
			begin_commands(c, g.name, g.name_len, &e);
	}
}

static void
structured_reply(struct nbd_client *c, uint32_t len)
{
	if (len != 0) {
		refuse(c, NBD_OPT_STRUCTURED_REPLY, NBD_REP_ERR_INVALID,
		       "STRUCTURED_REPLY takes no data");
		return;
	}
	c->agreed.structured = true;
	reply(c, NBD_OPT_STRUCTURED_REPLY, NBD_REP_ACK, NULL, 0);
}

static void
agree_contexts(struct nbd_client *c, const struct nbd_meta *m)
{
	char *copy = malloc(m->name_len + 1);

	if (copy == NULL) {
		nbd_client_break(c);
		return;
	}
	memcpy(copy, m->name, m->name_len);
	free(c->contexts_of);
	c->contexts_of = copy;
	c->contexts_len = m->name_len;
	c->agreed.allocation = m->allocation;
}

static void
say_contexts(struct nbd_client *c, uint32_t option, const struct nbd_meta *m)
{
	uint8_t b[4 + sizeof NBD_ALLOCATION];
	struct writer w = writer_init(b, sizeof b);
	bool lists = option == NBD_OPT_LIST_META_CONTEXT;

	if (!lists)
		agree_contexts(c, m);
	if (m->allocation || (lists && (m->base || m->nqueries == 0))) {
		write_u32(&w, lists ? 0 : NBD_ALLOCATION_ID);
		write_bytes(&w, NBD_ALLOCATION, strlen(NBD_ALLOCATION));
		reply(c, option, NBD_REP_META_CONTEXT, b, w.wrote);
	}
	reply(c, option, NBD_REP_ACK, NULL, 0);
}

static void
meta_context(struct nbd_client *c, uint32_t option, const void *data,
	     uint32_t len)
{
	struct nbd_meta m;
	struct nbd_export e;

	if (option == NBD_OPT_SET_META_CONTEXT)
		c->agreed.allocation = false;
	if (!c->agreed.structured)
		refuse(c, option, NBD_REP_ERR_INVALID,
		       "structured replies come first");
	else if (!nbd_wire_meta(data, len, &m))
		refuse(c, option, NBD_REP_ERR_INVALID, "malformed option");
	else if (m.name_len > NBD_NAME_MAX)
		refuse(c, option, NBD_REP_ERR_TOO_BIG, "name too long");
	else if (!find(c, m.name, m.name_len, &e))
		refuse(c, option, NBD_REP_ERR_UNKNOWN, "no such export");
	else
		say_contexts(c, option, &m);
}

/* Returns true if the option is about an export; *name and *len are then its
 * name. */
static bool
names_export(const struct nbd_option *o, const void *data, const char **name,
	     uint32_t *len)
{
	struct nbd_meta m;
	struct nbd_go g;

	*name = data;
	*len = o->len;
	switch (o->option) {
	case NBD_OPT_EXPORT_NAME:
		break;
	case NBD_OPT_INFO:
	case NBD_OPT_GO:
		if (!nbd_wire_go(data, o->len, &g))
			return false;
		*name = g.name;
		*len = g.name_len;
		break;
	case NBD_OPT_LIST_META_CONTEXT:
	case NBD_OPT_SET_META_CONTEXT:
		if (!nbd_wire_meta(data, o->len, &m))
			return false;
		*name = m.name;
		*len = m.name_len;
		break;
	default:
		return false;
	}
	return *len <= NBD_NAME_MAX;
}

/* Returns true if the option must wait: the export that it names is not known,
 * but may still appear. */
static bool
waits(struct nbd_client *c, const struct nbd_option *o, const void *data)
{
	const struct nbd_shared *s = c->shared;
	struct nbd_export e;
	const char *name;
	uint32_t len;

	return s->backend->soon != NULL && names_export(o, data, &name, &len) &&
	       !find(c, name, len, &e) && s->backend->soon(s->ctx) &&
	       nbd_client_waits(c);
}

static void
take_option(struct nbd_client *c, const struct nbd_option *o, const void *data)
{
	switch (o->option) {
	case NBD_OPT_EXPORT_NAME:
		export_name(c, data, o->len);
		break;
	case NBD_OPT_ABORT:
		reply(c, o->option, NBD_REP_ACK, NULL, 0);
		nbd_client_enter(c, NBD_STATE_LEAVING);
		break;
	case NBD_OPT_LIST:
		list(c, o->len);
		break;
	case NBD_OPT_STARTTLS:
		refuse(c, o->option, NBD_REP_ERR_POLICY, "no TLS here");
		break;
	case NBD_OPT_INFO:
	case NBD_OPT_GO:
		info_or_go(c, o->option, data, o->len);
		break;
	case NBD_OPT_STRUCTURED_REPLY:
		structured_reply(c, o->len);
		break;
	case NBD_OPT_LIST_META_CONTEXT:
	case NBD_OPT_SET_META_CONTEXT:
		meta_context(c, o->option, data, o->len);
		break;
	default:
		reply(c, o->option, NBD_REP_ERR_UNSUP, NULL, 0);
	}
}

static bool
pass_over(struct nbd_client *c, const struct nbd_option *o)
{
	if (o->option == NBD_OPT_EXPORT_NAME || o->len > OPTION_SKIP_MAX) {
		nbd_client_break(c);
		return false;
	}
	c->used += NBD_OPTION_SIZE;
	c->skip = o->len;
	refuse(c, o->option, NBD_REP_ERR_TOO_BIG, "option too long");
	return true;
}

bool
nbd_handshake_step(struct nbd_client *c)
{
	struct nbd_option o;
	const uint8_t *b;

	if (c->state == NBD_STATE_FLAGS) {
		b = nbd_client_input(c, NBD_CLIENT_FLAGS_SIZE);
		if (b == NULL)
			return false;
		take_flags(c, b);
		return true;
	}
	b = nbd_client_input(c, NBD_OPTION_SIZE);
	if (b == NULL)
		return false;
	if (!nbd_wire_option(b, &o)) {
		nbd_client_break(c);
		return false;
	}
	if (o.len > OPTION_MAX)
		return pass_over(c, &o);
	if (nbd_client_input(c, NBD_OPTION_SIZE + o.len) == NULL)
		return false;
	if (waits(c, &o, b + NBD_OPTION_SIZE))
		return false;
	c->used += NBD_OPTION_SIZE + o.len;
	take_option(c, &o, b + NBD_OPTION_SIZE);
	return true;
}
