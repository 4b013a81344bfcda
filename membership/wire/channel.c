/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/channel.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "membership/wire/tls.h"

/* How often fill is called in one round of the loop at most, so that one
 * channel does not hold up the loop. */
#define OUT_ROUNDS 4

/* FREED: a callback of the channel has freed it; it is destroyed when that
 * callback returns. */
enum channel_state { CONNECTING, HANDSHAKE, OPEN, FREED };

struct channel {
	struct loop *loop;
	struct loop_source source;
	/* the channel's TLS; NULL: frames are sent as they are */
	struct tls *tls;
	const struct channel_ops *ops;
	void *ctx;
	enum channel_state state;
	bool busy; /* true: channel_ready is running, and may call callbacks */
	enum channel_end why;
	uint8_t *in, *out;
	size_t nin, nout; /* bytes in `in` and `out` */
	size_t room;      /* bytes for which `in` has room */
	int64_t stuck_ns;
};

static void channel_ready(void *ctx, uint32_t events);

static struct channel *
make(struct loop *l, int fd, enum channel_state state,
     const struct channel_ops *ops, void *ctx)
{
	struct channel *k = calloc(1, sizeof *k);
	int one = 1;

	if (k == NULL) {
		close(fd);
		return NULL;
	}
	/* TCP_NODELAY fails with EOPNOTSUPP on a Unix socket, which does not
	 * need it. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	k->loop = l;
	k->ops = ops;
	k->ctx = ctx;
	k->state = state;
	k->why = CHANNEL_ERROR;
	k->source = (struct loop_source){
	    .fd = fd,
	    .events = EPOLLIN | EPOLLOUT,
	    .ready = channel_ready,
	    .ctx = k,
	};
	if (loop_add(l, &k->source) == -1) {
		close(fd);
		free(k);
		return NULL;
	}
	return k;
}

struct channel *
channel_new(struct loop *l, int fd, const struct channel_ops *ops, void *ctx)
{
	return make(l, fd, OPEN, ops, ctx);
}

static struct channel *
begin(struct loop *l, const struct sockaddr *sa, socklen_t len,
      const struct channel_ops *ops, void *ctx)
{
	AUTO_CLOSE int fd = socket(
	    sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return NULL;
	if (connect(fd, sa, len) == -1 && errno != EINPROGRESS)
		return NULL;
	return make(l, TAKE_FD(fd), CONNECTING, ops, ctx);
}

struct channel *
channel_connect(struct loop *l, const struct address *to,
		const struct channel_ops *ops, void *ctx)
{
	struct sockaddr_storage ss;
	socklen_t len = address_sockaddr(to, &ss);

	return begin(l, (struct sockaddr *)&ss, len, ops, ctx);
}

struct channel *
channel_connect_unix(struct loop *l, const char *path,
		     const struct channel_ops *ops, void *ctx)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof un.sun_path) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	memcpy(un.sun_path, path, strlen(path));
	return begin(l, (struct sockaddr *)&un, sizeof un, ops, ctx);
}

int
channel_secure(struct channel *k, const char *psk_file, unsigned attempt)
{
	int fd = k->source.fd;

	k->tls = k->state == CONNECTING ? tls_connect(fd, psk_file, attempt)
					: tls_accept(fd, psk_file);
	if (k->tls == NULL)
		return -1;
	if (k->state == OPEN)
		k->state = HANDSHAKE;
	return 0;
}

static void
destroy(struct channel *k)
{
	loop_remove(k->loop, &k->source);
	tls_free(k->tls);
	close(k->source.fd);
	free(k->in);
	free(k->out);
	free(k);
}

/* Sends the bytes at buf, and keeps those that the socket does not take.
 * Returns 0, or -1 if the socket failed or there is no memory. */
static int
put(struct channel *k, const uint8_t *buf, size_t len)
{
	ssize_t n = k->tls != NULL ? tls_send(k->tls, buf, len)
				   : send(k->source.fd, buf, len,
					  MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n == -1 && errno != EAGAIN && errno != EINTR)
		return -1;
	if (n > 0)
		k->stuck_ns = 0;
	else
		n = 0;
	if ((size_t)n == len) {
		k->nout = 0;
		return 0;
	}
	if (k->stuck_ns == 0)
		k->stuck_ns = loop_now_ns(k->loop);
	if (k->out == NULL) {
		k->out = malloc(CHANNEL_CHUNK);
		if (k->out == NULL)
			return -1;
	}
	memmove(k->out, buf + n, len - n);
	k->nout = len - n;
	return 0;
}

/* Sends the bytes that were kept, and then frames from fill.  Returns 0, or -1
 * if that failed. */
static int
write_some(struct channel *k)
{
	uint8_t buf[CHANNEL_CHUNK];

	if (k->out != NULL && k->nout > 0 && put(k, k->out, k->nout) == -1)
		return -1;
	for (int i = 0; i < OUT_ROUNDS && k->nout == 0; i++) {
		size_t n = k->ops->fill(k->ctx, buf, sizeof buf);

		if (k->state == FREED)
			return 0;
		if (n == 0) {
			free(k->out);
			k->out = NULL;
			return loop_set_events(k->loop, &k->source, EPOLLIN);
		}
		if (put(k, buf, n) == -1)
			return -1;
	}
	return 0;
}

/* Passes the complete frames in buf to the owner.  Returns how many bytes they
 * had; -1: bytes in buf are no frame. */
static ssize_t
take_frames(struct channel *k, const uint8_t *buf, size_t len)
{
	size_t at = 0;

	while (at < len) {
		struct proto_msg m;
		ssize_t n = proto_decode(buf + at, len - at, &m);

		if (n == -1)
			return -1;
		if (n == 0)
			break;
		k->ops->frame(k->ctx, &m);
		if (k->state == FREED)
			return at;
		at += n;
	}
	return at;
}

/* Keeps `rest`, the beginning of a frame, until the frame's end has come.
 * Makes room for twice as much, so that a frame that comes byte by byte is not
 * copied for each byte.  Returns -1 if there is no memory. */
static int
keep(struct channel *k, const uint8_t *rest, size_t len)
{
	size_t room = 2 * len < CHANNEL_CHUNK ? 2 * len : CHANNEL_CHUNK;
	uint8_t *in = NULL;

	if (len > 0) {
		in = malloc(room);
		if (in == NULL)
			return -1;
		memcpy(in, rest, len);
	}
	free(k->in);
	k->in = in;
	k->nin = len;
	k->room = room;
	return 0;
}

static int
read_some(struct channel *k)
{
	uint8_t fresh[CHANNEL_CHUNK], *buf = k->nin > 0 ? k->in : fresh;
	size_t room = k->nin > 0 ? k->room : sizeof fresh;
	ssize_t n, used;

	n = k->tls != NULL
		? tls_recv(k->tls, buf + k->nin, room - k->nin)
		: recv(k->source.fd, buf + k->nin, room - k->nin, MSG_DONTWAIT);
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (n == 0) {
		k->why = CHANNEL_CLOSED;
		return -1;
	}
	n += k->nin;
	used = take_frames(k, buf, n);
	if (k->state == FREED)
		return 0;
	if (used == -1) {
		k->why = CHANNEL_NO_FRAME;
		return -1;
	}
	if (used == 0 && buf == k->in && (size_t)n < room) {
		k->nin = n;
		return 0;
	}
	return keep(k, buf + used, n - used);
}

static int
finish_connect(struct channel *k, uint32_t events)
{
	int error = 0;
	socklen_t len = sizeof error;

	if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0)
		return 0;
	if (getsockopt(k->source.fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		return -1;
	errno = error;
	if (error != 0)
		return -1;
	k->state = k->tls != NULL ? HANDSHAKE : OPEN;
	return 0;
}

static enum channel_end
handshake_end(int error)
{
	switch (error) {
	case ENOMEM:
		return CHANNEL_ERROR;
	case ECONNRESET:
		return CHANNEL_CUT;
	default:
		return CHANNEL_REFUSED;
	}
}

/* Goes on with the handshake.  Returns 0, or -1 if the channel has failed. */
static int
shake_hands(struct channel *k)
{
	uint32_t events = EPOLLIN;

	if (tls_handshake(k->tls) == 0) {
		k->state = OPEN;
		return loop_set_events(k->loop, &k->source, EPOLLIN | EPOLLOUT);
	}
	if (errno != EAGAIN) {
		k->why = handshake_end(errno);
		return -1;
	}
	if (tls_waits_to_write(k->tls))
		events |= EPOLLOUT;
	return loop_set_events(k->loop, &k->source, events);
}

/* Reads what has come.  Bytes that TLS has taken from the socket are read to
 * the last, since the loop reports no event for them.  Returns 0, or -1 if the
 * channel has failed. */
static int
read_all(struct channel *k)
{
	int ret = read_some(k);

	while (ret == 0 && k->state == OPEN && k->tls != NULL &&
	       tls_pending(k->tls))
		ret = read_some(k);
	return ret;
}

static void
channel_ready(void *ctx, uint32_t events)
{
	struct channel *k = ctx;
	int ret = 0;

	k->busy = true;
	if (k->state == CONNECTING)
		ret = finish_connect(k, events);
	if (ret == 0 && k->state == HANDSHAKE)
		ret = shake_hands(k);
	if (ret == 0 && k->state == OPEN && (events & ~EPOLLOUT) != 0)
		ret = read_all(k);
	if (ret == 0 && k->state == OPEN && (events & EPOLLOUT) != 0)
		ret = write_some(k);
	if (ret == -1 && k->state != FREED)
		k->ops->failed(k->ctx, k->why);
	k->busy = false;
	if (k->state == FREED)
		destroy(k);
}

void
channel_flush(struct channel *k)
{
	if (k->state == OPEN)
		(void)write_some(k);
}

void
channel_free(struct channel *k)
{
	if (k == NULL || k->state == FREED)
		return;
	if (!k->busy) {
		destroy(k);
		return;
	}
	loop_remove(k->loop, &k->source);
	k->state = FREED;
}

void
channel_kick(struct channel *k)
{
	if (k->state != FREED && k->source.added)
		(void)loop_set_events(k->loop, &k->source, EPOLLIN | EPOLLOUT);
}

int64_t
channel_stuck_ns(const struct channel *k)
{
	return k->stuck_ns;
}
