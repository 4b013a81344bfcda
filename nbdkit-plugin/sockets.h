/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* sockets: nbdkit's TCP sockets, which it shows to no plugin.
 *
 * They are found among this process's descriptors.  What is done to one is done
 * to a duplicate of its descriptor, which means the same connection whatever
 * nbdkit closes or opens meanwhile.
 *
 * Threads  any.
 */
#ifndef VF_NBDKIT_PLUGIN_SOCKETS_H
#define VF_NBDKIT_PLUGIN_SOCKETS_H

#include <stdbool.h>

#include "lib/address.h"

/* Have the kernel end connections whose client has gone without a word, or
 * takes nothing: within a minute.  Connections inherit it from their listening
 * socket, so this is for when those are there and nobody has been accepted. */
void sockets_find_the_dead(void);
/* Ends the connections of those that `wanted` names: nothing more is read from
 * them, so nbdkit answers what it has read and closes them. */
void sockets_end(bool (*wanted)(void *ctx, const struct address *client),
		 void *ctx);

#endif
