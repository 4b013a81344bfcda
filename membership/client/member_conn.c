/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/client/member_conn.h"

#include <stdlib.h>

struct member_conn *
member_conn_new(struct loop *l, const char *path, const struct address *to,
		const struct channel_ops *ops, void *owner)
{
	struct member_conn *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->owner = owner;
	s->own = path != NULL;
	s->hello_due = true;
	s->born_ns = s->heard_ns = loop_now_ns(l);
	if (path != NULL) {
		s->channel = channel_connect_unix(l, path, ops, s);
	} else {
		address_text(to, s->text);
		s->channel = channel_connect(l, to, ops, s);
	}
	if (s->channel == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void
member_conn_free(struct member_conn *s)
{
	if (s == NULL)
		return;
	channel_free(s->channel);
	free(s);
}

static void
say_hello(struct member_conn *s, const struct proto_msg *hello,
	  struct outbuf *room)
{
	if (s->hello_due)
		s->hello_due = !outbuf_put_hello(room, hello);
}

int
member_conn_rank(const struct member_conn *s)
{
	if (s == NULL)
		return -1;
	if (s->state != MEMBER_CONN_GROUP)
		return 0;
	return s->own ? 2 : 1;
}

static void
say_due(bool *due, const struct proto_msg *m, struct outbuf *room)
{
	if (*due)
		*due = !outbuf_put(room, m);
}

void
member_conn_say(struct member_conn *s, const struct proto_msg *hello,
		struct outbuf *room)
{
	say_hello(s, hello, room);
	say_due(&s->pong_due, &(struct proto_msg){.type = PROTO_PONG}, room);
	say_due(&s->ping_due, &(struct proto_msg){.type = PROTO_PING}, room);
}
