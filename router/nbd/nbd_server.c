/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/nbd/nbd_server.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/listen_unix.h"
#include "lib/log.h"
#include "router/nbd/nbd_client.h"

#define BACKLOG 128
#define ACCEPTS 16 /* most clients that are accepted in one call */
#define PAUSE_NS INT64_C(100000000)
#define WARN_NS INT64_C(10000000000)

/* A socket at which the server listens.  If the server listens at none,
 * doors[0] only counts the clients of nbd_server_adopt. */
struct door {
	struct nbd_server *server;
	struct loop_source listener;
	struct loop_timer resume;
	uint32_t clients;
	int64_t warned_ns; /* when a refusal was last logged; 0: never */
	char path[sizeof((struct sockaddr_un *)0)->sun_path];
};

struct nbd_server {
	struct nbd_shared shared;
	struct door doors[NBD_SOCKETS_MAX];
	unsigned ndoors;
};

static void
reap(void *ctx)
{
	struct nbd_server *s = ctx;

	while (!LIST_EMPTY(&s->shared.broken))
		nbd_client_free(LIST_FIRST(&s->shared.broken));
}

static void
warn(struct door *d, const char *why)
{
	int64_t now = loop_now_ns(d->server->shared.loop);

	if (d->warned_ns != 0 && now - d->warned_ns < WARN_NS)
		return;
	d->warned_ns = now;
	log_warn("%s: a client was turned away: %s", d->path, why);
}

static int
let_in(struct door *d, int fd)
{
	if (d->clients >= NBD_CLIENTS_MAX) {
		close(fd);
		errno = EMFILE;
		return -1;
	}
	return nbd_client_new(&d->server->shared, fd, &d->clients);
}

int
nbd_server_adopt(struct nbd_server *s, int fd)
{
	return let_in(&s->doors[0], fd);
}

/* Called when accept4 has failed, most likely for want of descriptors or
 * memory: stops accepting for PAUSE_NS.  Clients wait in the socket
 * meanwhile. */
static void
pause_listening(struct door *d)
{
	struct loop *l = d->server->shared.loop;

	warn(d, strerror(errno));
	if (loop_set_events(l, &d->listener, 0) == 0)
		loop_timer_set(l, &d->resume, loop_now_ns(l) + PAUSE_NS);
}

static void
resume(void *ctx)
{
	struct door *d = ctx;

	loop_set_events(d->server->shared.loop, &d->listener, EPOLLIN);
}

static void
accept_clients(void *ctx, uint32_t events)
{
	struct door *d = ctx;

	for (int i = 0; i < ACCEPTS; i++) {
		int fd = accept4(d->listener.fd, NULL, NULL,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd == -1) {
			if (errno != EAGAIN && errno != EINTR &&
			    errno != ECONNABORTED)
				pause_listening(d);
			return;
		}
		if (let_in(d, fd) == -1)
			warn(d, errno == EMFILE ? "there are too many"
						: strerror(errno));
	}
}

int
nbd_server_listen(struct nbd_server *s, const char *path)
{
	AUTO_CLOSE int fd = listen_unix(path, 0, BACKLOG);
	struct door *d = &s->doors[s->ndoors];

	assert(s->ndoors < NBD_SOCKETS_MAX);
	if (fd == -1)
		return -1;
	/* path fits in d->path, since listen_unix has accepted it */
	memcpy(d->path, path, strlen(path) + 1);
	d->listener = (struct loop_source){
	    .fd = fd, .events = EPOLLIN, .ready = accept_clients, .ctx = d};
	d->resume = (struct loop_timer){.fire = resume, .ctx = d};
	if (loop_add(s->shared.loop, &d->listener) == -1) {
		unlink(path);
		return -1;
	}
	s->ndoors++;
	TAKE_FD(fd);
	return 0;
}

struct nbd_server *
nbd_server_new(struct loop *l, const char *path,
	       const struct nbd_backend *backend, void *ctx)
{
	AUTO_FREE struct nbd_server *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	LIST_INIT(&s->shared.clients);
	LIST_INIT(&s->shared.broken);
	s->shared.loop = l;
	s->shared.backend = backend;
	s->shared.ctx = ctx;
	s->shared.reap = (struct loop_timer){.fire = reap, .ctx = s};
	for (unsigned i = 0; i < NBD_SOCKETS_MAX; i++)
		s->doors[i].server = s;
	pool_init(&s->shared.requests, nbd_command_size());
	if (nbd_senders_init(&s->shared.senders) == -1)
		return NULL;
	/* SIGPIPE is ignored, since sendfile has no flag like MSG_NOSIGNAL. */
	signal(SIGPIPE, SIG_IGN);
	if (path != NULL && nbd_server_listen(s, path) == -1) {
		nbd_senders_free(&s->shared.senders);
		return NULL;
	}
	return TAKE_PTR(s);
}

static void
stop_listening(struct door *d)
{
	struct loop *l = d->server->shared.loop;

	loop_remove(l, &d->listener);
	loop_timer_cancel(l, &d->resume);
	close(d->listener.fd);
	unlink(d->path);
}

void
nbd_server_free(struct nbd_server *s)
{
	if (s == NULL)
		return;
	while (s->ndoors > 0)
		stop_listening(&s->doors[--s->ndoors]);
	while (!LIST_EMPTY(&s->shared.clients))
		nbd_client_break(LIST_FIRST(&s->shared.clients));
	reap(s);
	loop_timer_cancel(s->shared.loop, &s->shared.reap);
	pool_free(&s->shared.requests);
	nbd_senders_free(&s->shared.senders);
	free(s);
}

bool
nbd_server_drop(struct nbd_server *s, const void *image)
{
	struct nbd_client *c, *next;
	bool gone = true;

	for (c = LIST_FIRST(&s->shared.clients); c != NULL; c = next) {
		next = LIST_NEXT(c, entry);
		if (c->export.image == image)
			nbd_client_break(c);
	}
	LIST_FOREACH (c, &s->shared.broken, entry)
		gone &= c->export.image != image;
	return gone;
}

void
nbd_server_stats(const struct nbd_server *s, struct nbd_server_stats *st)
{
	*st = s->shared.stats;
}
