/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Implements membership/wire/channel.h and membership/listener.h on the world's
 * network.  A channel asks its owner for frames (fill) while fewer than
 * UNSENT_MOST messages wait to leave, since a socket's buffer takes about so
 * many.
 */
#include "membership/wire/channel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "membership/listener.h"
#include "perf/world/clock.h"
#include "perf/world/machine.h"
#include "perf/world/rng.h"
#include "perf/world/tcp.h"

/* how many messages, of up to CHANNEL_CHUNK bytes each, may wait to leave */
#define UNSENT_MOST 4
/* number of the port that stands for a member's Unix socket */
#define UNIX_PORT 1
#define ENDS_MAX 65536
/* numbers in the place of descriptors begin here, above all real descriptors */
#define FD_BASE 1000000

struct channel {
	struct loop *loop;
	struct tcp_end *tcp;
	const struct channel_ops *ops;
	void *ctx;
	struct loop_timer write;
	bool open, busy, freed;
	int64_t stuck_ns;
};

struct listener {
	struct loop *loop;
	struct tcp_port *port;
	bool tcp;
	listener_arrived *arrived;
	void *ctx;
};

/* Connections that have come and wait for channel_new.  The number that stands
 * for a connection's descriptor is FD_BASE plus its index here. */
static struct tcp_end *arrivals[ENDS_MAX];
static int narrivals;

static void
destroy(struct channel *k)
{
	loop_timer_cancel(k->loop, &k->write);
	tcp_close(k->tcp);
	free(k);
}

static void
end_callback(struct channel *k)
{
	k->busy = false;
	if (k->freed)
		destroy(k);
}

static void
write_some(struct channel *k)
{
	uint8_t buf[CHANNEL_CHUNK];

	while (tcp_unsent(k->tcp) < UNSENT_MOST && !k->freed) {
		size_t n = k->ops->fill(k->ctx, buf, sizeof buf);
		uint8_t *body;

		if (k->freed || n == 0)
			break;
		body = must(malloc(n));
		memcpy(body, buf, n);
		tcp_send(k->tcp, body, n);
	}
	k->stuck_ns = 0;
	if (tcp_unsent(k->tcp) >= UNSENT_MOST)
		k->stuck_ns = loop_now_ns(k->loop);
}

static void
on_write(void *ctx)
{
	struct channel *k = ctx;

	k->busy = true;
	write_some(k);
	end_callback(k);
}

static void
on_opened(void *ctx)
{
	struct channel *k = ctx;

	k->open = true;
	channel_kick(k);
}

static void
on_message(void *ctx, void *body, size_t bytes)
{
	struct channel *k = ctx;
	const uint8_t *at = body;
	struct proto_msg m;
	ssize_t n = 0;

	k->busy = true;
	for (; bytes > 0 && !k->freed; at += n, bytes -= n) {
		n = proto_decode(at, bytes, &m);
		if (n <= 0)
			break;
		k->ops->frame(k->ctx, &m);
	}
	if (n <= 0 && !k->freed)
		k->ops->failed(k->ctx, CHANNEL_NO_FRAME);
	free(body);
	end_callback(k);
}

static void
on_some(void *ctx)
{
}

static void
on_ended(void *ctx)
{
	struct channel *k = ctx;

	k->busy = true;
	k->ops->failed(k->ctx, k->open ? CHANNEL_CLOSED : CHANNEL_ERROR);
	end_callback(k);
}

static const struct tcp_ops tcp_ops = {
    .opened = on_opened,
    .message = on_message,
    .some = on_some,
    .room = on_write,
    .ended = on_ended,
};

static struct channel *
make(struct loop *l, const struct channel_ops *ops, void *ctx)
{
	struct channel *k = must(calloc(1, sizeof *k));

	k->loop = l;
	k->ops = ops;
	k->ctx = ctx;
	k->write = (struct loop_timer){.fire = on_write, .ctx = k};
	return k;
}

struct channel *
channel_new(struct loop *l, int fd, const struct channel_ops *ops, void *ctx)
{
	struct channel *k = make(l, ops, ctx);

	k->tcp = arrivals[fd - FD_BASE];
	arrivals[fd - FD_BASE] = NULL;
	k->open = true;
	tcp_take(k->tcp, &tcp_ops, k);
	channel_kick(k);
	return k;
}

struct channel *
channel_connect(struct loop *l, const struct address *to,
		const struct channel_ops *ops, void *ctx)
{
	struct channel *k = make(l, ops, ctx);

	k->tcp = tcp_connect(l, to, &tcp_ops, k);
	if (k->tcp != NULL)
		return k;
	free(k);
	return NULL;
}

struct channel *
channel_connect_unix(struct loop *l, const char *path,
		     const struct channel_ops *ops, void *ctx)
{
	struct address a = machine_of_path(path)->address;

	a.port = UNIX_PORT;
	return channel_connect(l, &a, ops, ctx);
}

/* Not called: a world has no keys. */
int
channel_secure(struct channel *k, const char *psk_file, unsigned attempt)
{
	return -1;
}

void
channel_free(struct channel *k)
{
	if (k == NULL || k->freed)
		return;
	if (!k->busy) {
		destroy(k);
		return;
	}
	k->freed = true;
}

void
channel_kick(struct channel *k)
{
	if (k->open && !k->freed && k->write.slot == 0)
		clock_deliver(k->loop, &k->write, event_now_ns());
}

void
channel_flush(struct channel *k)
{
	if (k->open && !k->freed)
		write_some(k);
}

int64_t
channel_stuck_ns(const struct channel *k)
{
	return k->stuck_ns;
}

/* --- membership/listener.h --- */

static void
on_arrived(void *ctx, struct tcp_end *e)
{
	struct listener *s = ctx;
	struct arrival a = {.fd = FD_BASE + narrivals, .tcp = s->tcp};

	arrivals[narrivals] = e;
	narrivals = (narrivals + 1) % ENDS_MAX;
	if (s->tcp) {
		a.from = *tcp_other(e);
		a.here = *tcp_here(e);
	}
	s->arrived(s->ctx, &a);
}

static struct listener *
listener_new(struct loop *l, uint16_t port, bool tcp, listener_arrived *arrived,
	     void *ctx)
{
	struct listener *s = must(calloc(1, sizeof *s));

	s->loop = l;
	s->tcp = tcp;
	s->arrived = arrived;
	s->ctx = ctx;
	s->port = tcp_listen(l, port, on_arrived, s);
	return s;
}

struct listener *
listener_unix(struct loop *l, const char *path, listener_arrived *arrived,
	      void *ctx)
{
	return listener_new(l, UNIX_PORT, false, arrived, ctx);
}

struct listener *
listener_tcp(struct loop *l, const struct address *a, listener_arrived *arrived,
	     void *ctx)
{
	return listener_new(l, a->port, true, arrived, ctx);
}

void
listener_free(struct listener *s)
{
	if (s == NULL)
		return;
	tcp_unlisten(s->port);
	free(s);
}

void
listener_resume(struct listener *s)
{
}
