/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* sockets: reaches nbdkit's TCP sockets, which nbdkit shows to no plugin.
 *
 * The sockets are found among this process's descriptors.  Each is handled by a
 * duplicate of its descriptor: the duplicate means the same connection even if
 * nbdkit closes its own, or uses that number again, meanwhile.
 *
 * Threads  all functions may be called from any thread.
 */
#ifndef VF_NBDKIT_PLUGIN_SOCKETS_H
#define VF_NBDKIT_PLUGIN_SOCKETS_H

#include <stdbool.h>

#include "lib/address.h"

/* Has the kernel end, within a minute, connections whose client has vanished or
 * takes no data.  Sets options of the listening sockets, which connections
 * inherit: so the caller calls this when nbdkit listens and has accepted no
 * connection yet. */
void sockets_find_the_dead(void);
/* Ends the connections from addresses for which `wanted` returns true.  nbdkit
 * reads no more requests from such a connection, answers those that it has
 * read, and closes the connection. */
void sockets_end(bool (*wanted)(void *ctx, const struct address *client),
		 void *ctx);

#endif
