/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rtnl_socket: sends requests to the kernel by rtnetlink, and receives its
 * answers and news about cards, addresses and routes.
 *
 * Messages that another process has sent are ignored.
 * Errors   -1 with errno, which is the kernel's answer to a request. */
#ifndef VF_LIB_RTNL_SOCKET_H
#define VF_LIB_RTNL_SOCKET_H

#include "lib/rtnl.h"

/* Opens a socket for requests.  Returns its descriptor. */
int rtnl_socket_open(void);
/* Sends a request and waits for the kernel's answer, which comes at once.
 * Returns 0 if the kernel has done what was requested. */
int rtnl_socket_request(int fd, const struct rtnl_request *r);

/* Opens a non-blocking socket, and returns its descriptor.  The socket receives
 * news about cards, IPv4 addresses and routes, and the answers to requests of
 * rtnl_ask_link() that were sent through it. */
int rtnl_socket_listen(void);
int rtnl_socket_send(int fd, const struct rtnl_request *r);
/* Receives the next packet, without waiting, and calls heard(ctx, news) for
 * each message in it.  Returns 0; or -1, where errno is EAGAIN if there is no
 * packet, and ENOBUFS if the kernel has lost news. */
int rtnl_socket_read(int fd, void (*heard)(void *ctx, const struct rtnl_news *),
		     void *ctx);

#endif
