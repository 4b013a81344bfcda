/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* clients: keeps a list of the connected clients, and limits how many there are
 * and how much memory of this process they take.
 *
 * A connection is admitted, or refused, before its handshake.  It stays listed
 * until its thread ends.  A handshake may take CLIENTS_HANDSHAKE_S seconds.
 * The number of connections is limited, for each address and in all.  The
 * number of connections in their handshake has lower limits of its own.
 *
 *   preconnect: clients_admit -> HANDSHAKE -- open: clients_open --> SERVED
 *                                  \-- too long: cut off             |
 *                                       thread ends: forgotten  <----/
 *
 * nbdkit keeps one buffer for each thread, as large as the largest read that
 * the thread has had, and fills it before it calls the plugin.  clients_reserve
 * counts the bytes of these buffers.  If a client's buffer is too large, by
 * itself or together with all others, its request is refused and the client cut
 * off, so that the buffer is freed.  Other memory of the process is not
 * counted, but bounded by RLIMIT_DATA: beyond that nbdkit answers ENOMEM.
 *
 * Threads  any number of threads may call these functions at once.
 */
#ifndef VF_NBDKIT_PLUGIN_CLIENTS_H
#define VF_NBDKIT_PLUGIN_CLIENTS_H

#include <stdbool.h>
#include <stdint.h>

/* The longest read that is served, in bytes: the largest chunk. */
#define CLIENTS_REQUEST_MAX (4U << 20)
/* Limits on the number of connections, in all and for each address.  Arbitrary:
 * 200 machines with three connections each, and some more. */
#define CLIENTS_MAX 640
#define CLIENTS_ADDRESS_MAX 256
#define CLIENTS_HANDSHAKES_MAX 256
#define CLIENTS_ADDRESS_HANDSHAKES_MAX 64
#define CLIENTS_HANDSHAKE_S 10

struct client;

/* Limits this process's memory and its threads' stacks; called in nbdkit's
 * .load.  Returns 0, or -1 and sets errno. */
int clients_init(void);
/* Start and end the thread that cuts off handshakes which take too long; called
 * in nbdkit's .after_fork and .unload.  clients_start returns 0, or -1 and sets
 * errno. */
int clients_start(void);
void clients_stop(void);

/* clients_admit, called in .preconnect, admits the connection of this thread:
 * returns 0, or -1 if the connection must be refused.  clients_open, called in
 * .open, notes that the handshake of this thread's connection is over. */
int clients_admit(void);
void clients_open(void);

/* Notes that a read of `count` bytes uses buf, this thread's buffer, and counts
 * its memory.  Returns 0; or -1 with errno EINVAL if the read is too long, or
 * ENOMEM if all buffers take too much memory.  In both cases the client is cut
 * off after it was answered. */
int clients_reserve(void *buf, uint32_t count);

#endif
