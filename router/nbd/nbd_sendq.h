/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_sendq: the output queue of a client.
 *
 * A piece is a head (a few bytes of protocol) and data, which lies in memory or
 * in a file and is not copied here.  Data in a file is sent by sendfile, which
 * on Linux 6.5 and later hands references to the file's pages to a Unix socket.
 * A small piece of a file, or any piece where sendfile does not work, is read
 * by pread and sent by sendmsg instead.
 *
 * A page that a socket refers to still belongs to the file.  If a hole is
 * punched in the file before the client has read the page, the client may read
 * zeroes.  So for a piece that sendfile has sent, `done` is called only when
 * the socket says that the client has read the piece (SIOCOUTQ).
 *
 * A disk may fail when the head of a reply, which promises the bytes, was
 * already sent.  Then the queue is stuck: nothing more is sent until the caller
 * has got the missing bytes elsewhere, and nbd_sendq_repair has put them into
 * the queue.
 *
 * Re-entry  `done` and `ended` may add pieces to the same queue.
 * Errors    -1 and errno: the connection must be closed.
 */
#ifndef VF_ROUTER_NBD_NBD_SENDQ_H
#define VF_ROUTER_NBD_NBD_SENDQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "lib/pool.h"
#include "router/nbd/nbd_server.h"
#include "router/nbd/nbd_wire.h"

struct nbd_piece {
	/* in the list in which the piece waits */
	STAILQ_ENTRY(nbd_piece) entry;
	/* the piece's data; if data.len is 0 there is none, and data.done is
	 * not called */
	struct nbd_data data;
	uint64_t offset; /* where the data begins in the image, in bytes */
	/* value that nbd_sendq.sent has when the piece was sent completely */
	uint64_t end;
	uint32_t sent; /* bytes of head and data that were sent */
	/* argument of `ended`: bytes to subtract from nbd_client.open_bytes */
	uint32_t frees;
	uint8_t head_len;
	bool referred; /* a part of the data was sent by sendfile */
	/* the reply ends with this piece: `ended` is called after it */
	bool last;
	/* the piece replaces lost data; if it is lost too, the connection
	 * fails */
	bool again;
	uint8_t head[NBD_HEAD_MAX];
};

STAILQ_HEAD(nbd_pieces, nbd_piece);
/* Removes the first piece from the list and returns it; NULL: the list is
 * empty. */
struct nbd_piece *nbd_pieces_take(struct nbd_pieces *l);

/* The state that the queues of all clients share. */
struct nbd_senders {
	struct pool pieces;
	uint8_t *scratch; /* where pread puts the bytes of files */
};
int nbd_senders_init(struct nbd_senders *s);
void nbd_senders_free(struct nbd_senders *s);

/* Returns an empty piece; NULL: out of memory. */
struct nbd_piece *nbd_piece_new(struct nbd_senders *s);
/* Frees a piece; if it has data, calls data.done first. */
void nbd_piece_free(struct nbd_senders *s, struct nbd_piece *p);

/* States of a queue:
 *
 *            EAGAIN              EPOLLOUT
 *   FLOWS ------------> BLOCKED -----------> FLOWS
 *
 *            ENODATA           nbd_sendq_take_lost
 *   FLOWS ------------> LOST ---------------------> STUCK
 *            nbd_sendq_repair
 *   STUCK ------------------> FLOWS
 */
enum nbd_sendq_state {
	NBD_SENDQ_FLOWS,   /* nbd_sendq_write sends pieces */
	NBD_SENDQ_BLOCKED, /* the socket takes no more for now */
	NBD_SENDQ_LOST,    /* the data of the first piece cannot be read */
	NBD_SENDQ_STUCK,   /* nothing is sent before nbd_sendq_repair */
};

struct nbd_sendq {
	int fd;
	enum nbd_sendq_state state;
	struct nbd_senders *shared;
	struct nbd_pieces queue;
	/* pieces that sendfile has sent and the client has not read yet */
	struct nbd_pieces unread;
	uint64_t sent; /* bytes sent since the connection began */
	/* sendfile does not work: files are read by pread */
	bool copies;
	void (*ended)(void *ctx, uint32_t frees);
	void *ctx;
};

/* Makes an empty queue for the socket fd, which the caller goes on owning. */
void nbd_sendq_init(struct nbd_sendq *q, int fd, struct nbd_senders *shared);
void nbd_sendq_add(struct nbd_sendq *q, struct nbd_piece *p);
/* Returns true if nothing is left to be sent. */
bool nbd_sendq_empty(const struct nbd_sendq *q);
/* Returns true if there is something to send and lost data does not hold it
 * up. */
bool nbd_sendq_wants_output(const struct nbd_sendq *q);
/* Notes that the socket takes output again (EPOLLOUT). */
void nbd_sendq_unblock(struct nbd_sendq *q);
/* Sends pieces until none is left, the socket takes no more, data is lost, or
 * *budget bytes were sent.  Subtracts the bytes that were sent from *budget.
 * Returns 0; or -1 and errno if the connection must be closed. */
int nbd_sendq_write(struct nbd_sendq *q, size_t *budget);
/* Calls data.done for the pieces in `unread` that the client has read by now.
 * Returns true if some are still unread. */
bool nbd_sendq_settle(struct nbd_sendq *q);
/* Bytes that a reply has promised and that could not be read from their
 * file. */
struct nbd_lost {
	uint64_t offset; /* bytes from the image's start */
	uint32_t len;
	bool last;
	uint32_t frees;
};
/* Removes the piece whose data was lost (NBD_SENDQ_LOST) from the queue, and
 * returns the part of the data that was not sent. */
struct nbd_lost nbd_sendq_take_lost(struct nbd_sendq *q);
/* Puts the pieces of l, which have no heads, into the queue in the place of the
 * data that nbd_sendq_take_lost returned.  The queue then flows again. */
void nbd_sendq_repair(struct nbd_sendq *q, struct nbd_pieces *l);
/* Frees all pieces.  Calls data.done for those that have data, but never
 * `ended`. */
void nbd_sendq_drop(struct nbd_sendq *q);

#endif
