/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* door: carries NBD requests of a machine's readers and plugin to the machine's
 * router, and the answers back.  It implements router/nbd/nbd_server.h.
 *
 * A request reaches the router by a timer of the router's loop, and the answer
 * reaches the caller by a timer of the caller's loop.  A caller without a loop
 * (a reader of the simulated world) gets it by an event of the world's clock.
 * The bytes of each answer are compared with those of the image.
 */
#ifndef VF_PERF_WORLD_DOOR_H
#define VF_PERF_WORLD_DOOR_H

#include "perf/world/machine.h"
#include "router/nbd/nbd_server.h"

struct door;

/* A request to a router. The caller embeds it and sets the fields above
 * `request`. */
struct call {
	struct machine *machine;
	/* loop of the process that calls; NULL: the caller is the world itself
	 */
	struct loop *loop;
	enum nbd_request_type type;
	uint64_t client; /* number of the client, from door_client */
	/* the call is the first of a reader, which thereby attaches the
	 * image */
	bool attach;
	bool user;       /* the request is a reader's, not the plugin's */
	bool line, held; /* the export is NAME/line; NAME/held */
	struct digest image;
	uint64_t offset;
	uint32_t len;
	/* Called once, when the request is answered: `error` is 0 or an errno
	 * value, `right` is true if all bytes were right. */
	void (*answered)(void *ctx, int error, bool right);
	void *ctx;
	/* the fields from here on are used by door.c alone */
	struct nbd_request request;
	struct loop_timer come, go;
	struct event tell;
	LIST_ENTRY(call) entry;
	/* bytes of data that the router has answered with so far */
	uint64_t replied;
	int error;
	bool right, listed, asked;
};

/* Returns a new number for a client. */
uint64_t door_client(void);
/* Sends the request c to its machine's router.  If no router runs there, the
 * answer is ENOTCONN. */
void door_call(struct call *c);
/* Withdraws the request: `answered` is not called any more. */
void door_give_up(struct call *c);

#endif
