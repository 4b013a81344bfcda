/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/nbd/nbd_server.h"

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
#define ACCEPTS 16 /* a round */
#define PAUSE_NS INT64_C(100000000)
#define WARN_NS INT64_C(10000000000)

struct nbd_server {
	struct nbd_shared shared;
	struct loop_source listener;
	struct loop_timer resume;
	int64_t warned_ns; /* 0: never */
	char path[sizeof((struct sockaddr_un *)0)->sun_path];
};

static void
reap(void *ctx)
{
	struct nbd_server *s = ctx;

	while (!LIST_EMPTY(&s->shared.broken))
		nbd_client_free(LIST_FIRST(&s->shared.broken));
}

static void
warn(struct nbd_server *s, const char *why)
{
	int64_t now = loop_now_ns(s->shared.loop);

	if (s->warned_ns != 0 && now - s->warned_ns < WARN_NS)
		return;
	s->warned_ns = now;
	log_warn("%s: a client was turned away: %s", s->path, why);
}

int
nbd_server_adopt(struct nbd_server *s, int fd)
{
	if (s->shared.stats.clients >= NBD_CLIENTS_MAX) {
		close(fd);
		errno = EMFILE;
		return -1;
	}
	return nbd_client_new(&s->shared, fd);
}

/* Clients that wait where there is no descriptor or memory are taken in a
 * little later. */
static void
pause_listening(struct nbd_server *s)
{
	struct loop *l = s->shared.loop;

	warn(s, strerror(errno));
	if (loop_set_events(l, &s->listener, 0) == 0)
		loop_timer_set(l, &s->resume, loop_now_ns(l) + PAUSE_NS);
}

static void
resume(void *ctx)
{
	struct nbd_server *s = ctx;

	loop_set_events(s->shared.loop, &s->listener, EPOLLIN);
}

static void
accept_clients(void *ctx, uint32_t events)
{
	struct nbd_server *s = ctx;

	for (int i = 0; i < ACCEPTS; i++) {
		int fd = accept4(s->listener.fd, NULL, NULL,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd == -1) {
			if (errno != EAGAIN && errno != EINTR &&
			    errno != ECONNABORTED)
				pause_listening(s);
			return;
		}
		if (nbd_server_adopt(s, fd) == -1)
			warn(s, errno == EMFILE ? "there are too many"
						: strerror(errno));
	}
}

static int
listen_on(struct nbd_server *s, const char *path)
{
	AUTO_CLOSE int fd = listen_unix(path, 0, BACKLOG);

	if (fd == -1)
		return -1;
	memcpy(s->path, path, strlen(path) + 1); /* sun_path is as long */
	s->listener = (struct loop_source){
	    .fd = fd, .events = EPOLLIN, .ready = accept_clients, .ctx = s};
	if (loop_add(s->shared.loop, &s->listener) == -1) {
		unlink(path);
		return -1;
	}
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
	s->resume = (struct loop_timer){.fire = resume, .ctx = s};
	pool_init(&s->shared.requests, nbd_command_size());
	if (nbd_senders_init(&s->shared.senders) == -1)
		return NULL;
	/* sendfile knows no MSG_NOSIGNAL. */
	signal(SIGPIPE, SIG_IGN);
	if (path != NULL && listen_on(s, path) == -1) {
		nbd_senders_free(&s->shared.senders);
		return NULL;
	}
	return TAKE_PTR(s);
}

static void
stop_listening(struct nbd_server *s)
{
	if (!s->listener.added)
		return;
	loop_remove(s->shared.loop, &s->listener);
	close(s->listener.fd);
	unlink(s->path);
}

void
nbd_server_free(struct nbd_server *s)
{
	if (s == NULL)
		return;
	stop_listening(s);
	loop_timer_cancel(s->shared.loop, &s->resume);
	while (!LIST_EMPTY(&s->shared.clients))
		nbd_client_break(LIST_FIRST(&s->shared.clients));
	reap(s);
	loop_timer_cancel(s->shared.loop, &s->shared.reap);
	pool_free(&s->shared.requests);
	nbd_senders_free(&s->shared.senders);
	free(s);
}

void
nbd_server_stats(const struct nbd_server *s, struct nbd_server_stats *st)
{
	*st = s->shared.stats;
}
