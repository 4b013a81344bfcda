/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* port_wait: takes a port that a process which was just killed may still hold,
 * as soon as the port is free.
 *
 * Blocks for PORT_WAIT_MS at most.
 */
#ifndef VF_LIB_PORT_WAIT_H
#define VF_LIB_PORT_WAIT_H

/* The most milliseconds that port_wait waits.  Arbitrary: under load a kernel
 * takes some hundred ms to end a large process.
 */
#define PORT_WAIT_MS 1000

/* Calls `try`, which takes the port and returns 0 or an errno value, again and
 * again while it returns EADDRINUSE.  Returns the last result of `try`. */
int port_wait(int (*try)(const void *arg), const void *arg);

#endif
