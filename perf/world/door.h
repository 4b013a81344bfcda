/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* door: a router's NBD server as the processes of its machine see it: the
 * readers there, and the plugin.  router/nbd/nbd_server.h is implemented on it.
 *
 * Requests of a caller reach the router by its loop, and answers the caller by
 * `at`, where the caller's process gets them: bytes are looked at on the way.
 */
#ifndef VF_PERF_WORLD_DOOR_H
#define VF_PERF_WORLD_DOOR_H

#include "perf/world/machine.h"
#include "router/nbd/nbd_server.h"

struct door;

/* A request to a router.  The caller embeds it, and sets all to `answered`. */
struct call {
	struct machine *machine;
	struct loop *loop; /* the caller's; NULL: the world itself */
	enum nbd_request_type type;
	uint64_t client; /* a number as by door_client */
	bool attach; /* the first read of a reader, which has the image then */
	bool user;   /* a reader's, not the plugin's */
	bool line;
	struct digest image;
	uint64_t offset;
	uint32_t len;
	/* error 0, and whether all bytes were right. */
	void (*answered)(void *ctx, int error, bool right);
	void *ctx;
	/* the door's */
	struct nbd_request request;
	struct loop_timer come, go;
	struct event tell;
	LIST_ENTRY(call) entry;
	uint64_t replied; /* bytes */
	int error;
	bool right, listed, asked;
};

uint64_t door_client(void);
/* Where no router is it fails with ENOTCONN. */
void door_call(struct call *c);
/* Not answered any more. */
void door_give_up(struct call *c);

#endif
