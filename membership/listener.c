/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/listen_unix.h"
#include "lib/log.h"

/* How many connections may wait to be accepted.  Arbitrary: enough for a room
 * of machines that start at once. */
#define BACKLOG 128
/* How many connections are accepted in one round of the loop.  Arbitrary: so
 * few that many new connections do not hold up the guests. */
#define ACCEPT_ROUND 32

struct listener {
	struct loop *loop;
	struct loop_source source;
	char *path; /* the Unix socket's path; NULL: a TCP port listens */
	listener_arrived *arrived;
	void *ctx;
};

static void
find_ends(struct arrival *a)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;

	if (getpeername(a->fd, (struct sockaddr *)&ss, &len) == 0)
		(void)address_from_sockaddr((struct sockaddr *)&ss, len,
					    &a->from);
	len = sizeof ss;
	if (getsockname(a->fd, (struct sockaddr *)&ss, &len) == 0)
		(void)address_from_sockaddr((struct sockaddr *)&ss, len,
					    &a->here);
}

static void
ready(void *ctx, uint32_t events)
{
	struct listener *s = ctx;

	for (int i = 0; i < ACCEPT_ROUND; i++) {
		struct arrival a = {.tcp = s->path == NULL};

		a.fd = accept4(s->source.fd, NULL, NULL,
			       SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (a.fd == -1)
			break;
		if (a.tcp)
			find_ends(&a);
		s->arrived(s->ctx, &a);
		errno = EAGAIN;
	}
	/* After any error but these three, epoll would report the listening
	 * socket again and again.  So it is not watched until listener_resume
	 * is called. */
	if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) {
		log_warn("accept: %s", strerror(errno));
		(void)loop_set_events(s->loop, &s->source, 0);
	}
}

/* Makes a listener of fd, a listening socket, and closes fd on failure.
 * Returns NULL on failure, or if fd is -1. */
static struct listener *
make(struct loop *l, int fd, listener_arrived *arrived, void *ctx)
{
	AUTO_CLOSE int owned = fd;
	AUTO_FREE struct listener *s = NULL;

	if (owned == -1)
		return NULL;
	s = calloc(1, sizeof *s);
	if (s == NULL)
		return NULL;
	s->loop = l;
	s->arrived = arrived;
	s->ctx = ctx;
	s->source = (struct loop_source){
	    .fd = owned, .events = EPOLLIN, .ready = ready, .ctx = s};
	if (loop_add(l, &s->source) == -1)
		return NULL;
	(void)TAKE_FD(owned);
	return TAKE_PTR(s);
}

struct listener *
listener_unix(struct loop *l, const char *path, listener_arrived *arrived,
	      void *ctx)
{
	AUTO_FREE char *copy = strdup(path);
	struct listener *s;

	if (copy == NULL)
		return NULL;
	s = make(l, listen_unix(path, 0600, BACKLOG), arrived, ctx);
	if (s != NULL)
		s->path = TAKE_PTR(copy);
	return s;
}

static int
tcp_socket(const struct address *a)
{
	struct sockaddr_storage ss;
	socklen_t len = address_sockaddr(a, &ss);
	int one = 1, zero = 0;
	AUTO_CLOSE int fd =
	    socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == -1)
		return -1;
	if (ss.ss_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero,
				 sizeof zero);
	if (bind(fd, (struct sockaddr *)&ss, len) == -1 ||
	    listen(fd, BACKLOG) == -1)
		return -1;
	return TAKE_FD(fd);
}

struct listener *
listener_tcp(struct loop *l, const struct address *a, listener_arrived *arrived,
	     void *ctx)
{
	const struct address all = {.port = a->port};
	int fd = -1;

	/* For the address "any" IPv6's :: is tried first, which includes IPv4,
	 * as nbdkit does.  If that fails, the address is used as the caller
	 * gave it. */
	if (address_any(a))
		fd = tcp_socket(&all);
	if (fd == -1)
		fd = tcp_socket(a);
	return make(l, fd, arrived, ctx);
}

void
listener_free(struct listener *s)
{
	if (s == NULL)
		return;
	loop_remove(s->loop, &s->source);
	close(s->source.fd);
	if (s->path != NULL)
		unlink(s->path);
	free(s->path);
	free(s);
}

void
listener_resume(struct listener *s)
{
	if (s != NULL)
		(void)loop_set_events(s->loop, &s->source, EPOLLIN);
}
