/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_client: a connection to the NBD server.  Private to nbd_*.c.
 *
 * Bytes come in through one buffer and are taken from it one thing at a
 * time, by nbd_handshake_step (nbd_handshake.c) and then nbd_command_step
 * (nbd_command.c); what they answer goes out through the sendq.
 *
 * A connection that is done with, for whatever reason, is
 * BROKEN: a timer frees it later, so whoever has it in hand may go on.  Its
 * open requests may still be answered until then; the answers come to nothing.
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

#define NBD_INPUT (16U << 10) /* bytes read at once */
/* bytes asked for, after which no more requests are taken */
#define NBD_OPEN_BYTES_MAX (64U << 20)

struct nbd_client;

LIST_HEAD(nbd_clients, nbd_client);
LIST_HEAD(nbd_opens, nbd_open);

/* The state that all connections share. */
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
 *           flags            EXPORT_NAME, GO              DISC, end of file
 *   FLAGS ---------> OPTIONS ---------------> COMMANDS ---------------------+
 *                       |     ABORT, end of file                            v
 *                       +---------------------------------------------->
 * LEAVING
 *
 * From each state an error, a deadline, or in LEAVING the last answer, leads to
 * BROKEN, and nothing leads from there. */
enum nbd_state {
	NBD_STATE_FLAGS,    /* the client's flags are to come */
	NBD_STATE_OPTIONS,  /* options are to come */
	NBD_STATE_COMMANDS, /* commands are to come */
	NBD_STATE_LEAVING,  /* nothing more is read; answers are still sent */
	NBD_STATE_BROKEN,   /* freed by a timer (nbd_shared.reap) */
};

/* Uses of the server, as the backend tells them apart (nbd_backend.user). */
enum nbd_use {
	NBD_USE_UNKNOWN,   /* no command has come */
	NBD_USE_PASSES_ON, /* the first was not a READ */
	NBD_USE_ATTACHED,  /* the first was a READ */
};

struct nbd_client {
	/* links the server's clients, or its broken ones */
	LIST_ENTRY(nbd_client) entry;
	struct nbd_shared *shared;
	uint32_t *place; /* the count of clients of its socket */
	struct loop_source source;
	struct loop_timer deadline; /* ends a handshake that takes too long */
	struct loop_timer soon; /* set while the client waits for an export */
	int64_t soon_until_ns;  /* end of that wait; 0: none yet */
	struct loop_timer settle;
	struct loop_timer repair;
	struct nbd_sendq out;
	uint64_t id;

	enum nbd_state state;
	enum nbd_use use;
	bool busy;    /* a call is under way that ends by writing output */
	bool stalled; /* the client has sent input that must wait */

	struct nbd_agreed agreed;
	struct nbd_export export;
	char *contexts_of; /* the export for which contexts were agreed */
	uint32_t contexts_len;

	struct nbd_opens open; /* requests that the backend has */
	uint32_t nopen;        /* commands whose answer is not all sent */
	uint64_t open_bytes;

	uint32_t skip; /* bytes to come that are passed over */
	size_t used, have;
	uint8_t in[NBD_INPUT];
};

/* A client that has connected, counted in *place as long as it is there.  Takes
 * fd over, also on error. */
int nbd_client_new(struct nbd_shared *s, int fd, uint32_t *place);
/* Tells the backend, closes and frees the client.  Not to be called from under
 * a callback of the client. */
void nbd_client_free(struct nbd_client *c);
void nbd_client_break(struct nbd_client *c);
/* The state that is next, unless the connection is broken. */
void nbd_client_enter(struct nbd_client *c, enum nbd_state state);
bool nbd_client_is_broken(const struct nbd_client *c);
/* Writes what was added to its sendq, now or when it can. */
void nbd_client_poke(struct nbd_client *c);

/* The client is to be looked at again a little later, for an export that may
 * come.  False: it has waited for long enough. */
bool nbd_client_waits(struct nbd_client *c);

/* Bytes that have come and are not used yet; NULL if fewer than n. */
const uint8_t *nbd_client_input(const struct nbd_client *c, size_t n);

/* Takers of an option or command from the input: false if it is not all there
 * or has to wait (stalled). */
bool nbd_handshake_greet(struct nbd_client *c);
bool nbd_handshake_step(struct nbd_client *c);
bool nbd_command_step(struct nbd_client *c);
/* Asks the backend for what the sendq has lost. */
void nbd_command_again(struct nbd_client *c);
/* Tells the backend that nobody waits for a client's requests any more. */
void nbd_command_cancel_all(struct nbd_client *c);
/* The size of what shared.requests holds. */
size_t nbd_command_size(void);

#endif
