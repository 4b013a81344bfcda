/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Implements router/peer/peer_conn.h on the world's network, without libnbd.
 * conn_pool.c and peer.c, which use it, are the router's real code. */
#include "perf/world/conn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perf/world/clock.h"
#include "perf/world/machine.h"
#include "perf/world/medium.h"
#include "perf/world/plugin.h"
#include "perf/world/rng.h"
#include "perf/world/tcp.h"
#include "perf/world/trace.h"
#include "router/peer/peer_conn.h"

/* Round trips of NBD's handshake before the client names the export: the
 * newstyle greeting, and the agreement on structured replies, go together. */
#define GREETING 1

enum state { CONNECTING, CHOOSING, READY, DEAD };

struct peer_conn {
	struct loop *loop;
	struct tcp_end *tcp;
	struct machine *to;
	char export[CONN_EXPORT_MAX];
	/* the export is a file, such as a manifest, whose bytes are really
	 * sent */
	bool file;
	const struct conn_ops *ops;
	void *ctx;
	enum state state;
	int error; /* errno value that says why the connection is dead */
	uint64_t size;
	uint32_t owes;
	int64_t opened_ns, used_ns, heard_ns;
	struct loop_timer greeted, death;
	struct asks asks;
};

/* Number of connections between two machines, at [from * MACHINES_MAX + to]. */
static uint16_t counts[MACHINES_MAX * MACHINES_MAX];
/* How often a machine asked another for a chunk and got an error or wrong
 * bytes, at [from * MACHINES_MAX + to]. */
static uint16_t refusals[MACHINES_MAX * MACHINES_MAX];

static void
count(const struct peer_conn *c, int more)
{
	counts[clock_machine(c->loop)->number * MACHINES_MAX + c->to->number] +=
	    more;
}

unsigned
conn_most_to_one(const struct machine *m)
{
	const uint16_t *to = &counts[m->number * MACHINES_MAX];
	unsigned most = 0;

	for (uint32_t i = 0; i < world_machines(); i++)
		most = to[i] > most ? to[i] : most;
	return most;
}

unsigned
conn_refusals(const struct machine *m, const struct machine *of)
{
	return refusals[m->number * MACHINES_MAX + of->number];
}

bool
conn_waits_for(const struct ask *a, const struct machine **at,
	       struct digest *image, uint32_t *chunk)
{
	const void *session;

	if (a->peer == NULL || a->conn == NULL)
		return false;
	*at = a->conn->to;
	session = tcp_other_ctx(a->conn->tcp);
	return session != NULL && plugin_waits_for(session, a, image, chunk);
}

static void
tell_ask(const struct peer_conn *c, bool answer, const struct ask *a, int error,
	 uint32_t chunk)
{
	static const char *const kinds[] = {
	    [ASK_HELD] = "held", [ASK_WHOLE] = "tree", [ASK_LINE] = "line"};
	const struct machine *m = clock_machine(c->loop);
	const char *why = error != 0 ? strerror(error) : "";
	char lane[16] = "any";

	if (a->lane != LANE_ANY)
		snprintf(lane, sizeof lane, "%u", a->lane);
	trace_told(m, "%s %s %s %u lane %s%s%s", answer ? "has from" : "asks",
		   c->to->name, kinds[a->kind], chunk, lane,
		   error != 0 ? ": " : "", why);
	if (!answer)
		trace_way(m, c->to, chunk, "asks by %s, lane %s",
			  kinds[a->kind], lane);
	else
		trace_way(c->to, m, chunk, "%s after %.1f ms",
			  error != 0 ? why : "has it",
			  (event_now_ns() - a->sent_ns) / 1e6);
}

static void
trace_ask(const struct peer_conn *c, bool answer, const struct ask *a,
	  int error)
{
	const struct medium *d;
	uint32_t chunk;

	if (c->file || a->len == 1)
		return;
	d = medium_find(c->to, &a->image);
	chunk = d != NULL ? medium_chunk_at(d, a->offset) : 0;
	if (trace_numbers(clock_machine(c->loop),
			  (const uint64_t[]){answer, c->to->number, a->kind,
					     chunk, a->lane, error},
			  6))
		tell_ask(c, answer, a, error, chunk);
}

static void
answer(struct peer_conn *c, struct ask *a, int error)
{
	TAILQ_REMOVE(&c->asks, a, entry);
	c->owes--;
	a->conn = NULL;
	c->used_ns = loop_now_ns(c->loop);
	trace_ask(c, true, a, error);
	c->ops->answered(c->ctx, a, error);
}

static void
fail(struct peer_conn *c, int error)
{
	if (c->state == DEAD)
		return;
	c->state = DEAD;
	while (!TAILQ_EMPTY(&c->asks))
		answer(c, TAILQ_FIRST(&c->asks), error);
}

static void
send_ask(struct peer_conn *c, struct ask *a)
{
	struct plugin_request *q;

	if (a->image_size != 0 && a->image_size != c->size) {
		answer(c, a, EPROTO);
		return;
	}
	trace_ask(c, false, a, 0);
	q = must(calloc(1, sizeof *q));
	q->of = a;
	q->offset = a->offset;
	q->len = a->len;
	tcp_send(c->tcp, q, PLUGIN_HEAD);
}

static void
heard(struct peer_conn *c)
{
	c->heard_ns = loop_now_ns(c->loop);
	c->ops->heard(c->ctx);
}

static void
die(struct peer_conn *c, int error)
{
	if (c->state == DEAD)
		return;
	fail(c, ECONNRESET);
	c->ops->dead(c->ctx, c, error); /* the callback may have freed c */
}

static void
on_greeted(void *ctx)
{
	struct peer_conn *c = ctx;
	struct plugin_request *q = must(calloc(1, sizeof *q));

	memcpy(q->export, c->export, sizeof q->export);
	c->state = CHOOSING;
	tcp_send(c->tcp, q, PLUGIN_HEAD);
}

static void
on_opened(void *ctx)
{
	struct peer_conn *c = ctx;
	int64_t way = machine_delay_ns(clock_machine(c->loop), c->to);

	clock_deliver(c->loop, &c->greeted,
		      event_now_ns() + GREETING * 2 * way);
}

static void
became_ready(struct peer_conn *c, const struct plugin_reply *r)
{
	struct ask *a, *next;

	c->size = r->size;
	c->state = READY;
	for (a = TAILQ_FIRST(&c->asks); a != NULL; a = next) {
		next = TAILQ_NEXT(a, entry);
		send_ask(c, a);
	}
	c->ops->up(c->ctx, c);
}

static void
take_reply(struct peer_conn *c, const struct plugin_reply *r)
{
	struct ask *a;

	TAILQ_FOREACH (a, &c->asks, entry)
		if (a == r->of)
			break;
	if (a == NULL)
		return;
	if (r->error == 0 && c->file)
		memcpy(a->buf->data, r->bytes, r->len);
	else if (r->error == 0)
		memcpy(a->buf->data, &r->chunk, sizeof r->chunk);
	if (r->error != 0 || (!c->file && !r->chunk.right))
		refusals[clock_machine(c->loop)->number * MACHINES_MAX +
			 c->to->number]++;
	answer(c, a, r->error);
}

static void
on_message(void *ctx, void *body, size_t bytes)
{
	struct peer_conn *c = ctx;
	struct plugin_reply *r = body;

	if (c->state == DEAD) {
		free(body);
		return;
	}
	heard(c);
	if (c->state == READY)
		take_reply(c, r);
	else if (r->error == 0)
		became_ready(c, r);
	else
		die(c, r->error);
	free(body);
}

static void
on_some(void *ctx)
{
	heard(ctx);
}

static void
on_ended(void *ctx)
{
	struct peer_conn *c = ctx;

	die(c, c->state == CONNECTING ? ECONNREFUSED : ECONNRESET);
}

static void
on_death(void *ctx)
{
	struct peer_conn *c = ctx;

	c->ops->dead(c->ctx, c, ECONNRESET);
}

struct peer_conn *
conn_open(struct loop *l, const struct address *a, const char *export,
	  const char *psk_file, const struct conn_ops *ops, void *ctx)
{
	static const struct tcp_ops tcp_ops = {
	    .opened = on_opened,
	    .message = on_message,
	    .some = on_some,
	    .ended = on_ended,
	};
	struct peer_conn *c = must(calloc(1, sizeof *c));

	snprintf(c->export, sizeof c->export, "%s", export);
	c->file = strstr(export, "/held") == NULL &&
		  strstr(export, "/line") == NULL && strchr(export, '/');
	c->loop = l;
	c->to = machine_at(a);
	if (c->to != NULL)
		count(c, 1);
	c->ops = ops;
	c->ctx = ctx;
	c->opened_ns = c->used_ns = loop_now_ns(l);
	c->greeted = (struct loop_timer){.fire = on_greeted, .ctx = c};
	c->death = (struct loop_timer){.fire = on_death, .ctx = c};
	TAILQ_INIT(&c->asks);
	c->tcp = tcp_connect(l, a, &tcp_ops, c);
	if (c->tcp == NULL) {
		free(c);
		errno = ENETUNREACH;
		return NULL;
	}
	return c;
}

/* Does nothing.  A window bounds the bytes in the queues of real links; a world
 * has no such queues, but delays each message on a busy link by a fixed
 * time. */
void
conn_narrow(struct peer_conn *c, int window)
{
}

void
conn_close(struct peer_conn *c, int error)
{
	fail(c, error);
	loop_timer_cancel(c->loop, &c->greeted);
	loop_timer_cancel(c->loop, &c->death);
	tcp_close(c->tcp);
	count(c, -1);
	free(c);
}

void
conn_ask(struct peer_conn *c, struct ask *a)
{
	a->conn = c;
	TAILQ_INSERT_TAIL(&c->asks, a, entry);
	c->owes++;
	if (c->state == DEAD)
		answer(c, a, ECONNRESET);
	else if (c->state == READY)
		send_ask(c, a);
}

bool
conn_is_up(const struct peer_conn *c)
{
	return c->state == READY;
}

int64_t
conn_opened_ns(const struct peer_conn *c)
{
	return c->opened_ns;
}

uint32_t
conn_owes(const struct peer_conn *c)
{
	return c->owes;
}

int64_t
conn_used_ns(const struct peer_conn *c)
{
	return c->used_ns;
}

int64_t
conn_waits_since_ns(const struct peer_conn *c)
{
	const struct ask *a = TAILQ_FIRST(&c->asks);
	int64_t asked_ns = a != NULL ? a->sent_ns : INT64_MAX;

	return c->heard_ns > asked_ns ? c->heard_ns : asked_ns;
}

int64_t
conn_owes_since_ns(const struct peer_conn *c)
{
	const struct ask *a = TAILQ_FIRST(&c->asks);

	return a != NULL ? a->sent_ns : INT64_MAX;
}

uint64_t
conn_size(const struct peer_conn *c)
{
	return c->size;
}
