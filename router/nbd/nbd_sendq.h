/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_sendq: the output queue of a client.
 *
 * A piece is a head (a few bytes of protocol) and data, which lies in memory
 * or in a file and is not copied here.  File data goes by sendfile, which on
 * Linux 6.5 and later passes page references to a Unix socket; small pieces,
 * and all of them where sendfile cannot do it, by pread and sendmsg.
 *
 * Such a page is the file's own until the client has read it: whoever
 * punches a hole in the file meanwhile may zero it.  So `done` is called for
 * a piece that went by sendfile not when it was sent but when the socket says
 * that it was read (SIOCOUTQ).
 *
 * A medium can fail after a reply has promised its bytes.  Then the queue is
 * stuck: nothing more is sent until nbd_sendq_repair has put the bytes that
 * are missing, from elsewhere, where they belong.
 *
 * Re-entry  `done` and `ended` may add pieces to the same queue.
 * Errors    -1 and errno: the connection is of no use any more.
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
	/* links the list in which the piece waits */
	STAILQ_ENTRY(nbd_piece) entry;
	struct nbd_data data; /* len 0: none, and no done */
	uint64_t offset;      /* where the data lies in the image */
	uint64_t end;         /* bytes sent on the connection up to its end */
	uint32_t sent;        /* bytes of head and data */
	uint32_t frees;       /* given to `ended` */
	uint8_t head_len;
	bool referred; /* a part of the piece went by sendfile */
	bool last;     /* the reply ends with it: call `ended` */
	bool again;    /* an error in the place of data that was lost */
	uint8_t head[NBD_HEAD_MAX];
};

STAILQ_HEAD(nbd_pieces, nbd_piece);
/* The first piece, taken from the list; NULL where there is none. */
struct nbd_piece *nbd_pieces_take(struct nbd_pieces *l);

/* The state that all queues share. */
struct nbd_senders {
	struct pool pieces;
	uint8_t *scratch; /* bytes read by pread */
};
int nbd_senders_init(struct nbd_senders *s);
void nbd_senders_free(struct nbd_senders *s);

/* A piece with nothing in it, or NULL. */
struct nbd_piece *nbd_piece_new(struct nbd_senders *s);
/* Frees a piece, after its data's done was called. */
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
	NBD_SENDQ_FLOWS,   /* pieces are sent as they are added */
	NBD_SENDQ_BLOCKED, /* the socket takes no more for now */
	NBD_SENDQ_LOST,    /* the data of the first piece cannot be read */
	NBD_SENDQ_STUCK,   /* a repair was asked for */
};

struct nbd_sendq {
	int fd;
	enum nbd_sendq_state state;
	struct nbd_senders *shared;
	struct nbd_pieces queue;
	struct nbd_pieces unread; /* sent by reference, not yet read */
	uint64_t sent;            /* bytes that were ever sent */
	bool copies;              /* sendfile cannot do this */
	void (*ended)(void *ctx, uint32_t frees);
	void *ctx;
};

/* The fd is not owned. */
void nbd_sendq_init(struct nbd_sendq *q, int fd, struct nbd_senders *shared);
void nbd_sendq_add(struct nbd_sendq *q, struct nbd_piece *p);
/* Whether nothing is left to be sent. */
bool nbd_sendq_empty(const struct nbd_sendq *q);
/* Whether there is something to send as soon as the socket takes it. */
bool nbd_sendq_wants_output(const struct nbd_sendq *q);
/* The socket takes output again (EPOLLOUT). */
void nbd_sendq_unblock(struct nbd_sendq *q);
/* Sends until nothing is left, the socket blocks or *budget bytes are used
 * up. */
int nbd_sendq_write(struct nbd_sendq *q, size_t *budget);
/* Calls done for what the client has read since; true if some is left. */
bool nbd_sendq_settle(struct nbd_sendq *q);
/* Bytes that could not be read. */
struct nbd_lost {
	uint64_t offset; /* bytes from the image's start */
	uint32_t len;
	bool last;
	uint32_t frees;
};
/* Takes the lost piece away, as far as it was sent. */
struct nbd_lost nbd_sendq_take_lost(struct nbd_sendq *q);
/* Puts headless pieces with the same bytes in the place of the lost ones. */
void nbd_sendq_repair(struct nbd_sendq *q, struct nbd_pieces *l);
/* Forgets all pieces; calls done for each piece, but not `ended`. */
void nbd_sendq_drop(struct nbd_sendq *q);

#endif
