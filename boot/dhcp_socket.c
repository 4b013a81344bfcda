/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/dhcp_socket.h"

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/packet_socket.h"

/* bytes of the receive buffer; arbitrary: room for packets of hundreds of
 * machines */
#define RECEIVE_BYTES (1 << 20)

/* A filter that lets IPv4 packets with UDP to port 67 or 68 through, but no
 * fragments after the first.  Offsets count from the IP header. */
static struct sock_filter only_dhcp[] = {
    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, SKF_AD_OFF + SKF_AD_PROTOCOL),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 9),
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 7),
    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 5, 0),
    BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
    BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 67, 1, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 68, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, DHCP_PACKET_MAX),
    BPF_STMT(BPF_RET | BPF_K, 0),
};

int
dhcp_socket_open(int ifindex)
{
	const struct sock_fprog filter = {sizeof only_dhcp / sizeof *only_dhcp,
					  only_dhcp};
	int fd = packet_socket_open(ifindex, ETH_P_ALL, &filter);
	int bytes = RECEIVE_BYTES;

	if (fd != -1)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
	return fd;
}

int
dhcp_socket_send(int fd, int ifindex, const uint8_t *buf, size_t len)
{
	static const uint8_t all[MAC_SIZE] = {0xff, 0xff, 0xff,
					      0xff, 0xff, 0xff};

	return packet_socket_send(fd, ifindex, ETH_P_IP, all, buf, len);
}

int
dhcp_socket_receive(int fd, struct dhcp_packet *p, bool *ours)
{
	uint8_t buf[DHCP_PACKET_MAX];
	struct sockaddr_ll from;
	ssize_t n;

	while ((n = packet_socket_receive(fd, buf, sizeof buf, &from)) != -1) {
		*ours = from.sll_pkttype == PACKET_OUTGOING;
		if (dhcp_decode(buf, n, p) == 0)
			return 0;
	}
	return -1;
}
