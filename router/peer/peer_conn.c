/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/peer/peer_conn.h"

#include <errno.h>
#include <libnbd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "authority/psk_file.h"
#include "lib/pool.h"

/* The window is at least so many TCP segments: with fewer in flight each
 * segment would wait for the one before it.  On loopback a segment has 64
 * KB. */
#define SEGMENTS_LEAST 4

enum conn_state { CONN_CONNECTING, CONN_READY, CONN_DEAD };

struct peer_conn {
	struct loop *loop;
	struct loop_source source;
	struct nbd_handle *nbd;
	struct address to;
	char export[CONN_EXPORT_MAX];
	const char *psk_file;
	/* the key of psk_file that is shown, counted from 0 */
	unsigned attempt;
	const struct conn_ops *ops;
	void *ctx;
	enum conn_state state;
	bool sending;
	uint64_t size;
	int window, least_window; /* bytes; if window is 0 the kernel decides */
	uint32_t owes;
	int64_t opened_ns, used_ns, heard_ns;
	/* calls ops->dead in place of send_now, which must not call it */
	struct loop_timer death;
	struct asks asks; /* open asks, sent or waiting to be sent */
	struct pool flights;
};

/* A command that libnbd has.  When a connection fails its asks are answered
 * while libnbd still has their commands, and nbd_close of libnbd 1.18 and later
 * calls back for these.  So libnbd has a pointer to this struct, not to the
 * ask; flight_end gives it back, at the latest while nbd_close runs. */
struct flight {
	/* the ask that libnbd carries out; NULL: the ask was answered */
	struct ask *ask;
	struct pool *pool; /* where the struct is from */
};

static void
flight_end(void *user_data)
{
	struct flight *f = user_data;

	if (f->ask != NULL)
		f->ask->flight = NULL;
	pool_put(f->pool, f);
}

static void
answer(struct peer_conn *c, struct ask *a, int error)
{
	TAILQ_REMOVE(&c->asks, a, entry);
	c->owes--;
	a->conn = NULL;
	if (a->flight != NULL)
		a->flight->ask = NULL;
	a->flight = NULL;
	c->used_ns = loop_now_ns(c->loop);
	c->ops->answered(c->ctx, a, error);
}

/* Answers the ask of a command that libnbd has completed.  Returns 1 if libnbd
 * may free the command.  Returns 0 while another command is being sent: if the
 * handle dies of that, libnbd 1.14 still uses this command. */
static int
on_completion(void *user_data, int *error)
{
	const struct flight *f = user_data;
	struct peer_conn *c = f->ask != NULL ? f->ask->conn : NULL;

	if (c != NULL)
		answer(c, f->ask, *error);
	return c == NULL || !c->sending;
}

/* Marks the connection dead and answers its asks.  After this only nbd_close
 * may be called with its handle. */
static void
fail(struct peer_conn *c, int error)
{
	if (c->state == CONN_DEAD)
		return;
	c->state = CONN_DEAD;
	loop_remove(c->loop, &c->source);
	while (!TAILQ_EMPTY(&c->asks))
		answer(c, TAILQ_FIRST(&c->asks), error);
}

static void
update_events(struct peer_conn *c)
{
	unsigned dir = nbd_aio_get_direction(c->nbd);
	uint32_t events = 0;

	if (dir & LIBNBD_AIO_DIRECTION_READ)
		events |= EPOLLIN;
	if (dir & LIBNBD_AIO_DIRECTION_WRITE)
		events |= EPOLLOUT;
	if (events != c->source.events)
		loop_set_events(c->loop, &c->source, events);
}

/* Sets the bound on the TCP window (conn_narrow).  Called before each ask,
 * since kernels widen the window as they learn how much memory packets need. */
static void
keep_narrow(const struct peer_conn *c)
{
	int window = c->window > c->least_window ? c->window : c->least_window;

	if (c->window > 0)
		(void)setsockopt(c->source.fd, IPPROTO_TCP, TCP_WINDOW_CLAMP,
				 &window, sizeof window);
}

/* Gives an ask to libnbd.  If its range is out of bounds, the handle is dead,
 * or the export has another size, the ask is answered with an error instead. */
static void
send_ask(struct peer_conn *c, struct ask *a)
{
	nbd_completion_callback done = {.callback = on_completion,
					.free = flight_end};
	int64_t cookie;

	if (a->image_size != 0 && a->image_size != c->size) {
		answer(c, a, EPROTO);
		return;
	}
	done.user_data = a->flight = pool_get(&c->flights);
	if (a->flight == NULL) {
		answer(c, a, ENOMEM);
		return;
	}
	*a->flight = (struct flight){.ask = a, .pool = &c->flights};
	keep_narrow(c);
	c->sending = true;
	cookie =
	    nbd_aio_pread(c->nbd, a->buf->data, a->len, a->offset, done, 0);
	c->sending = false;
	if (cookie == -1) {
		int error = nbd_get_errno();

		if (a->conn != NULL)
			answer(c, a, error != 0 ? error : ENOTCONN);
	}
}

static bool
handle_is_dead(struct peer_conn *c)
{
	return nbd_aio_is_dead(c->nbd) == 1 || nbd_aio_is_closed(c->nbd) == 1;
}

/* Sends the asks that have waited for the connection.  Stops when the handle
 * dies, since all asks are then answered, and the list has changed. */
static void
flush_waiting(struct peer_conn *c)
{
	struct ask *a, *next;

	for (a = TAILQ_FIRST(&c->asks); a != NULL && !handle_is_dead(c);
	     a = next) {
		next = TAILQ_NEXT(a, entry);
		send_ask(c, a);
	}
}

static void
fit_segments(struct peer_conn *c)
{
	int segment;
	socklen_t len = sizeof segment;

	if (getsockopt(c->source.fd, IPPROTO_TCP, TCP_MAXSEG, &segment, &len) ==
	    0)
		c->least_window = SEGMENTS_LEAST * segment;
}

static void
became_ready(struct peer_conn *c)
{
	int64_t size = nbd_get_size(c->nbd);

	fit_segments(c);
	c->size = size > 0 ? size : 0;
	c->state = CONN_READY;
	flush_waiting(c);
	c->ops->up(c->ctx, c);
}

static void
on_death(void *ctx)
{
	struct peer_conn *c = ctx;

	c->ops->dead(c->ctx, c, ECONNRESET); /* c may have been freed */
}

/* Returns the errno value for a handle that has just died: EKEYREJECTED: the
 * peer has not accepted this node's key; ENOKEY: this node has no key, and the
 * peer wants one; any other: the connection has failed.
 */
static int
death_error(const struct peer_conn *c)
{
	int error = nbd_get_errno();
	bool refused = error == 0 || error == EOPNOTSUPP || error == ECONNRESET;

	if (c->psk_file != NULL && c->state == CONN_CONNECTING && refused)
		return EKEYREJECTED;
	if (c->psk_file == NULL && error == EOPNOTSUPP)
		return ENOKEY;
	return error != 0 ? error : ECONNRESET;
}

static bool start_anew(struct peer_conn *c);

static void
on_ready(void *ctx, uint32_t events)
{
	struct peer_conn *c = ctx;
	unsigned dir = nbd_aio_get_direction(c->nbd);
	bool broken = events & (EPOLLHUP | EPOLLERR);

	if (events & EPOLLIN) {
		c->heard_ns = loop_now_ns(c->loop);
		c->ops->heard(c->ctx);
	}
	if ((dir & LIBNBD_AIO_DIRECTION_READ) && ((events & EPOLLIN) || broken))
		nbd_aio_notify_read(c->nbd);
	else if ((dir & LIBNBD_AIO_DIRECTION_WRITE) &&
		 ((events & EPOLLOUT) || broken))
		nbd_aio_notify_write(c->nbd);
	if (c->state == CONN_CONNECTING && nbd_aio_is_ready(c->nbd) == 1)
		became_ready(c);
	if (handle_is_dead(c)) {
		int error = death_error(c);

		if (start_anew(c))
			return;
		fail(c, ECONNRESET);
		c->ops->dead(c->ctx, c, error);
		return; /* c may have been freed */
	}
	update_events(c);
}

/* Makes the connection show the key of psk_file that has the number c->attempt.
 * Returns 0, or -1 and errno; ENOKEY: the file has no key that was not shown
 * yet. */
static int
show_key(struct peer_conn *c)
{
	struct psk psk[CLUSTER_KEYS_MAX];
	size_t n = psk_file_read(c->psk_file, psk);
	int ret = -1;

	errno = ENOKEY;
	if (c->attempt < n && nbd_set_tls(c->nbd, LIBNBD_TLS_REQUIRE) == 0 &&
	    nbd_set_tls_psk_file(c->nbd, c->psk_file) == 0 &&
	    nbd_set_tls_username(c->nbd, psk[c->attempt].identity) == 0)
		ret = 0;
	explicit_bzero(psk, sizeof psk);
	return ret;
}

static int
start(struct peer_conn *c)
{
	struct sockaddr_storage ss;
	socklen_t len = address_sockaddr(&c->to, &ss);

	c->nbd = nbd_create();
	if (c->nbd == NULL || (c->psk_file != NULL && show_key(c) == -1))
		return -1;
	/* libnbd need not clear the buffers: their bytes are only used after a
	 * success, and verified then. */
	if (nbd_set_export_name(c->nbd, c->export) == -1 ||
	    nbd_set_pread_initialize(c->nbd, false) == -1 ||
	    nbd_set_request_structured_replies(c->nbd, false) == -1 ||
	    nbd_aio_connect(c->nbd, (struct sockaddr *)&ss, len) == -1) {
		errno = nbd_get_errno() != 0 ? nbd_get_errno() : ECONNREFUSED;
		return -1;
	}
	c->source.fd = nbd_aio_get_fd(c->nbd);
	if (c->source.fd == -1) {
		errno = ECONNREFUSED;
		return -1;
	}
	return 0;
}

/* After a connection with a key has died before it was up, connects once more,
 * with the next key, since the node may have retired the one that was shown.
 * Returns false if no key is left, or connecting fails. */
static bool
start_anew(struct peer_conn *c)
{
	struct nbd_handle *old = c->nbd;

	if (c->psk_file == NULL || c->state != CONN_CONNECTING)
		return false;
	loop_remove(c->loop, &c->source);
	c->attempt++;
	if (start(c) == 0 && loop_add(c->loop, &c->source) == 0) {
		nbd_close(old);
		update_events(c);
		return true;
	}
	if (c->nbd != old)
		nbd_close(c->nbd);
	c->nbd = old;
	return false;
}

struct peer_conn *
conn_open(struct loop *l, const struct address *a, const char *export,
	  const char *psk_file, const struct conn_ops *ops, void *ctx)
{
	struct peer_conn *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	TAILQ_INIT(&c->asks);
	pool_init(&c->flights, sizeof(struct flight));
	c->loop = l;
	c->ops = ops;
	c->ctx = ctx;
	c->to = *a;
	snprintf(c->export, sizeof c->export, "%s", export);
	c->psk_file = psk_file;
	c->opened_ns = c->used_ns = loop_now_ns(l);
	if (start(c) == -1)
		goto fail;
	c->source.ready = on_ready;
	c->death.fire = on_death;
	c->source.ctx = c->death.ctx = c;
	c->source.events = EPOLLIN | EPOLLOUT;
	if (loop_add(l, &c->source) == -1)
		goto fail;
	update_events(c);
	return c;
fail:;
	int saved = errno;

	nbd_close(c->nbd);
	pool_free(&c->flights);
	free(c);
	errno = saved;
	return NULL;
}

void
conn_narrow(struct peer_conn *c, int window)
{
	c->window = window;
}

void
conn_close(struct peer_conn *c, int error)
{
	/* nbdkit takes a TLS connection that ends without a word for an error,
	 * and logs it. */
	if (c->psk_file != NULL && c->state == CONN_READY && c->owes == 0)
		(void)nbd_aio_disconnect(c->nbd, 0);
	fail(c, error);
	loop_timer_cancel(c->loop, &c->death);
	nbd_close(c->nbd);
	pool_free(&c->flights);
	free(c);
}

/* Sends an ask over a connection that is up.  If the handle dies of that,
 * libnbd closes its socket: no event would report that, and another file may
 * soon have the descriptor.  So this function marks the connection dead, and
 * the timer c->death tells the owner. */
static void
send_now(struct peer_conn *c, struct ask *a)
{
	send_ask(c, a);
	if (!handle_is_dead(c)) {
		update_events(c);
		return;
	}
	fail(c, ECONNRESET);
	loop_timer_set(c->loop, &c->death, loop_now_ns(c->loop));
}

void
conn_ask(struct peer_conn *c, struct ask *a)
{
	a->conn = c;
	a->flight = NULL;
	TAILQ_INSERT_TAIL(&c->asks, a, entry);
	c->owes++;
	if (c->state == CONN_DEAD) {
		answer(c, a, ECONNRESET);
		return;
	}
	if (c->state == CONN_READY)
		send_now(c, a);
}

bool
conn_is_up(const struct peer_conn *c)
{
	return c->state == CONN_READY;
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
