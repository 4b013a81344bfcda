/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/rtnl_socket.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* bytes of the largest packet that Linux sends (NLMSG_GOODSIZE, and dumps) */
#define READ_BYTES 32768
/* Bytes of the receive buffer.  Arbitrary: enough for the news when hundreds of
 * routes are deleted at once, as by a routing daemon. */
#define RECEIVE_BYTES (1 << 20)

static int
open_socket(int flags, uint32_t groups)
{
	struct sockaddr_nl own = {.nl_family = AF_NETLINK, .nl_groups = groups};
	AUTO_CLOSE int fd =
	    socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_ROUTE);

	if (fd == -1 || bind(fd, (struct sockaddr *)&own, sizeof own) == -1)
		return -1;
	return TAKE_FD(fd);
}

int
rtnl_socket_open(void)
{
	return open_socket(0, 0);
}

int
rtnl_socket_listen(void)
{
	int bytes = RECEIVE_BYTES;
	int fd = open_socket(SOCK_NONBLOCK, RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
						RTMGRP_IPV4_ROUTE);

	if (fd != -1)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
	return fd;
}

int
rtnl_socket_send(int fd, const struct rtnl_request *r)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

	return sendto(fd, r->bytes, r->header.nlmsg_len, 0,
		      (struct sockaddr *)&kernel, sizeof kernel) == -1
		   ? -1
		   : 0;
}

/* Receives a packet.  Returns its length in bytes; 0 if another process than
 * the kernel sent it; or -1 and sets errno. */
static ssize_t
receive(int fd, uint8_t buf[READ_BYTES])
{
	struct sockaddr_nl from = {0};
	socklen_t size = sizeof from;
	ssize_t n;

	do
		n = recvfrom(fd, buf, READ_BYTES, 0, (struct sockaddr *)&from,
			     &size);
	while (n == -1 && errno == EINTR);
	return n > 0 && from.nl_pid != 0 ? 0 : n;
}

int
rtnl_socket_request(int fd, const struct rtnl_request *r)
{
	uint8_t buf[READ_BYTES];

	if (rtnl_socket_send(fd, r) == -1)
		return -1;
	for (;;) {
		struct rtnl_news news;
		ssize_t n = receive(fd, buf);

		if (n == -1)
			return -1;
		if (rtnl_read(buf, n, &news) == 0 || news.kind != RTNL_ERROR)
			continue;
		errno = news.error;
		return news.error == 0 ? 0 : -1;
	}
}

int
rtnl_socket_read(int fd, void (*heard)(void *ctx, const struct rtnl_news *),
		 void *ctx)
{
	uint8_t buf[READ_BYTES];
	struct rtnl_news news;
	ssize_t n = receive(fd, buf);
	size_t at = 0, took;

	if (n == -1)
		return -1;
	while ((took = rtnl_read(buf + at, n - at, &news)) > 0) {
		heard(ctx, &news);
		at += took;
	}
	return 0;
}
