/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/tcp.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "perf/sim/net.h"
#include "perf/world/clock.h"
#include "perf/world/machine.h"
#include "perf/world/rng.h"

/* a message of more bytes than this, a packet's, becomes a flow */
#define SMALL 1400
/* pause between two calls of `some` while a large message arrives */
#define SOME_NS (50 * MS)
/* TCP's shortest pause before it sends again: RFC 6298 as in Linux */
#define RESEND_NS (200 * MS)
/* delay of a message between two processes of one machine */
#define LEAST_NS (30 * US)

enum kind { OPEN, ACCEPTED, DATA, END, RESET };

/* A message.  A large message is a flow while it leaves; afterwards, flow.done
 * is the event that it arrives. */
struct message {
	/* must stay the first field: on_flown and on_there cast it */
	struct flow flow;
	TAILQ_ENTRY(message) entry;
	struct tcp_end *to;
	enum kind kind;
	void *body;
	size_t bytes;
	bool flowing, flown, parked;
};

TAILQ_HEAD(messages, message);

struct tcp_end {
	struct tcp *tcp;
	struct machine *machine;
	struct loop *loop;
	const struct tcp_ops *ops; /* NULL: no process has taken the end yet */
	void *ctx;
	struct address here;
	/* messages that have not left yet; the first one may be leaving */
	struct messages out;
	/* messages that have left and not arrived yet, in order */
	struct messages away;
	/* messages that have arrived and wait until the process takes them */
	struct messages in;
	unsigned nout;
	struct loop_timer take, some, room;
	int64_t last_ns; /* when the last message that has left arrives */
	bool closed;     /* the process closed the end */
	bool lost;       /* the machine of the end has died */
	bool over;       /* the other side sends nothing more */
};

struct tcp {
	LIST_ENTRY(tcp) entry;
	struct tcp_end
	    end[2]; /* the end that connected, and the one that listened */
	uint16_t port;
	/* a callback of one end runs now, so the connection may not be freed */
	bool busy;
};

struct tcp_port {
	LIST_ENTRY(tcp_port) entry;
	struct machine *machine;
	struct loop *loop;
	uint16_t port;
	tcp_arrived *arrived;
	void *ctx;
};

static LIST_HEAD(, tcp) all = LIST_HEAD_INITIALIZER(all);
static LIST_HEAD(, tcp_port) ports = LIST_HEAD_INITIALIZER(ports);

static struct tcp_end *
other(const struct tcp_end *e)
{
	return &e->tcp->end[e == &e->tcp->end[0]];
}

static void
drop(struct message *m)
{
	if (m->flowing)
		flow_end(&m->flow);
	event_cancel(&m->flow.done);
	free(m->body);
	free(m);
}

static void
drop_all(struct messages *q)
{
	struct message *m;

	while ((m = TAILQ_FIRST(q)) != NULL) {
		TAILQ_REMOVE(q, m, entry);
		drop(m);
	}
}

static void
silence(struct tcp_end *e)
{
	drop_all(&e->in);
	loop_timer_cancel(e->loop, &e->take);
	loop_timer_cancel(e->loop, &e->some);
	loop_timer_cancel(e->loop, &e->room);
}

/* Returns true if no process has the end e any more, and no message is on its
 * way from e. */
static bool
is_idle(const struct tcp_end *e)
{
	bool had = e->ops != NULL;

	return (e->closed || (e->lost && !had)) && TAILQ_EMPTY(&e->out) &&
	       TAILQ_EMPTY(&e->away);
}

static void
free_if_over(struct tcp *t)
{
	if (t->busy || !is_idle(&t->end[0]) || !is_idle(&t->end[1]))
		return;
	LIST_REMOVE(t, entry);
	free(t);
}

static bool
is_cut(const struct tcp_end *from)
{
	return machine_cut(from->machine, other(from)->machine);
}

static bool
is_off(const struct tcp_end *e)
{
	return e->lost && !machine_on(e->machine);
}

static int64_t
delay_ns(const struct tcp_end *e)
{
	if (e->machine == other(e)->machine)
		return LEAST_NS;
	return machine_delay_ns(e->machine, other(e)->machine);
}

static void on_there(struct event *ev);
static void on_flown(struct event *ev);
static void transmit(struct tcp_end *e);

/* Moves m, the first message in e->out, which has left, to e->away, and sets
 * when m arrives. */
static void
leave(struct tcp_end *e, struct message *m)
{
	int64_t at = event_now_ns() + delay_ns(e);

	TAILQ_REMOVE(&e->out, m, entry);
	e->nout--;
	TAILQ_INSERT_TAIL(&e->away, m, entry);
	if (at < e->last_ns)
		at = e->last_ns;
	e->last_ns = at;
	m->flown = true;
	m->flow.done.happen = on_there;
	event_at(&m->flow.done, at);
	if (!e->closed && e->ops != NULL && e->ops->room != NULL &&
	    e->room.slot == 0)
		clock_deliver(e->loop, &e->room, event_now_ns());
}

static void
transmit(struct tcp_end *e)
{
	struct tcp_end *to = other(e);
	struct message *m;

	while ((m = TAILQ_FIRST(&e->out)) != NULL && !m->flowing) {
		struct link *const ends[FLOW_ENDS] = {&e->machine->up,
						      &to->machine->down};

		if (is_cut(e) || e->lost || is_off(to))
			return;
		if (m->bytes <= SMALL || e->machine == to->machine ||
		    to->closed) {
			leave(e, m);
			continue;
		}
		m->flowing = true;
		m->flow.done.happen = on_flown;
		flow_start(&m->flow, ends, m->bytes, machine_weight());
		if (!to->lost && to->some.slot == 0)
			clock_deliver(to->loop, &to->some,
				      event_now_ns() + delay_ns(e));
		return;
	}
}

static void
on_flown(struct event *ev)
{
	struct message *m = (struct message *)ev;
	struct tcp_end *e = other(m->to);

	flow_end(&m->flow);
	m->flowing = false;
	leave(e, m);
	transmit(e);
}

static void
say(struct tcp_end *e, enum kind kind, void *body, size_t bytes)
{
	struct message *m = must(calloc(1, sizeof *m));

	m->to = other(e);
	m->kind = kind;
	m->body = body;
	m->bytes = bytes;
	TAILQ_INSERT_TAIL(&e->out, m, entry);
	e->nout++;
	transmit(e);
}

/* Drops a message that has come to end e and that no process takes.  Answers
 * with a reset, unless the message is an END or a RESET. */
static void
refuse(struct tcp_end *e, struct message *m)
{
	bool answers = m->kind != END && m->kind != RESET && !e->over;

	drop(m);
	if (answers && !e->lost) {
		e->over = true;
		say(e, RESET, NULL, 0);
	}
}

static struct tcp_port *
find_port(const struct machine *m, uint16_t port)
{
	struct tcp_port *p;

	LIST_FOREACH (p, &ports, entry)
		if (p->machine == m && p->port == port)
			return p;
	return NULL;
}

/* Closes an end that was lost when its machine died, if the machine is on
 * again. */
static void
revive(struct tcp_end *e)
{
	if (e->lost && machine_on(e->machine)) {
		e->lost = false;
		e->closed = true;
	}
}

static void
on_there(struct event *ev)
{
	struct message *m = (struct message *)ev;
	struct tcp_end *e = m->to, *from = other(e);
	struct tcp *t = e->tcp;

	if (is_cut(from) || is_off(e)) {
		m->parked = true;
		return;
	}
	TAILQ_REMOVE(&from->away, m, entry);
	revive(e);
	if (m->kind == OPEN && !e->lost) {
		struct tcp_port *p = find_port(e->machine, t->port);

		e->closed = p == NULL;
		if (p != NULL)
			e->loop = p->loop;
	}
	if (e->closed || e->lost) {
		refuse(e, m);
		free_if_over(t);
		return;
	}
	TAILQ_INSERT_TAIL(&e->in, m, entry);
	if (e->take.slot == 0)
		clock_deliver(e->loop, &e->take, event_now_ns());
}

static void
accept_open(struct tcp_end *e)
{
	struct tcp_port *p = find_port(e->machine, e->tcp->port);

	if (p == NULL) {
		e->closed = true;
		say(e, RESET, NULL, 0);
		return;
	}
	say(e, ACCEPTED, NULL, 0);
	p->arrived(p->ctx, e);
}

static void
take_message(struct tcp_end *e, struct message *m)
{
	void *body = m->body;
	size_t bytes = m->bytes;
	enum kind kind = m->kind;

	m->body = NULL;
	drop(m);
	switch (kind) {
	case OPEN:
		accept_open(e);
		break;
	case ACCEPTED:
		e->ops->opened(e->ctx);
		break;
	case DATA:
		e->ops->message(e->ctx, body, bytes);
		break;
	case END:
	case RESET:
		e->over = true;
		if (e->ops != NULL)
			e->ops->ended(e->ctx);
		break;
	}
}

/* Gives the process that has the end e one message; called once in each round
 * of the process's loop, as for a socket. */
static void
on_take(void *ctx)
{
	struct tcp_end *e = ctx;
	struct tcp *t = e->tcp;
	struct message *m = TAILQ_FIRST(&e->in);

	if (m == NULL)
		return;
	TAILQ_REMOVE(&e->in, m, entry);
	if (!TAILQ_EMPTY(&e->in))
		clock_deliver(e->loop, &e->take, event_now_ns());
	t->busy = true;
	take_message(e, m);
	t->busy = false;
	free_if_over(t);
}

static void
on_some(void *ctx)
{
	struct tcp_end *e = ctx, *from = other(e);
	struct message *m = TAILQ_FIRST(&from->out);
	struct tcp *t = e->tcp;

	if (m == NULL || !m->flowing)
		return;
	clock_deliver(e->loop, &e->some, event_now_ns() + SOME_NS);
	if (e->ops == NULL)
		return;
	t->busy = true;
	e->ops->some(e->ctx);
	t->busy = false;
	free_if_over(t);
}

static void
on_room(void *ctx)
{
	struct tcp_end *e = ctx;
	struct tcp *t = e->tcp;

	t->busy = true;
	e->ops->room(e->ctx);
	t->busy = false;
	free_if_over(t);
}

static void
init_end(struct tcp *t, int i, struct machine *m, struct loop *l)
{
	struct tcp_end *e = &t->end[i];

	e->tcp = t;
	e->machine = m;
	e->loop = l;
	e->take = (struct loop_timer){.fire = on_take, .ctx = e};
	e->some = (struct loop_timer){.fire = on_some, .ctx = e};
	e->room = (struct loop_timer){.fire = on_room, .ctx = e};
	TAILQ_INIT(&e->out);
	TAILQ_INIT(&e->away);
	TAILQ_INIT(&e->in);
}

struct tcp_end *
tcp_connect(struct loop *l, const struct address *to, const struct tcp_ops *ops,
	    void *ctx)
{
	struct machine *m = machine_at(to);
	struct tcp *t;

	if (m == NULL)
		return NULL;
	t = must(calloc(1, sizeof *t));
	t->port = to->port;
	init_end(t, 0, clock_machine(l), l);
	init_end(t, 1, m, NULL);
	t->end[0].here = clock_machine(l)->address;
	t->end[1].here = *to;
	t->end[1].lost = !machine_on(m);
	tcp_take(&t->end[0], ops, ctx);
	LIST_INSERT_HEAD(&all, t, entry);
	say(&t->end[0], OPEN, NULL, 0);
	return &t->end[0];
}

void
tcp_take(struct tcp_end *e, const struct tcp_ops *ops, void *ctx)
{
	e->ops = ops;
	e->ctx = ctx;
}

void
tcp_send(struct tcp_end *e, void *body, size_t bytes)
{
	if (e->machine->mute)
		free(body);
	else
		say(e, DATA, body, bytes);
}

unsigned
tcp_unsent(const struct tcp_end *e)
{
	return e->nout;
}

void
tcp_close(struct tcp_end *e)
{
	struct tcp_end *to = other(e);
	struct message *m = TAILQ_FIRST(&to->out);

	if (e->closed)
		return;
	silence(e);
	e->closed = true;
	/* the message that is on its way to this end is dropped */
	if (m != NULL && m->flowing && !to->lost) {
		TAILQ_REMOVE(&to->out, m, entry);
		to->nout--;
		drop(m);
		transmit(to);
	}
	if (!e->over && !e->lost)
		say(e, END, NULL, 0);
	free_if_over(e->tcp);
}

const struct address *
tcp_other(const struct tcp_end *e)
{
	return &other(e)->here;
}

void *
tcp_other_ctx(const struct tcp_end *e)
{
	const struct tcp_end *o = other(e);

	return o->closed || o->lost ? NULL : o->ctx;
}

const struct address *
tcp_here(const struct tcp_end *e)
{
	return &e->here;
}

struct tcp_port *
tcp_listen(struct loop *l, uint16_t port, tcp_arrived *arrived, void *ctx)
{
	struct tcp_port *p = must(calloc(1, sizeof *p));

	p->machine = clock_machine(l);
	p->loop = l;
	p->port = port;
	p->arrived = arrived;
	p->ctx = ctx;
	LIST_INSERT_HEAD(&ports, p, entry);
	return p;
}

void
tcp_unlisten(struct tcp_port *p)
{
	LIST_REMOVE(p, entry);
	free(p);
}

/* --- faults --- */

/* Called when the way is cut or the receiver has died: removes the message that
 * is leaving end e from the links.  Bytes not sent yet are sent later. */
static void
hold(struct tcp_end *e)
{
	struct message *m = TAILQ_FIRST(&e->out);

	if (m == NULL || !m->flowing)
		return;
	flow_end(&m->flow);
	m->flowing = false;
	m->bytes = m->flow.left > SMALL ? m->flow.left : SMALL + 1;
}

static void
go_on(struct tcp_end *e)
{
	struct message *m;

	TAILQ_FOREACH (m, &e->away, entry)
		if (m->parked) {
			m->parked = false;
			e->last_ns = event_now_ns() + RESEND_NS;
			event_at(&m->flow.done, e->last_ns);
		}
	transmit(e);
}

static void
lose(struct tcp_end *e)
{
	e->lost = true;
	drop_all(&e->out);
	e->nout = 0;
	if (e->loop != NULL)
		silence(e);
}

void
tcp_machine_dies(struct machine *m)
{
	struct tcp *t, *next;

	for (t = LIST_FIRST(&all); t != NULL; t = next) {
		next = LIST_NEXT(t, entry);
		for (int i = 0; i < 2; i++)
			if (t->end[i].machine == m) {
				lose(&t->end[i]);
				hold(other(&t->end[i]));
			}
		free_if_over(t);
	}
}

void
tcp_machine_boots(struct machine *m)
{
	struct tcp *t;

	LIST_FOREACH (t, &all, entry)
		for (int i = 0; i < 2; i++)
			if (t->end[i].machine == m && t->end[i].lost)
				go_on(other(&t->end[i]));
}

void
tcp_cut(struct machine *a, struct machine *b, bool cut)
{
	struct tcp *t;

	LIST_FOREACH (t, &all, entry)
		for (int i = 0; i < 2; i++) {
			struct tcp_end *e = &t->end[i];

			if (e->machine != a || other(e)->machine != b)
				continue;
			if (cut)
				hold(e);
			else
				go_on(e);
		}
}
