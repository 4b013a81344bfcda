/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* port_wait: a port that a process which was killed may hold for a moment.
 *
 * Blocks, PORT_WAIT_MS at most.
 */
#ifndef VF_LIB_PORT_WAIT_H
#define VF_LIB_PORT_WAIT_H

#define PORT_WAIT_MS                                                           \
	1000 /* chosen: a kernel that ends a large process under               \
	      * load takes some hundred milliseconds */

/* Calls `try', which takes the port and returns 0 or errno, again while that is
 * EADDRINUSE.  Returns the last result. */
int port_wait(int (*try)(const void *arg), const void *arg);

#endif
