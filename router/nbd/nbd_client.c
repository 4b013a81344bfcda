/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/nbd/nbd_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define HANDSHAKE_NS INT64_C(10000000000)
#define SOON_NS (NBD_SOON_S * INT64_C(1000000000))
/* The pause between two looks for an export that an option waits for.
 * Arbitrary: there are ten looks while a node starts. */
#define LOOK_NS INT64_C(50000000)
#define SETTLE_NS INT64_C(20000000)
/* bytes that are sent to one client before the next client gets its turn */
#define ROUND_BYTES (4U << 20)
#define SEND_BUFFER (512 << 10)

void
nbd_client_break(struct nbd_client *c)
{
	if (nbd_client_is_broken(c))
		return;
	c->state = NBD_STATE_BROKEN;
	loop_remove(c->shared->loop, &c->source);
	LIST_REMOVE(c, entry);
	LIST_INSERT_HEAD(&c->shared->broken, c, entry);
	loop_timer_set(c->shared->loop, &c->shared->reap, 0);
}

void
nbd_client_enter(struct nbd_client *c, enum nbd_state state)
{
	if (!nbd_client_is_broken(c))
		c->state = state;
}

bool
nbd_client_is_broken(const struct nbd_client *c)
{
	return c->state == NBD_STATE_BROKEN;
}

static void
deadline(void *ctx)
{
	nbd_client_break(ctx);
}

const uint8_t *
nbd_client_input(const struct nbd_client *c, size_t n)
{
	return c->have - c->used < n ? NULL : c->in + c->used;
}

static void
receive(struct nbd_client *c)
{
	ssize_t n;

	memmove(c->in, c->in + c->used, c->have - c->used);
	c->have -= c->used;
	c->used = 0;
	n = recv(c->source.fd, c->in + c->have, sizeof c->in - c->have,
		 MSG_DONTWAIT);
	if (n > 0)
		c->have += n;
	else if (n == 0)
		nbd_client_enter(c, NBD_STATE_LEAVING);
	else if (errno != EAGAIN && errno != EINTR)
		nbd_client_break(c);
}

static bool
skip(struct nbd_client *c)
{
	size_t n = c->have - c->used;

	if (n > c->skip)
		n = c->skip;
	c->skip -= n;
	c->used += n;
	return c->skip == 0;
}

static bool
step(struct nbd_client *c)
{
	if (c->skip > 0 && !nbd_client_is_broken(c))
		return skip(c);
	switch (c->state) {
	case NBD_STATE_FLAGS:
	case NBD_STATE_OPTIONS:
		return nbd_handshake_step(c);
	case NBD_STATE_COMMANDS:
		return nbd_command_step(c);
	case NBD_STATE_LEAVING:
	case NBD_STATE_BROKEN:
		break;
	}
	return false;
}

/* Returns true if no further option or command may be taken now.  An option
 * waits until the reply to the option before it is sent, so that no client can
 * make the server pile up replies.  A command waits while too many are open. */
static bool
must_wait(const struct nbd_client *c)
{
	if (c->state == NBD_STATE_COMMANDS)
		return c->nopen >= NBD_REQUESTS_MAX ||
		       c->open_bytes >= NBD_OPEN_BYTES_MAX;
	return !nbd_sendq_empty(&c->out);
}

static void
take_input(struct nbd_client *c)
{
	c->stalled = false;
	do {
		if (c->skip == 0 && must_wait(c)) {
			c->stalled = true;
			return;
		}
	} while (step(c));
}

/* Sets the events and timers that the client waits for next.  If the client is
 * LEAVING and all answers are sent, breaks the connection. */
static void
update(struct nbd_client *c)
{
	struct loop *l = c->shared->loop;
	bool unread = nbd_sendq_settle(&c->out);
	bool more = !nbd_sendq_empty(&c->out);
	uint32_t events = 0;

	if (nbd_client_is_broken(c))
		return;
	if (c->state == NBD_STATE_LEAVING) {
		if (!more && !unread && c->nopen == 0) {
			nbd_client_break(c);
			return;
		}
	} else if (!c->stalled && c->soon.slot == 0) {
		events |= EPOLLIN;
	}
	/* The repair is started by a timer, since the backend may be in the
	 * middle of a call now. */
	if (c->out.state == NBD_SENDQ_LOST && c->repair.slot == 0)
		loop_timer_set(l, &c->repair, loop_now_ns(l));
	/* If a stalled client may go on, EPOLLOUT makes the loop call back for
	 * it at once, even if there is no output. */
	if (nbd_sendq_wants_output(&c->out) || (c->stalled && !must_wait(c)))
		events |= EPOLLOUT;
	if (loop_set_events(l, &c->source, events) == -1)
		nbd_client_break(c);
	else if (unread && c->settle.slot == 0)
		loop_timer_set(l, &c->settle, loop_now_ns(l) + SETTLE_NS);
}

static void
ready(void *ctx, uint32_t events)
{
	struct nbd_client *c = ctx;
	size_t budget = ROUND_BYTES;

	if (events & (EPOLLHUP | EPOLLERR)) {
		nbd_client_break(c);
		return;
	}
	c->busy = true;
	if (events & EPOLLOUT)
		nbd_sendq_unblock(&c->out);
	if ((events & EPOLLIN) && !c->stalled)
		receive(c);
	do {
		take_input(c);
		if (!nbd_client_is_broken(c) &&
		    nbd_sendq_write(&c->out, &budget) == -1)
			nbd_client_break(c);
	} while (!nbd_client_is_broken(c) && c->stalled && !must_wait(c) &&
		 budget > 0);
	c->busy = false;
	if (!nbd_client_is_broken(c))
		update(c);
}

static void
look_again(void *ctx)
{
	ready(ctx, 0);
}

bool
nbd_client_waits(struct nbd_client *c)
{
	struct loop *l = c->shared->loop;
	int64_t now = loop_now_ns(l);

	if (c->soon_until_ns == 0) {
		c->soon_until_ns = now + SOON_NS;
		loop_timer_set(l, &c->deadline, now + SOON_NS + HANDSHAKE_NS);
	}
	if (now >= c->soon_until_ns)
		return false;
	loop_timer_set(l, &c->soon, now + LOOK_NS);
	return true;
}

void
nbd_client_poke(struct nbd_client *c)
{
	size_t budget = ROUND_BYTES;

	if (c->busy || nbd_client_is_broken(c))
		return;
	c->busy = true;
	if (nbd_sendq_write(&c->out, &budget) == -1)
		nbd_client_break(c);
	c->busy = false;
	if (!nbd_client_is_broken(c))
		update(c);
}

static void
settle(void *ctx)
{
	struct nbd_client *c = ctx;

	if (!nbd_client_is_broken(c))
		update(c);
}

static void
repair(void *ctx)
{
	struct nbd_client *c = ctx;

	if (!nbd_client_is_broken(c) && c->out.state == NBD_SENDQ_LOST)
		nbd_command_again(c);
}

static void
ended(void *ctx, uint32_t frees)
{
	struct nbd_client *c = ctx;

	c->nopen--;
	c->open_bytes -= frees;
}

static void
set_send_buffer(int fd)
{
	int size = SEND_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

int
nbd_client_new(struct nbd_shared *s, int fd, uint32_t *place)
{
	struct nbd_client *c = malloc(sizeof *c);

	if (c == NULL) {
		close(fd);
		return -1;
	}
	memset(c, 0, offsetof(struct nbd_client, in));
	c->shared = s;
	c->place = place;
	LIST_INIT(&c->open);
	c->source = (struct loop_source){
	    .fd = fd, .events = EPOLLIN, .ready = ready, .ctx = c};
	c->deadline = (struct loop_timer){.fire = deadline, .ctx = c};
	c->soon = (struct loop_timer){.fire = look_again, .ctx = c};
	c->settle = (struct loop_timer){.fire = settle, .ctx = c};
	c->repair = (struct loop_timer){.fire = repair, .ctx = c};
	c->id = ++s->last_id;
	set_send_buffer(fd);
	nbd_sendq_init(&c->out, fd, &s->senders);
	c->out.ended = ended;
	c->out.ctx = c;
	s->stats.clients++;
	++*place;
	LIST_INSERT_HEAD(&s->clients, c, entry);
	if (!nbd_handshake_greet(c) || loop_add(s->loop, &c->source) == -1) {
		nbd_client_free(c);
		return -1;
	}
	loop_timer_set(s->loop, &c->deadline,
		       loop_now_ns(s->loop) + HANDSHAKE_NS);
	nbd_client_poke(c);
	return 0;
}

void
nbd_client_free(struct nbd_client *c)
{
	struct nbd_shared *s = c->shared;

	c->state = NBD_STATE_BROKEN;
	loop_remove(s->loop, &c->source);
	loop_timer_cancel(s->loop, &c->deadline);
	loop_timer_cancel(s->loop, &c->soon);
	loop_timer_cancel(s->loop, &c->settle);
	loop_timer_cancel(s->loop, &c->repair);
	nbd_command_cancel_all(c);
	nbd_sendq_drop(&c->out);
	if (c->use == NBD_USE_ATTACHED && s->backend->user != NULL)
		s->backend->user(s->ctx, c->export.image, false);
	s->stats.relays -= c->use == NBD_USE_PASSES_ON;
	s->backend->closed(s->ctx, c->id);
	LIST_REMOVE(c, entry);
	s->stats.clients--;
	--*c->place;
	close(c->source.fd);
	free(c->contexts_of);
	free(c);
}
