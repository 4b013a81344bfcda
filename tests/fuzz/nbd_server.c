/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Sends arbitrary bytes to the NBD server, as a client would.  The first byte
 * of the input chooses how the backend answers (at once or late, with errors,
 * from memory or from a file that is too short), whether the client vanishes,
 * and how much of a right handshake is sent before the rest of the input. */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "router/nbd/nbd_server.h"

#define SMALL (20U << 10)
#define LARGE (300U << 10)
/* The most requests that the backend leaves open: the most that a client may
 * have, and one more that is being read. */
#define LATE_MAX (NBD_REQUESTS_MAX + 1)

#define FLAGS "\0\0\0\3"
#define OPTION(N, LEN) "IHAVEOPT\0\0\0" N "\0\0\0" LEN
#define STRUCTURED OPTION("\10", "\0")
#define CONTEXTS                                                               \
	OPTION("\12", "\34") "\0\0\0\1x\0\0\0\1\0\0\0\17base:allocation"
#define GO(NAME) OPTION("\7", "\7") "\0\0\0\1" NAME "\0\0"

enum {
	ANSWERS_LATE = 8,
	ANSWERS_ERRORS = 16,
	VANISHES = 32,
	MEMORY = 64,
	FAILS = 128
};

struct peer {
	struct loop *loop;
	struct nbd_server *server;
	struct loop_source source;
	struct loop_timer later;
	/* descriptors of the image's file, and of one that is cut short */
	int file, cut;
	/* true: the next request to the backend must repeat one whose data
	 * could not be read */
	bool again;
	uint8_t *bytes;

	unsigned mode;
	const char *prefix;
	size_t prefix_left;
	const uint8_t *p;
	size_t left;
	struct nbd_request *late[LATE_MAX];
	unsigned nlate;
	uint64_t given, done;
};

/* --- the backend --- */

static bool
find(void *ctx, const char *name, size_t len, struct nbd_export *e)
{
	if (len != 1 || (name[0] != 'x' && name[0] != 'y'))
		return false;
	*e = (struct nbd_export){.image = ctx,
				 .size = name[0] == 'x' ? SMALL : LARGE,
				 .chunk_size = 4096};
	return true;
}

static void
list(void *ctx, void (*say)(void *say_ctx, const char *name), void *say_ctx)
{
	say(say_ctx, "x");
	say(say_ctx, "y");
}

static void
done(void *ctx, uint64_t tag)
{
	struct peer *s = ctx;

	s->done++;
}

static void
give(struct peer *s, struct nbd_request *r, uint32_t from, uint32_t len)
{
	struct nbd_data d = {.fd = s->file,
			     .offset = r->offset + from,
			     .len = len,
			     .done = done,
			     .ctx = s};

	if ((s->mode & FAILS) && r->backend == NULL)
		d.fd = s->cut;
	if (s->mode & MEMORY)
		d.buf = s->bytes + d.offset;
	s->given++;
	nbd_reply_data(r, &d);
}

static void
answer(struct peer *s, struct nbd_request *r)
{
	uint32_t half = r->len / 2;

	assert(r->offset + r->len <= LARGE && r->len > 0);
	if (r->type == NBD_READ)
		give(s, r, 0, half);
	if ((s->mode & ANSWERS_ERRORS) && (r->offset & 1)) {
		nbd_reply_error(r, r->offset & 0xff);
		return;
	}
	if (r->type == NBD_READ)
		give(s, r, half, r->len - half);
	nbd_reply_done(r);
}

static void
later(void *ctx)
{
	struct peer *s = ctx;

	if (s->nlate > 0)
		answer(s, s->late[--s->nlate]);
	if (s->nlate > 0)
		loop_timer_set(s->loop, &s->later, 0);
}

static void
request(void *ctx, struct nbd_request *r)
{
	struct peer *s = ctx;

	if (s->again)
		r->backend = s;
	s->again = false;
	if (!(s->mode & ANSWERS_LATE) || (r->offset & 2)) {
		answer(s, r);
		return;
	}
	assert(s->nlate < LATE_MAX);
	s->late[s->nlate++] = r;
	loop_timer_set(s->loop, &s->later, 0);
}

static void
cancel(void *ctx, struct nbd_request *r)
{
	struct peer *s = ctx;

	for (unsigned i = 0; i < s->nlate; i++)
		if (s->late[i] == r) {
			s->late[i] = s->late[--s->nlate];
			return;
		}
	abort();
}

static void
closed(void *ctx, uint64_t client)
{
	struct peer *s = ctx;

	loop_stop(s->loop);
}

static void
user(void *ctx, void *image, bool comes)
{
}

static void
lost(void *ctx, void *image, uint64_t offset, uint32_t len)
{
	struct peer *s = ctx;

	assert(offset + len <= LARGE && len > 0);
	s->again = true;
}

static const struct nbd_backend backend = {find,   list, request, cancel,
					   closed, user, lost,    NULL};

/* --- the client --- */

static void
hang_up(struct peer *s)
{
	loop_remove(s->loop, &s->source);
	if (s->source.fd != -1)
		close(s->source.fd);
	s->source.fd = -1;
}

static void
say(struct peer *s)
{
	const void *p = s->prefix_left > 0 ? (const void *)s->prefix : s->p;
	size_t *left = s->prefix_left > 0 ? &s->prefix_left : &s->left;
	ssize_t n = send(s->source.fd, p, *left, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n == -1)
		return;
	if (left == &s->left)
		s->p += n;
	else
		s->prefix += n;
	*left -= n;
}

static void
peer_ready(void *ctx, uint32_t events)
{
	static char sink[1 << 20];
	struct peer *s = ctx;

	if (recv(s->source.fd, sink, sizeof sink, MSG_DONTWAIT) == 0 ||
	    (events & EPOLLERR)) {
		hang_up(s);
		return;
	}
	if (s->prefix_left + s->left > 0) {
		say(s);
	} else if (s->mode & VANISHES) {
		hang_up(s);
	} else if (events & EPOLLOUT) {
		shutdown(s->source.fd, SHUT_WR);
		loop_set_events(s->loop, &s->source, EPOLLIN);
	}
}

static void
set_up(struct peer *s)
{
	s->loop = loop_new();
	s->file = memfd_create("image", 0);
	s->cut = memfd_create("cut", 0);
	if (s->loop == NULL || ftruncate(s->file, LARGE) == -1 ||
	    ftruncate(s->cut, LARGE / 3) == -1)
		abort();
	s->bytes = mmap(NULL, LARGE, PROT_READ, MAP_SHARED, s->file, 0);
	s->server = nbd_server_new(s->loop, NULL, &backend, s);
	s->later = (struct loop_timer){.fire = later, .ctx = s};
	s->source.fd = -1;
}

static void
connect_pair(struct peer *s)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) == -1 ||
	    nbd_server_adopt(s->server, fd[0]) == -1)
		abort();
	s->source = (struct loop_source){.fd = fd[1],
					 .events = EPOLLIN | EPOLLOUT,
					 .ready = peer_ready,
					 .ctx = s};
	if (loop_add(s->loop, &s->source) == -1)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		const char *text;
		size_t len;
	} prefixes[8] = {
#define P(TEXT) {TEXT, sizeof(TEXT) - 1}
	    P(""),
	    P(FLAGS),
	    P(FLAGS STRUCTURED),
	    P(FLAGS GO("x")),
	    P(FLAGS GO("y")),
	    P(FLAGS STRUCTURED GO("x")),
	    P(FLAGS STRUCTURED GO("y")),
	    P(FLAGS STRUCTURED CONTEXTS GO("x")),
	};
	static struct peer s;

	if (size == 0)
		return 0;
	if (s.loop == NULL)
		set_up(&s);
	s.mode = data[0];
	s.prefix = prefixes[s.mode & 7].text;
	s.prefix_left = prefixes[s.mode & 7].len;
	s.p = data + 1;
	s.left = size - 1;
	connect_pair(&s);
	if (loop_run(s.loop) == -1)
		abort();
	hang_up(&s);
	if (s.given != s.done || s.nlate != 0)
		abort();
	return 0;
}
