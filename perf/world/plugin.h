/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* plugin: models a machine's nbdkit with our plugin (nbdkit-plugin/exports.c).
 * It serves the requests of a connection one after the other, from the store,
 * or else by way of the machine's router.  This header also has the messages
 * that a connection of a peer (conn.c) and the plugin send each other.
 */
#ifndef VF_PERF_WORLD_PLUGIN_H
#define VF_PERF_WORLD_PLUGIN_H

#include "perf/world/chunk.h"
#include "perf/world/machine.h"

#define PLUGIN_HEAD 64 /* bytes of a request, or of a reply without data */

struct plugin;

struct plugin *plugin_new(struct machine *m);
void plugin_free(struct plugin *p);
/* Serves the requests that waited while the machine's nbdkit answered none. */
void plugin_go_on(struct plugin *p);
/* Returns how many connections the plugin serves. */
unsigned plugin_sessions(const struct plugin *p);
/* Finds out for which chunk the worker of connection `session` waits before it
 * can answer request `of`.  Sets *image and *chunk to that chunk and returns
 * true.  Returns false if the worker waits for none, or has answered `of`. */
bool plugin_waits_for(const void *session, const void *of, struct digest *image,
		      uint32_t *chunk);

/* A request to the plugin.  The first request on a connection chooses the
 * export, the others read from it. */
struct plugin_request {
	/* identifies the request; the reply has the same value */
	const void *of;
	char export[96];
	uint64_t offset;
	uint32_t len;
};

struct plugin_reply {
	const void *of;
	int error;
	/* in the reply to the first request: bytes of the export */
	uint64_t size;
	/* in a reply from an export of an image: the chunk */
	struct chunk chunk;
	/* in a reply from an export of a file: how many bytes follow */
	uint32_t len;
	uint8_t bytes[];
};

#endif
