/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* clients: all that are connected, and how much of this process each may take.
 *
 * A connection is admitted before its handshake, and known until its thread
 * ends.  Its handshake has CLIENTS_HANDSHAKE_S; there are so many connections
 * an address and in all, and fewer that are in their handshake.
 *
 *   preconnect: clients_admit -> HANDSHAKE -- open: clients_open --> SERVED
 *                                  \-- too long: cut off             |
 *                                       thread ends: forgotten  <----/
 *
 * nbdkit keeps a buffer a thread, as large as the largest read that the thread
 * has had, and fills it before the plugin is asked.  clients_reserve counts
 * these buffers.  A client whose buffer is too large, or would be too much with
 * all others, is refused and cut off, so that it is freed.  What gets through
 * nevertheless ends at the process's limit of data (RLIMIT_DATA), where nbdkit
 * answers ENOMEM.
 *
 * Threads  any.
 */
#ifndef VF_NBDKIT_PLUGIN_CLIENTS_H
#define VF_NBDKIT_PLUGIN_CLIENTS_H

#include <stdbool.h>
#include <stdint.h>

/* The longest read that is served, in bytes: the largest chunk. */
#define CLIENTS_REQUEST_MAX (4U << 20)
/* Chosen: 200 machines with three connections each, and some. */
#define CLIENTS_MAX 640
#define CLIENTS_ADDRESS_MAX 256
#define CLIENTS_HANDSHAKES_MAX 256
#define CLIENTS_ADDRESS_HANDSHAKES_MAX 64
#define CLIENTS_HANDSHAKE_S 10

struct client;

/* Limits this process, in .load.  0, or -1 and errno. */
int clients_init(void);
/* Watches handshakes, from .after_fork to .unload. */
int clients_start(void);
void clients_stop(void);

/* Admits this thread's connection, in .preconnect and .open.  -1: it must go.
 */
int clients_admit(void);
void clients_open(void);

/* Makes room for a read of so many bytes in this thread's buffer, which is buf.
 * -1: EINVAL or ENOMEM; the client is cut off once it has been answered. */
int clients_reserve(void *buf, uint32_t count);

#endif
