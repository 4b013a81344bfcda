/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* upstream: this node's router, as one nbdkit connection sees it.
 *
 * The router is an NBD server on a Unix socket.  A connection of ours asks
 * it to make chunks held (CACHE), or for the bytes themselves (READ) where
 * this node cannot keep them.
 *
 * Waiting  a request waits for as long as the router does.  While there is no
 *          router it is repeated, until `patience` has passed.  It ends at
 *          once when nbdkit shuts down or its client goes (nbdkit_nanosleep
 *          knows both), so call from nbdkit's connection threads only.
 * Threads  any number at once; each has an NBD connection to itself.  Some of
 *          those that are not in use are kept for the next request.  The
 *          lock is never held across I/O.
 * Errors   -1 and errno: ESHUTDOWN when nobody waits any more, ETIMEDOUT
 *          without a router, else what the router answered.
 */
#ifndef VF_NBDKIT_PLUGIN_UPSTREAM_H
#define VF_NBDKIT_PLUGIN_UPSTREAM_H

#include <stdint.h>

#define UPSTREAM_REQUEST_MAX (32U << 20) /* bytes a request */

struct upstream;

/* Makes a connection that is opened when it is first used; `name` is the
 * export's name at the router.  NULL: ENOMEM. */
struct upstream *upstream_new(const char *socket_path, const char *name,
			      unsigned patience_s);
void upstream_free(struct upstream *u);

/* Has the router put these bytes into the store: 0.  ENOSPC, ENOTSUP and so on:
 * read them by upstream_read. */
int upstream_cache(struct upstream *u, uint32_t len, uint64_t offset);
int upstream_read(struct upstream *u, void *buf, uint32_t len, uint64_t offset);

#endif
