/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file logs what guests do wrong, and tells guests that another machine
 * has the id of their node. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "membership/guests_inside.h"

#define LINE_TEXT (GUEST_NAME_TEXT + 160)
/* A guest that was heard within this time lives.  Arbitrary: two pings of a
 * router, and some. */
#define ALIVE_NS (2500 * NS_PER_MS)

void
guests_complain(struct guests *g, const char *fmt, ...)
{
	char line[LINE_TEXT];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (n > 0 && log_limit_may(&g->said, line, strlen(line)))
		log_warn("%s", line);
}

struct guest *
guests_find(const struct guests *g, uint64_t guest)
{
	struct guest *e;

	LIST_FOREACH (e, &g->all, entry)
		if (e->number == guest)
			break;
	return e;
}

void
guests_say_twin(struct guest *e, struct outbuf *room)
{
	struct proto_msg m = {.type = PROTO_NODE, .number = PROTO_NUMBER_TWIN};

	if (e->twin == NULL)
		return;
	m.node = *e->twin;
	if (!outbuf_put(room, &m))
		return;
	free(e->twin);
	e->twin = NULL;
}

bool
guests_from(const struct guests *g, uint64_t guest, uint8_t ip[16])
{
	const struct guest *e = guests_find(g, guest);

	if (e == NULL || e->local)
		return false;
	memcpy(ip, e->from.ip, sizeof e->from.ip);
	return true;
}

bool
guests_alive(const struct guests *g, uint64_t guest)
{
	const struct guest *e = guests_find(g, guest);

	return e != NULL && loop_now_ns(g->loop) - e->heard_ns < ALIVE_NS;
}

static void
set_twin(struct guest *e, const struct proto_node *other)
{
	if (e->twin == NULL)
		e->twin = malloc(sizeof *e->twin);
	if (e->twin == NULL)
		return;
	*e->twin = *other;
	if (address_any(&other->nbd) && e->reader.has_any)
		memcpy(e->twin->nbd.ip, e->reader.any_ip,
		       sizeof e->reader.any_ip);
}

void
guests_twin(struct guests *g, uint64_t guest, const struct proto_node *other)
{
	struct guest *e = guests_find(g, guest);
	int64_t now_ns = loop_now_ns(g->loop);

	if (e == NULL || (e->twin_ns != 0 &&
			  now_ns - e->twin_ns < GUEST_TWIN_MS * NS_PER_MS))
		return;
	e->twin_ns = now_ns;
	set_twin(e, other);
	channel_kick(e->channel);
}

void
guests_refuse(struct guests *g, uint64_t guest, const struct proto_node *other)
{
	struct guest *e = guests_find(g, guest);
	char text[ADDRESS_TEXT];

	if (e == NULL)
		return;
	guests_complain(g,
			"%s: closed: another connection speaks for its node: "
			"%s at %s",
			e->name, other->name, address_text(&other->nbd, text));
	set_twin(e, other);
	e->state = GUEST_REFUSED;
	channel_flush(e->channel);
	guests_destroy(e);
}
