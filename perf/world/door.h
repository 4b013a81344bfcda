/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* door: a router's NBD server as the processes of its machine see it: the
 * readers there, and the plugin.  router/nbd/nbd_server.h is implemented on it.
 *
 * A caller's request reaches the router by a timer of the router's loop, and
 * the answer reaches the caller by a timer of the caller's loop, or by an event
 * where the caller is the world itself.  Whether the bytes are right is checked
 * on the way.
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
	/* the call is a reader's first, and attaches the reader to the image */
	bool attach;
	bool user; /* the request is a reader's, not the plugin's */
	bool line;
	struct digest image;
	uint64_t offset;
	uint32_t len;
	/* Is called once, when the request is answered: `error` is 0 or an
	 * errno value, `right` says whether all bytes were right. */
	void (*answered)(void *ctx, int error, bool right);
	void *ctx;
	/* the fields from here on are used by door.c alone */
	struct nbd_request request;
	struct loop_timer come, go;
	struct event tell;
	LIST_ENTRY(call) entry;
	uint64_t replied; /* bytes of data that the router has sent in reply */
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
