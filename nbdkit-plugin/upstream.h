/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* upstream: passes requests for an image on to this node's router.
 *
 * The router is an NBD server on a Unix socket.  It is asked to fetch chunks
 * into the store (NBD_CMD_CACHE), or for their bytes (NBD_CMD_READ) where the
 * store cannot keep them.
 *
 * Waiting  a request takes as long as the router takes to answer it, unless
 *          answer_ms limits that.  While there is no router the request is
 *          repeated, until patience_ms milliseconds have passed.  The wait ends
 *          at once when nbdkit shuts down or the thread's client disconnects.
 *          nbdkit tells only the thread of a connection about that
 *          (nbdkit_nanosleep), so only such threads may call.
 * Threads  any number of threads may call at once; each request has an NBD
 *          connection to itself.  Some idle connections are kept for later
 *          requests.  The lock inside is never held across I/O.
 * Errors   -1 and errno: ESHUTDOWN when nbdkit shuts down or the client has
 *          gone, ETIMEDOUT when there was no router or no answer in time, else
 *          what the router answered.
 */
#ifndef VF_NBDKIT_PLUGIN_UPSTREAM_H
#define VF_NBDKIT_PLUGIN_UPSTREAM_H

#include <stdint.h>

#define UPSTREAM_REQUEST_MAX (32U << 20) /* most bytes of one request */

struct upstream;

/* Makes an upstream that connects when it is first used; `name` is the export's
 * name at the router.  Both times are in milliseconds: patience_ms as above;
 * answer_ms the time that the router has for an answer, 0: any time.  Returns
 * NULL with errno ENOMEM on failure. */
struct upstream *upstream_new(const char *socket_path, const char *name,
			      unsigned patience_ms, unsigned answer_ms);
void upstream_free(struct upstream *u);

/* upstream_cache asks the router to put the chunks of a range into the store,
 * and waits until they are there.  If that fails because the store cannot keep
 * them (ENOSPC, ENOTSUP), upstream_read can still read the range from the
 * router.  Both return 0, or -1 and set errno. */
int upstream_cache(struct upstream *u, uint32_t len, uint64_t offset);
int upstream_read(struct upstream *u, void *buf, uint32_t len, uint64_t offset);

#endif
