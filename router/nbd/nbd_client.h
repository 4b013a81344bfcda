/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_client: the server's side of one NBD connection.  Only nbd_*.c include
 * this header.
 *
 * Bytes that arrive lie in one buffer. nbd_handshake_step (nbd_handshake.c),
 * and after the handshake nbd_command_step (nbd_command.c), take one option or
 * command at a time from it; the replies are sent through the queue of
 * nbd_sendq.h.
 *
 * A connection that has ended, for whatever reason, is BROKEN.  A timer frees
 * it later, so that functions that still have a pointer to it stay safe.  Until
 * then the backend may still answer the connection's open requests; these
 * answers are dropped.
 */
#ifndef VF_ROUTER_NBD_NBD_CLIENT_H
#define VF_ROUTER_NBD_NBD_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "lib/loop.h"
#include "lib/pool.h"
#include "router/nbd/nbd_sendq.h"
#include "router/nbd/nbd_server.h"
#include "router/nbd/nbd_wire.h"

#define NBD_INPUT (16U << 10) /* bytes that the input buffer holds */
/* While a client's open READs ask for so many bytes together, no further
 * command of the client is taken. */
#define NBD_OPEN_BYTES_MAX (64U << 20)

struct nbd_client;

LIST_HEAD(nbd_clients, nbd_client);
LIST_HEAD(nbd_opens, nbd_open);

/* The state that all connections of one server share. */
struct nbd_shared {
	struct loop *loop;
	const struct nbd_backend *backend;
	void *ctx;
	struct nbd_senders senders;
	struct pool requests;
	struct nbd_clients clients, broken;
	struct loop_timer reap;
	uint64_t last_id;
	struct nbd_server_stats stats;
};

/* A connection's life:
 *
 *         flags         EXPORT_NAME, GO          DISC, end of file
 *   FLAGS -----> OPTIONS ---------------> COMMANDS -------------------+
 *                   |                                                 v
 *                   +---------------------------------------------> LEAVING
 *                     ABORT, end of file
 *
 * An error leads from any state to BROKEN.  So does a handshake that takes too
 * long, and in LEAVING the end of the last answer.  No state follows BROKEN. */
enum nbd_state {
	NBD_STATE_FLAGS,    /* the client has yet to send its flags */
	NBD_STATE_OPTIONS,  /* the client sends options */
	NBD_STATE_COMMANDS, /* the client sends commands */
	/* no input is read any more; answers are still sent */
	NBD_STATE_LEAVING,
	NBD_STATE_BROKEN, /* freed by a timer (nbd_shared.reap) */
};

/* The use that a client makes of the server, as its first READ or CACHE tells
 * (see nbd_backend.user). */
enum nbd_use {
	NBD_USE_UNKNOWN, /* no READ or CACHE has come */
	/* the first of these was a CACHE: the client is a relay */
	NBD_USE_PASSES_ON,
	/* the first of these was a READ: the image is attached */
	NBD_USE_ATTACHED,
};

struct nbd_client {
	/* in nbd_shared.clients, or in nbd_shared.broken */
	LIST_ENTRY(nbd_client) entry;
	struct nbd_shared *shared;
	/* counter of the clients on this client's listening socket */
	uint32_t *place;
	struct loop_source source;
	struct loop_timer deadline; /* ends a handshake that takes too long */
	/* set while an option waits for an export to appear */
	struct loop_timer soon;
	/* when the client has waited for an export long enough; 0: it does not
	 * wait */
	int64_t soon_until_ns;
	struct loop_timer settle;
	struct loop_timer repair;
	struct nbd_sendq out;
	uint64_t id;

	enum nbd_state state;
	enum nbd_use use;
	/* a function further up the call stack will write the output */
	bool busy;
	/* no input is taken, since too many requests are unanswered */
	bool stalled;

	struct nbd_agreed agreed;
	struct nbd_export export;
	/* name of the export for which metadata contexts were agreed */
	char *contexts_of;
	uint32_t contexts_len;

	/* READs and CACHEs that the backend has not answered */
	struct nbd_opens open;
	uint32_t nopen; /* how many commands were not completely answered yet */
	uint64_t open_bytes;

	uint32_t skip; /* bytes of input still to be thrown away */
	size_t used, have;
	uint8_t in[NBD_INPUT];
};

/* Makes a client for the connected socket fd, and takes fd over, also on error.
 * Counts the client in *place, a number of clients, until it is freed.  Returns
 * 0; or -1 if memory is short or the loop cannot watch fd. */
int nbd_client_new(struct nbd_shared *s, int fd, uint32_t *place);
/* Cancels the client's requests at the backend, closes its socket and frees it.
 * Must not be called from within a callback for this client. */
void nbd_client_free(struct nbd_client *c);
void nbd_client_break(struct nbd_client *c);
/* Sets the client's state, unless the connection is broken. */
void nbd_client_enter(struct nbd_client *c, enum nbd_state state);
bool nbd_client_is_broken(const struct nbd_client *c);
/* Begins to send what was added to the client's send queue.  What the socket
 * does not take now is sent when the socket takes more. */
void nbd_client_poke(struct nbd_client *c);

/* Makes the client's option wait for the export that it names, which may still
 * appear: sets a timer that tries the option again.  Returns false, and sets no
 * timer, if the client has waited for NBD_SOON_S already. */
bool nbd_client_waits(struct nbd_client *c);

/* Returns the bytes that have arrived and were not used yet; NULL if these are
 * fewer than n. */
const uint8_t *nbd_client_input(const struct nbd_client *c, size_t n);

/* Sends the server's first bytes.  Returns false, and breaks the connection, if
 * memory is short. */
bool nbd_handshake_greet(struct nbd_client *c);
/* nbd_handshake_step takes one option from the input and answers it, and
 * nbd_command_step one command.  They return false if the input does not have
 * all of the option or command yet, if the option waits for an export, or if
 * the client is broken. */
bool nbd_handshake_step(struct nbd_client *c);
bool nbd_command_step(struct nbd_client *c);
/* Asks the backend again for the bytes that the send queue could not read
 * (NBD_SENDQ_LOST). */
void nbd_command_again(struct nbd_client *c);
/* Cancels all open requests of the client at the backend, and frees them. */
void nbd_command_cancel_all(struct nbd_client *c);
/* Returns the size in bytes of an entry of the pool nbd_shared.requests. */
size_t nbd_command_size(void);

#endif
