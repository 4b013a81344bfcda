/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* plugin: a machine's nbdkit with our plugin, as nbdkit-plugin/exports.c has
 * it: one request of a connection after the other, from the store, else by way
 * of the machine's router; and the messages that peers' connections (conn.c)
 * and it send each other.
 */
#ifndef VF_PERF_WORLD_PLUGIN_H
#define VF_PERF_WORLD_PLUGIN_H

#include "perf/world/chunk.h"
#include "perf/world/machine.h"

#define PLUGIN_HEAD 64 /* bytes of a message beside the data */

struct plugin;

struct plugin *plugin_new(struct machine *m);
void plugin_free(struct plugin *p);
/* Requests that were held up are served. */
void plugin_go_on(struct plugin *p);
/* Connections that it serves. */
unsigned plugin_sessions(const struct plugin *p);
/* The chunk that a connection's worker waits for before it comes to the request
 * `of`, or for that; false: it waits for none, or has answered. */
bool plugin_waits_for(const void *session, const void *of, struct digest *image,
		      uint32_t *chunk);

/* Requests of a connection: the first chooses the export. */
struct plugin_request {
	const void *of; /* given back in the answer */
	char export[96];
	uint64_t offset;
	uint32_t len;
};

struct plugin_reply {
	const void *of;
	int error;
	uint64_t size;      /* to the first */
	struct chunk chunk; /* an image export's */
	uint32_t len;       /* a file's: bytes that follow */
	uint8_t bytes[];
};

#endif
