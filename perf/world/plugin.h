/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* plugin: a model of a machine's nbdkit with our plugin
 * (nbdkit-plugin/exports.c). It serves the requests of a connection one after
 * the other, from the store or else by way of the machine's router.  The
 * messages between a peer's connection (conn.c) and the plugin are here too.
 */
#ifndef VF_PERF_WORLD_PLUGIN_H
#define VF_PERF_WORLD_PLUGIN_H

#include "perf/world/chunk.h"
#include "perf/world/machine.h"

#define PLUGIN_HEAD 64 /* bytes of a request, or of a reply without data */

struct plugin;

struct plugin *plugin_new(struct machine *m);
void plugin_free(struct plugin *p);
/* Serves the requests that waited while the machine answered none. */
void plugin_go_on(struct plugin *p);
/* Returns how many connections the plugin serves. */
unsigned plugin_sessions(const struct plugin *p);
/* Finds the chunk that the worker of connection `session` waits for, if the
 * request `of` of that connection is not answered yet: sets *image and *chunk.
 * False: the worker waits for none, or `of` is answered. */
bool plugin_waits_for(const void *session, const void *of, struct digest *image,
		      uint32_t *chunk);

/* A request. The first on a connection chooses the export, the others read. */
struct plugin_request {
	const void *of; /* the ask, which the reply repeats */
	char export[96];
	uint64_t offset;
	uint32_t len;
};

struct plugin_reply {
	const void *of;
	int error;
	/* bytes of the export, in the reply to the first request */
	uint64_t size;
	struct chunk chunk; /* the bytes, of an image export */
	uint32_t len;       /* how many bytes follow, of a file export */
	uint8_t bytes[];
};

#endif
