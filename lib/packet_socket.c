/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/packet_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/cleanup.h"

int
packet_socket_open(int ifindex, uint16_t protocol,
		   const struct sock_fprog *filter)
{
	/* With protocol 0 no packet arrives before bind(), which is called only
	 * after the filter is attached. */
	AUTO_CLOSE int fd =
	    socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_ll ll = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(protocol),
				 .sll_ifindex = ifindex};

	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, filter,
		       sizeof *filter) == -1 ||
	    bind(fd, (struct sockaddr *)&ll, sizeof ll) == -1)
		return -1;
	return TAKE_FD(fd);
}

ssize_t
packet_socket_receive(int fd, void *buf, size_t size, struct sockaddr_ll *from)
{
	ssize_t n;

	do {
		socklen_t len = sizeof *from;

		memset(from, 0, sizeof *from);
		n = recvfrom(fd, buf, size, 0, (struct sockaddr *)from, &len);
	} while (n == -1 && errno == EINTR);
	return n;
}

int
packet_socket_send(int fd, int ifindex, uint16_t protocol,
		   const uint8_t mac[MAC_SIZE], const void *buf, size_t len)
{
	struct sockaddr_ll ll = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(protocol),
				 .sll_ifindex = ifindex,
				 .sll_halen = MAC_SIZE};

	memcpy(ll.sll_addr, mac, MAC_SIZE);
	return sendto(fd, buf, len, 0, (struct sockaddr *)&ll, sizeof ll) == -1
		   ? -1
		   : 0;
}
