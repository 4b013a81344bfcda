/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/nbd/nbd_sendq.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define SCRATCH (256U << 10)
/* data of fewer bytes is read and copied, which takes less time than
 * sendfile */
#define SENDFILE_MIN (32U << 10)
/* most bytes that one call of sendfile sends, since other clients wait */
#define SENDFILE_MAX (1U << 20)
#define IOVS 64

struct nbd_piece *
nbd_pieces_take(struct nbd_pieces *l)
{
	struct nbd_piece *p = STAILQ_FIRST(l);

	if (p != NULL)
		STAILQ_REMOVE_HEAD(l, entry);
	return p;
}

int
nbd_senders_init(struct nbd_senders *s)
{
	pool_init(&s->pieces, sizeof(struct nbd_piece));
	s->scratch = malloc(SCRATCH);
	return s->scratch == NULL ? -1 : 0;
}

void
nbd_senders_free(struct nbd_senders *s)
{
	pool_free(&s->pieces);
	free(s->scratch);
}

struct nbd_piece *
nbd_piece_new(struct nbd_senders *s)
{
	struct nbd_piece *p = pool_get(&s->pieces);

	if (p != NULL)
		memset(p, 0, offsetof(struct nbd_piece, head));
	return p;
}

void
nbd_piece_free(struct nbd_senders *s, struct nbd_piece *p)
{
	struct nbd_data d = p->data;

	pool_put(&s->pieces, p);
	if (d.len > 0 && d.done != NULL)
		d.done(d.ctx, d.tag);
}

void
nbd_sendq_init(struct nbd_sendq *q, int fd, struct nbd_senders *shared)
{
	*q = (struct nbd_sendq){.fd = fd, .shared = shared};
	STAILQ_INIT(&q->queue);
	STAILQ_INIT(&q->unread);
}

void
nbd_sendq_add(struct nbd_sendq *q, struct nbd_piece *p)
{
	STAILQ_INSERT_TAIL(&q->queue, p, entry);
}

bool
nbd_sendq_empty(const struct nbd_sendq *q)
{
	return STAILQ_EMPTY(&q->queue);
}

bool
nbd_sendq_wants_output(const struct nbd_sendq *q)
{
	return !STAILQ_EMPTY(&q->queue) &&
	       (q->state == NBD_SENDQ_FLOWS || q->state == NBD_SENDQ_BLOCKED);
}

void
nbd_sendq_unblock(struct nbd_sendq *q)
{
	if (q->state == NBD_SENDQ_BLOCKED)
		q->state = NBD_SENDQ_FLOWS;
}

/* Returns how many bytes of a piece's data were sent. */
static uint32_t
data_sent(const struct nbd_piece *p)
{
	return p->sent > p->head_len ? p->sent - p->head_len : 0;
}

static bool
by_reference(const struct nbd_sendq *q, const struct nbd_piece *p)
{
	return p->data.buf == NULL && p->data.len >= SENDFILE_MIN && !q->copies;
}

static void
finish(struct nbd_sendq *q, struct nbd_piece *p)
{
	bool last = p->last;
	uint32_t frees = p->frees;

	if (p->referred) {
		p->end = q->sent;
		STAILQ_INSERT_TAIL(&q->unread, p, entry);
	} else {
		nbd_piece_free(q->shared, p);
	}
	if (last)
		q->ended(q->ctx, frees);
}

static void
advance(struct nbd_sendq *q, size_t n)
{
	while (n > 0) {
		struct nbd_piece *p = STAILQ_FIRST(&q->queue);
		uint32_t size = p->head_len + p->data.len;
		uint32_t step = size - p->sent;

		if (step > n)
			step = n;
		p->sent += step;
		q->sent += step;
		n -= step;
		if (p->sent == size)
			finish(q, nbd_pieces_take(&q->queue));
	}
}

struct gather {
	struct iovec iov[IOVS];
	int n;
	size_t bytes, copied;
};

static void
gather_add(struct gather *g, const void *p, size_t len)
{
	g->iov[g->n++] = (struct iovec){.iov_base = (void *)p, .iov_len = len};
	g->bytes += len;
}

/* Reads as much of a piece's data from its file as the scratch buffer has room
 * for, and adds it to g. Returns 1 if that is all of the piece's data, 0 if
 * some is left, -1 if the file cannot be read. */
static int
gather_file(struct nbd_sendq *q, struct gather *g, const struct nbd_piece *p)
{
	uint32_t sent = data_sent(p);
	uint32_t left = p->data.len - sent;
	uint8_t *to = q->shared->scratch + g->copied;
	size_t room = SCRATCH - g->copied;
	ssize_t n;

	if (room == 0)
		return 0;
	if (room > left)
		room = left;
	n = pread(p->data.fd, to, room, p->data.offset + sent);
	if (n <= 0)
		return -1;
	g->copied += n;
	gather_add(g, to, n);
	return (uint32_t)n == left;
}

/* Gathers in g what one sendmsg is to send: heads, data in memory, and data of
 * files that is not sent by sendfile.  Returns 0; or -1 with errno ENODATA if
 * the first piece's file cannot be read. */
static int
gather_queue(struct nbd_sendq *q, struct gather *g, size_t budget)
{
	const struct nbd_piece *p;

	STAILQ_FOREACH(p, &q->queue, entry)
	{
		uint32_t sent = data_sent(p);

		if (g->n + 2 > IOVS || g->bytes >= budget)
			break;
		if (p->sent < p->head_len)
			gather_add(g, p->head + p->sent, p->head_len - p->sent);
		if (p->data.len == sent)
			continue;
		if (by_reference(q, p))
			break;
		if (p->data.buf != NULL) {
			gather_add(g, (const uint8_t *)p->data.buf + sent,
				   p->data.len - sent);
		} else {
			int whole = gather_file(q, g, p);

			if (whole == -1 && g->bytes == 0) {
				errno = ENODATA;
				return -1;
			}
			if (whole != 1)
				break;
		}
	}
	return 0;
}

static ssize_t
send_gathered(struct nbd_sendq *q, size_t budget)
{
	struct gather g;
	struct msghdr m = {.msg_iov = g.iov};

	/* not the whole struct, since clearing all of iov takes long */
	g.n = 0;
	g.bytes = g.copied = 0;
	if (gather_queue(q, &g, budget) == -1)
		return -1;
	m.msg_iovlen = g.n;
	return sendmsg(q->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Returns true if this errno value of sendfile means that the file cannot be
 * read, not that the socket has failed. */
static bool
medium_failed(int error)
{
	switch (error) {
	case EAGAIN:
	case EINTR:
	case ENOMEM:
	case ENOBUFS:
	case ENOTCONN:
	case ECONNRESET:
	case EPIPE:
		return false;
	default:
		return true;
	}
}

static ssize_t
send_file(struct nbd_sendq *q, struct nbd_piece *p)
{
	uint32_t sent = data_sent(p);
	uint32_t left = p->data.len - sent;
	off_t at = p->data.offset + sent;
	ssize_t n = sendfile(q->fd, p->data.fd, &at,
			     left < SENDFILE_MAX ? left : SENDFILE_MAX);

	if (n == -1 && (errno == EINVAL || errno == ENOSYS)) {
		q->copies = true;
		errno = EINTR; /* the caller tries again, and then uses pread */
	} else if (n == 0 || (n == -1 && medium_failed(errno))) {
		errno = ENODATA; /* n is 0 if the file has become shorter */
		n = -1;
	} else if (n > 0) {
		p->referred = true;
	}
	return n;
}

int
nbd_sendq_write(struct nbd_sendq *q, size_t *budget)
{
	struct nbd_piece *p;

	while ((p = STAILQ_FIRST(&q->queue)) != NULL &&
	       q->state == NBD_SENDQ_FLOWS && *budget > 0) {
		ssize_t n;

		if (by_reference(q, p) && p->sent >= p->head_len)
			n = send_file(q, p);
		else
			n = send_gathered(q, *budget);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN) {
			q->state = NBD_SENDQ_BLOCKED;
			break;
		}
		if (n == -1 && errno == ENODATA && !p->again) {
			q->state = NBD_SENDQ_LOST;
			break;
		}
		if (n == -1)
			return -1;
		*budget -= (size_t)n < *budget ? (size_t)n : *budget;
		advance(q, n);
	}
	return 0;
}

struct nbd_lost
nbd_sendq_take_lost(struct nbd_sendq *q)
{
	struct nbd_piece *p = nbd_pieces_take(&q->queue);
	uint32_t sent = data_sent(p);
	struct nbd_lost l = {.offset = p->offset + sent,
			     .len = p->data.len - sent,
			     .last = p->last,
			     .frees = p->frees};

	p->last = false;
	finish(q, p);
	q->state = NBD_SENDQ_STUCK;
	return l;
}

void
nbd_sendq_repair(struct nbd_sendq *q, struct nbd_pieces *l)
{
	STAILQ_CONCAT(l, &q->queue);
	STAILQ_CONCAT(&q->queue, l);
	q->state = NBD_SENDQ_FLOWS;
}

bool
nbd_sendq_settle(struct nbd_sendq *q)
{
	const struct nbd_piece *p;
	int unread;

	if (STAILQ_EMPTY(&q->unread))
		return false;
	/* SIOCOUTQ returns at least the number of unread bytes, so no piece is
	 * freed too early. */
	if (ioctl(q->fd, SIOCOUTQ, &unread) == -1)
		return true;
	while ((p = STAILQ_FIRST(&q->unread)) != NULL &&
	       p->end + unread <= q->sent)
		nbd_piece_free(q->shared, nbd_pieces_take(&q->unread));
	return p != NULL;
}

void
nbd_sendq_drop(struct nbd_sendq *q)
{
	struct nbd_piece *p;

	while ((p = nbd_pieces_take(&q->unread)) != NULL ||
	       (p = nbd_pieces_take(&q->queue)) != NULL)
		nbd_piece_free(q->shared, p);
}
