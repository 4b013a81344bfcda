/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/group.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "membership/wire/outbuf.h"
#include "perf/world/clock.h"
#include "perf/world/rng.h"
#include "perf/world/trace.h"

/* RETRY_NS, SEND_EVERY_NS, SEND_MORE_NS and MESSAGE_BYTES are as in
 * membership/corosync/corosync.c. */
#define RETRY_NS (250 * MS)
#define SEND_EVERY_NS (50 * MS)
#define SEND_MORE_NS (10 * MS)
#define MESSAGE_BYTES (32U << 10)
/* TOKEN_NS: time until a ring that has lost a member has formed anew; FORM_NS:
 * the same for a ring that only gains members.  Measured with corosync 3.1, 8
 * nodes, udpu, a token of 1000 ms. */
#define TOKEN_NS (1200 * MS)
#define FORM_NS (200 * MS)

enum state { AWAY, JOINING, JOINED };

enum kind { MESSAGE, WE_JOINED, ARRIVED, LEFT, SIZE, LOST };

struct item {
	STAILQ_ENTRY(item) entry;
	enum kind kind;
	/* MESSAGE: number of the sender; WE_JOINED, LEFT: number of the member;
	 * SIZE: how many members there are */
	uint64_t from;
	size_t len;
	uint8_t bytes[];
};

/* A member (a process on one machine) of the simulated corosync group.  The
 * ring is the set of members that hear each other; each has a number. */
struct group {
	LIST_ENTRY(group) entry;
	/* loop of the process; NULL: it has died, and its ring has not noticed
	 * that yet */
	struct loop *loop;
	struct machine *machine;
	const struct group_ops *ops;
	void *ctx;
	uint64_t number;
	enum state state;
	/* number of the present ring, and of the ring before that; 0: none */
	uint32_t ring, was;
	int64_t since_ns, sent_ns;
	struct loop_timer retry, send, take;
	STAILQ_HEAD(, item) in;
};

/* A message that was sent, and that the sender's ring has not delivered yet. */
struct carried {
	struct event event; /* must stay the first field: on_carried casts it */
	STAILQ_ENTRY(carried) entry;
	/* the sender; NULL: the sender is gone, so the message is dropped */
	struct group *from;
	bool due;
	/* must stay the last field, since item.bytes follow it */
	struct item item;
};

static LIST_HEAD(, group) groups = LIST_HEAD_INITIALIZER(groups);
static STAILQ_HEAD(, carried) sent = STAILQ_HEAD_INITIALIZER(sent);
static struct event form;
static uint32_t last_ring;
static uint64_t last_process;

static void
give(struct group *g, enum kind kind, uint64_t from, const void *bytes,
     size_t len)
{
	struct item *it;

	if (g->loop == NULL)
		return;
	it = must(calloc(1, sizeof *it + len));
	it->kind = kind;
	it->from = from;
	it->len = len;
	if (len > 0)
		memcpy(it->bytes, bytes, len);
	STAILQ_INSERT_TAIL(&g->in, it, entry);
	if (g->take.slot == 0)
		clock_deliver(g->loop, &g->take, event_now_ns());
}

/* --- rings --- */

static bool
reach(const struct group *a, const struct group *b)
{
	if (a == b)
		return true;
	return a->loop != NULL && b->loop != NULL && !a->machine->stopped &&
	       !b->machine->stopped && !machine_cut(a->machine, b->machine) &&
	       !machine_cut(b->machine, a->machine);
}

static bool
is_whole(uint32_t ring)
{
	struct group *a, *b;

	LIST_FOREACH (a, &groups, entry)
		LIST_FOREACH (b, &groups, entry)
			if (a->ring == ring && b->ring == ring && !reach(a, b))
				return false;
	return true;
}

static bool
all_whole(void)
{
	const struct group *g;

	LIST_FOREACH (g, &groups, entry)
		if (g->ring != 0 && !is_whole(g->ring))
			return false;
	return true;
}

static void
free_carried(struct carried *c)
{
	STAILQ_REMOVE(&sent, c, carried, entry);
	event_cancel(&c->event);
	free(c);
}

/* Delivers the messages that are due, in order: each to all members of its
 * sender's ring, if all of these can be reached.  Drops messages whose sender
 * is gone or in no ring. */
static void
carry(void)
{
	struct carried *c, *next;
	struct group *g;

	for (c = STAILQ_FIRST(&sent); c != NULL; c = next) {
		next = STAILQ_NEXT(c, entry);
		if (c->from != NULL && (!c->due || !is_whole(c->from->ring)))
			continue;
		if (c->from != NULL && c->from->ring != 0)
			LIST_FOREACH (g, &groups, entry)
				if (g->ring == c->from->ring)
					give(g, MESSAGE, c->from->number,
					     c->item.bytes, c->item.len);
		free_carried(c);
	}
}

static void
on_carried(struct event *e)
{
	((struct carried *)e)->due = true;
	carry();
}

static void
tell_size(uint32_t ring)
{
	struct group *g;
	size_t n = 0;

	LIST_FOREACH (g, &groups, entry)
		n += g->ring == ring;
	LIST_FOREACH (g, &groups, entry)
		if (g->ring == ring)
			give(g, SIZE, n, NULL, 0);
}

/* Removes the process g from its ring, and tells the others in the ring. */
static void
take_out(struct group *g)
{
	uint32_t ring = g->ring;
	struct group *o;

	g->ring = 0;
	if (ring == 0)
		return;
	LIST_FOREACH (o, &groups, entry)
		if (o->ring == ring)
			give(o, LEFT, g->number, NULL, 0);
	tell_size(ring);
}

static void
forget(struct group *g)
{
	struct carried *c;

	STAILQ_FOREACH(c, &sent, entry)
	if (c->from == g)
		c->from = NULL;
	LIST_REMOVE(g, entry);
	free(g);
}

/* Returns true if process o reaches all members of the ring, and all of them
 * reach o.
 */
static bool
fits(const struct group *o, uint32_t ring)
{
	const struct group *p;

	LIST_FOREACH (p, &groups, entry)
		if (p->ring == ring && !reach(o, p))
			return false;
	return true;
}

/* Puts all processes that want to be in a ring into new rings, numbered from
 * `first` on.  A process becomes a member of the first new ring whose members
 * all reach it, and are all reached by it. */
static void
choose(uint32_t first)
{
	struct group *g, *o;

	LIST_FOREACH (g, &groups, entry) {
		if (g->state == AWAY || g->loop == NULL || g->ring >= first)
			continue;
		g->ring = ++last_ring;
		LIST_FOREACH (o, &groups, entry)
			if (o->state != AWAY && o->ring < first &&
			    fits(o, g->ring))
				o->ring = g->ring;
	}
}

/* Tells g which members have left its ring; then, if g was joining, that it has
 * joined; then, if other members have come, that they have. */
static void
tell(struct group *g)
{
	bool others = false;
	struct group *o;

	LIST_FOREACH (o, &groups, entry) {
		bool before = g->was != 0 && o->was == g->was;
		bool now = o->ring == g->ring;

		if (o != g && before && !now)
			give(g, LEFT, o->number, NULL, 0);
		others |= o != g && now && !before;
	}
	if (g->state == JOINING)
		give(g, WE_JOINED, g->machine->number + 1, NULL, 0);
	if (others)
		give(g, ARRIVED, 0, NULL, 0);
}

static void
on_form(struct event *e)
{
	uint32_t first = last_ring + 1;
	struct group *g, *next;

	LIST_FOREACH (g, &groups, entry)
		g->was = g->ring;
	choose(first);
	LIST_FOREACH (g, &groups, entry) {
		if (g->state == AWAY || g->loop == NULL)
			continue;
		tell(g);
		g->state = JOINED;
		g->since_ns = event_now_ns();
		trace(g->machine, "is in ring %u", g->ring);
	}
	for (g = LIST_FIRST(&groups); g != NULL; g = next) {
		next = LIST_NEXT(g, entry);
		if (g->loop == NULL)
			forget(g);
	}
	for (uint32_t ring = first; ring <= last_ring; ring++)
		tell_size(ring);
	carry();
}

void
group_stir(void)
{
	if (LIST_EMPTY(&groups))
		return;
	form.happen = on_form;
	event_after(&form, all_whole() ? FORM_NS : TOKEN_NS);
}

/* --- a member's side: membership/group.h --- */

/* Removes the process g from its ring, and tells g so if it was a member. */
static void
leave(struct group *g)
{
	take_out(g);
	if (g->state == JOINED)
		give(g, LOST, 0, NULL, 0);
	loop_timer_cancel(g->loop, &g->send);
	g->state = AWAY;
}

static void
join_soon(struct group *g)
{
	clock_deliver(g->loop, &g->retry, event_now_ns() + RETRY_NS);
}

/* Makes a message from g, which begins with a HELLO, as messages of
 * membership/corosync do.  Sets *n to what the callback `fill` of g has
 * returned.
 */
static struct carried *
message_of(struct group *g, int *n)
{
	struct proto_msg hello = {.type = PROTO_HELLO, .version = PROTO_LOWEST};
	struct carried *c = must(calloc(1, sizeof *c + MESSAGE_BYTES));
	struct outbuf room = {.buf = c->item.bytes, .left = MESSAGE_BYTES};

	outbuf_put_hello(&room, &hello);
	*n = g->ops->fill(g->ctx, room.buf, room.left);
	c->item.len = room.buf - c->item.bytes + *n;
	return c;
}

static void
compose(struct group *g)
{
	int n;
	struct carried *c = message_of(g, &n);

	if (n <= 0) {
		free(c);
		if (n == -1) {
			leave(g);
			join_soon(g);
		}
		return;
	}
	c->from = g;
	c->event.happen = on_carried;
	STAILQ_INSERT_TAIL(&sent, c, entry);
	event_after(&c->event, rng_between(700, 2400) * US);
	g->sent_ns = event_now_ns();
	clock_deliver(g->loop, &g->send, g->sent_ns + SEND_MORE_NS);
}

static void
on_send(void *ctx)
{
	struct group *g = ctx;

	if (g->state == JOINED)
		compose(g);
}

static void
kick(void *group)
{
	struct group *g = group;
	int64_t due = g->sent_ns + SEND_EVERY_NS;

	if (g->state == JOINED && g->send.slot == 0)
		clock_deliver(g->loop, &g->send, due);
}

static uint64_t
known_as(const struct group *g, uint64_t number)
{
	return number == g->number ? GROUP_SELF : number;
}

static void
deliver(struct group *g, const struct item *it)
{
	struct proto_msg hello;
	ssize_t n = proto_decode(it->bytes, it->len, &hello);

	g->ops->deliver(g->ctx, known_as(g, it->from), it->bytes + n,
			it->len - n);
}

static void
take(struct group *g, const struct item *it)
{
	switch (it->kind) {
	case MESSAGE:
		deliver(g, it);
		break;
	case WE_JOINED:
		g->ops->joined(g->ctx, it->from);
		break;
	case ARRIVED:
		g->ops->arrived(g->ctx);
		break;
	case LEFT:
		g->ops->left(g->ctx, it->from);
		break;
	case SIZE:
		g->ops->size(g->ctx, it->from);
		break;
	case LOST:
		g->ops->lost(g->ctx, "it does not answer");
		break;
	}
	kick(g);
}

static void
on_take(void *ctx)
{
	struct group *g = ctx;
	struct item *it;

	while ((it = STAILQ_FIRST(&g->in)) != NULL) {
		STAILQ_REMOVE_HEAD(&g->in, entry);
		take(g, it);
		free(it);
	}
}

static void
on_retry(void *ctx)
{
	struct group *g = ctx;

	if (g->machine->no_group)
		return;
	g->state = JOINING;
	group_stir();
}

static void *
open_group(struct loop *l, const struct group_ops *ops, void *ctx)
{
	struct group *g = must(calloc(1, sizeof *g));

	g->loop = l;
	g->machine = clock_machine(l);
	g->ops = ops;
	g->ctx = ctx;
	g->number = ((uint64_t)g->machine->number + 1) << 32 | ++last_process;
	g->retry = (struct loop_timer){.fire = on_retry, .ctx = g};
	g->send = (struct loop_timer){.fire = on_send, .ctx = g};
	g->take = (struct loop_timer){.fire = on_take, .ctx = g};
	STAILQ_INIT(&g->in);
	LIST_INSERT_HEAD(&groups, g, entry);
	clock_deliver(l, &g->retry, event_now_ns());
	return g;
}

static void
silence(struct group *g)
{
	struct item *it;

	loop_timer_cancel(g->loop, &g->retry);
	loop_timer_cancel(g->loop, &g->send);
	loop_timer_cancel(g->loop, &g->take);
	while ((it = STAILQ_FIRST(&g->in)) != NULL) {
		STAILQ_REMOVE_HEAD(&g->in, entry);
		free(it);
	}
}

/* Closes g.  If its machine is on, g leaves its ring and is freed; else its
 * ring notices the loss after a token's timeout. */
static void
close_group(void *group)
{
	struct group *g = group;

	silence(g);
	if (g->machine->on || g->ring == 0) {
		take_out(g);
		forget(g);
		return;
	}
	g->loop = NULL;
	group_stir();
}

static int
address(void *group, struct address *a)
{
	const struct group *g = group;

	memcpy(a->ip, g->machine->address.ip, sizeof a->ip);
	return 0;
}

static void
publish(void *group, const struct table *view, const uint8_t any_ip[16])
{
}

const struct group_driver group_driver = {
    .open = open_group,
    .close = close_group,
    .kick = kick,
    .address = address,
    .publish = publish,
};

static struct group *
group_of(const struct machine *m)
{
	struct group *g;

	LIST_FOREACH (g, &groups, entry)
		if (g->machine == m && g->loop != NULL)
			return g;
	return NULL;
}

void
group_down(struct machine *m, bool down)
{
	struct group *g = group_of(m);

	m->no_group = down;
	if (g != NULL && down)
		leave(g);
	else if (g != NULL)
		join_soon(g);
}

uint32_t
group_ring(const struct machine *m)
{
	const struct group *g = group_of(m);

	return g != NULL ? g->ring : 0;
}

int64_t
group_since_ns(const struct machine *m)
{
	const struct group *g = group_of(m);

	return g != NULL ? g->since_ns : 0;
}
