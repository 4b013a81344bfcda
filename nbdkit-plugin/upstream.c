/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "nbdkit-plugin/upstream.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#define NBDKIT_API_VERSION 2
#include <libnbd.h>
#include <nbdkit-plugin.h>

#include "lib/backoff.h"

/* Milliseconds between two looks, during a wait, whether nbdkit shuts down or
 * the client has gone. */
#define LOOK_MS 50
/* How many idle connections, of all upstreams together, are kept.  Few, since
 * each takes one of the router's places for clients.  Arbitrary: if no more
 * clients than this read by turns, each finds its own connection again. */
#define IDLE_MAX 64

/* An idle connection.  The router knows a client's stream of reads by its
 * connection, so only the upstream `of` uses the connection again. */
struct idle {
	TAILQ_ENTRY(idle) entry;
	struct upstream *of;
	struct nbd_handle *h;
};

/* The idle connections; the first has been idle for longest. */
static struct {
	pthread_mutex_t lock;
	TAILQ_HEAD(idles, idle) list; /* the connections; guarded by lock */
	unsigned n;                   /* entries in `list`; guarded by lock */
} idles = {.lock = PTHREAD_MUTEX_INITIALIZER,
	   .list = TAILQ_HEAD_INITIALIZER(idles.list)};

struct upstream {
	char *path;
	char *name;
	int64_t patience_ms;
	int64_t answer_ms; /* 0: no limit */
};

enum what { CACHE, READ };

struct request {
	enum what what;
	void *buf;
	uint32_t len;
	uint64_t offset;
};

/* Removes i from the list of idle connections, frees i and returns its handle.
 * The caller holds the lock. */
static struct nbd_handle *
pick(struct idle *i)
{
	struct nbd_handle *h = i->h;

	TAILQ_REMOVE(&idles.list, i, entry);
	idles.n--;
	free(i);
	return h;
}

static struct nbd_handle *
take_idle(const struct upstream *u)
{
	struct nbd_handle *h = NULL;
	struct idle *i;

	pthread_mutex_lock(&idles.lock);
	TAILQ_FOREACH_REVERSE(i, &idles.list, idles, entry)
	if (i->of == u) {
		h = pick(i);
		break;
	}
	pthread_mutex_unlock(&idles.lock);
	return h;
}

static void
keep_idle(struct upstream *u, struct nbd_handle *h)
{
	struct idle *i = malloc(sizeof *i);
	struct nbd_handle *oldest = NULL;

	if (i == NULL) {
		nbd_close(h);
		return;
	}
	*i = (struct idle){.of = u, .h = h};
	pthread_mutex_lock(&idles.lock);
	TAILQ_INSERT_TAIL(&idles.list, i, entry);
	if (++idles.n > IDLE_MAX)
		oldest = pick(TAILQ_FIRST(&idles.list));
	pthread_mutex_unlock(&idles.lock);
	nbd_close(oldest);
}

struct upstream *
upstream_new(const char *socket_path, const char *name, unsigned patience_ms,
	     unsigned answer_ms)
{
	struct upstream *u = calloc(1, sizeof *u);

	if (u == NULL)
		return NULL;
	u->patience_ms = patience_ms;
	u->answer_ms = answer_ms;
	u->path = strdup(socket_path);
	u->name = strdup(name);
	if (u->path == NULL || u->name == NULL) {
		upstream_free(u);
		errno = ENOMEM;
		return NULL;
	}
	return u;
}

void
upstream_free(struct upstream *u)
{
	struct nbd_handle *h;

	if (u == NULL)
		return;
	while ((h = take_idle(u)) != NULL) {
		nbd_aio_disconnect(h, 0);
		nbd_close(h);
	}
	free(u->path);
	free(u->name);
	free(u);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Waits for ms milliseconds.  Returns 0; or -1 with errno ESHUTDOWN, at once,
 * when nbdkit shuts down or this thread's client has gone. */
static int
pause_ms(int64_t ms)
{
	if (nbdkit_nanosleep(ms / 1000, ms % 1000 * 1000000) == 0)
		return 0;
	errno = ESHUTDOWN;
	return -1;
}

/* Lets libnbd send and receive on the connection, for LOOK_MS at most.  Returns
 * 0; or -1 with errno ENOTCONN if the connection is lost, or ESHUTDOWN as from
 * pause_ms. */
static int
progress(struct nbd_handle *h)
{
	int r = nbd_poll(h, LOOK_MS);

	if (r == -1) {
		errno = ENOTCONN;
		return -1;
	}
	return r == 0 ? pause_ms(0) : 0;
}

/* Connects to the router.  Returns NULL and sets errno on failure: to ENOTCONN
 * if there is no router, or if the router does not know this image yet; to
 * ETIMEDOUT if the router does not answer. */
static struct nbd_handle *
connect_router(struct upstream *u)
{
	struct nbd_handle *h = nbd_create();
	int64_t until_ms =
	    now_ms() + (u->answer_ms > 0 ? u->answer_ms : u->patience_ms);
	int saved = ENOTCONN;

	if (h == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	if (nbd_set_export_name(h, u->name) == -1 ||
	    nbd_set_pread_initialize(h, false) == -1 ||
	    nbd_aio_connect_unix(h, u->path) == -1)
		goto fail;
	while (nbd_aio_is_connecting(h)) {
		if (progress(h) == -1) {
			saved = errno;
			goto fail;
		}
		if (now_ms() >= until_ms) {
			saved = ETIMEDOUT;
			goto fail;
		}
	}
	if (nbd_aio_is_ready(h))
		return h;
fail:
	nbd_close(h);
	errno = saved;
	return NULL;
}

/* Returns the errno value for a command that libnbd says has failed; ENOTCONN:
 * the router has gone. */
static int
command_error(struct nbd_handle *h)
{
	int e = nbd_get_errno();

	if (nbd_aio_is_dead(h) || nbd_aio_is_closed(h) || e == ESHUTDOWN)
		return ENOTCONN;
	return e == 0 ? EIO : e;
}

static int
send_request(const struct upstream *u, struct nbd_handle *h,
	     const struct request *r)
{
	int64_t began_ms = now_ms();
	int64_t cookie;
	int done;

	if (r->what == CACHE && nbd_can_cache(h) != 1) {
		errno = ENOTSUP;
		return -1;
	}
	if (r->what == CACHE)
		cookie =
		    nbd_aio_cache(h, r->len, r->offset, NBD_NULL_COMPLETION, 0);
	else
		cookie = nbd_aio_pread(h, r->buf, r->len, r->offset,
				       NBD_NULL_COMPLETION, 0);
	if (cookie == -1) {
		errno = command_error(h);
		return -1;
	}
	while ((done = nbd_aio_command_completed(h, cookie)) == 0) {
		if (progress(h) == -1)
			return -1;
		if (u->answer_ms > 0 && now_ms() - began_ms > u->answer_ms) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
	if (done == 1)
		return 0;
	errno = command_error(h);
	return -1;
}

/* Sends the request once, and waits for the answer.  Returns 0; or -1 and sets
 * errno; ENOTCONN: there was no router, or it ended. */
static int
try_request(struct upstream *u, const struct request *r)
{
	struct nbd_handle *h = take_idle(u);
	int saved;

	if (h == NULL)
		h = connect_router(u);
	if (h == NULL)
		return -1;
	if (send_request(u, h, r) == 0) {
		keep_idle(u, h);
		return 0;
	}
	saved = errno;
	/* A command that is abandoned must not write to its buffer later, so
	 * the connection is closed, which drops the command. */
	if (saved == ENOTCONN || nbd_aio_in_flight(h) != 0 ||
	    !nbd_aio_is_ready(h))
		nbd_close(h);
	else
		keep_idle(u, h);
	errno = saved;
	return -1;
}

static int
do_request(struct upstream *u, const struct request *r)
{
	static const struct backoff_range pauses_ms = {
	    .least = 5, .most = 500, .at_once = true};
	struct backoff backoff = {0};
	int64_t until_ms = 0;

	for (;;) {
		int64_t began_ms = now_ms(), now;

		if (try_request(u, r) == 0)
			return 0;
		if (errno != ENOTCONN)
			return -1;
		now = now_ms();
		/* A try that took longer than patience_ms had a router most of
		 * that time.  So that router has ended just now, and the wait
		 * for the next one begins here. */
		if (until_ms == 0 || now - began_ms > u->patience_ms)
			until_ms = now + u->patience_ms;
		if (now >= until_ms) {
			errno = ETIMEDOUT;
			return -1;
		}
		if (pause_ms(backoff_next(&backoff, &pauses_ms)) == -1)
			return -1;
	}
}

int
upstream_cache(struct upstream *u, uint32_t len, uint64_t offset)
{
	struct request r = {CACHE, NULL, len, offset};

	return do_request(u, &r);
}

int
upstream_read(struct upstream *u, void *buf, uint32_t len, uint64_t offset)
{
	struct request r = {READ, buf, len, offset};

	return do_request(u, &r);
}
