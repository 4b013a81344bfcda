/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* clients: the clients that are connected, and limits on how many there are and
 * how much memory of this process they take.
 *
 * A connection is admitted before its handshake, and known until its thread
 * ends.  A handshake may take CLIENTS_HANDSHAKE_S seconds.  The number of
 * connections is limited, for each address and in all; so is, more narrowly,
 * the number of those that are in their handshake.
 *
 *   preconnect: clients_admit -> HANDSHAKE -- open: clients_open --> SERVED
 *                                  \-- too long: cut off             |
 *                                       thread ends: forgotten  <----/
 *
 * nbdkit keeps one buffer for each thread, as large as the largest read that
 * the thread has had, and fills it before it calls the plugin. clients_reserve
 * counts the bytes of these buffers.  A client whose buffer is too large, by
 * itself or together with all others, is refused and cut off, so that its
 * buffer is freed.  Memory that is not counted so ends at the process's limit
 * of data (RLIMIT_DATA); beyond that nbdkit answers ENOMEM.
 *
 * Threads  any number at once.
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

/* Counts the memory of buf, this thread's buffer, for a read of `count` bytes.
 * Returns 0, or -1 with errno EINVAL (the read is too long) or ENOMEM (the
 * buffers take too much memory); then the client is cut off after its
 * answer. */
int clients_reserve(void *buf, uint32_t count);

#endif
