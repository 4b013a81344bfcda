/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* sockets: sets options on nbdkit's TCP sockets, and ends connections.  nbdkit
 * gives a plugin no access to its sockets.
 *
 * So this module looks for them among all descriptors of the process.  It works
 * on a duplicate of each descriptor: the duplicate stays the same connection,
 * even if nbdkit closes the original meanwhile and uses its number again.
 *
 * Threads  all functions may be called from any thread.
 */
#ifndef VF_NBDKIT_PLUGIN_SOCKETS_H
#define VF_NBDKIT_PLUGIN_SOCKETS_H

#include <stdbool.h>

#include "lib/address.h"

/* Makes the kernel end a connection within a minute if its client has vanished
 * or takes no data.  For that this function sets options of the listening
 * sockets, which connections inherit.  So it must be called when nbdkit listens
 * and has not accepted a connection yet. */
void sockets_find_the_dead(void);
/* Ends the connections from addresses for which `wanted` returns true.  nbdkit
 * reads no more requests from such a connection, answers those that it has
 * read, and closes the connection. */
void sockets_end(bool (*wanted)(void *ctx, const struct address *client),
		 void *ctx);

#endif
