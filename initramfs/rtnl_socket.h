/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rtnl_socket: the kernel's end of rtnetlink: requests, and news.
 *
 * Only what the kernel itself has sent is read.
 * Errors   -1 and errno, which is the kernel's answer to a request.
 */
#ifndef VF_INITRAMFS_RTNL_SOCKET_H
#define VF_INITRAMFS_RTNL_SOCKET_H

#include "initramfs/rtnl.h"

/* A socket for requests.  The kernel answers each before it is asked the
 * next: this waits, but for nobody else. */
int rtnl_socket_open(void);
int rtnl_socket_request(int fd, const struct rtnl_request *r);

/* A non-blocking socket that hears of cards, IPv4 addresses and routes, and the
 * answers to rtnl_ask_link that were sent by it. */
int rtnl_socket_listen(void);
int rtnl_socket_send(int fd, const struct rtnl_request *r);
/* Reads what is there, up to a bound, and calls `heard' for each message.  0;
 * -1: EAGAIN: no more is there; ENOBUFS: some of the news was lost. */
int rtnl_socket_read(int fd, void (*heard)(void *ctx, const struct rtnl_news *),
		     void *ctx);

#endif
