/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/router_adv_socket.h"

#include <linux/if_ether.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/cleanup.h"
#include "lib/packet_socket.h"

/* bytes of a buffer for a solicitation, which is smaller even with options */
#define PACKET_MAX 256

static struct sock_filter only_solicitations[] = {
    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, SKF_AD_OFF + SKF_AD_PROTOCOL),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 5),
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP6, 0, 3),
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, IP6_HEADER),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SOLICITATION, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, PACKET_MAX),
    BPF_STMT(BPF_RET | BPF_K, 0),
};

int
router_adv_open(int ifindex)
{
	const struct sock_fprog filter = {sizeof only_solicitations /
					      sizeof *only_solicitations,
					  only_solicitations};
	AUTO_CLOSE int fd = packet_socket_open(ifindex, ETH_P_IPV6, &filter);
	/* joins the group of all routers, ff02::2, by its MAC */
	struct packet_mreq group = {.mr_ifindex = ifindex,
				    .mr_type = PACKET_MR_MULTICAST,
				    .mr_alen = ETH_ALEN,
				    .mr_address = {0x33, 0x33, 0, 0, 0, 2}};

	if (fd == -1 || setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP,
				   &group, sizeof group) == -1)
		return -1;
	return TAKE_FD(fd);
}

int
router_adv_receive(int fd, uint8_t from[IP6_SIZE], uint8_t mac[MAC_SIZE])
{
	uint8_t buf[PACKET_MAX];
	struct sockaddr_ll ll;
	ssize_t n;

	while ((n = packet_socket_receive(fd, buf, sizeof buf, &ll)) != -1) {
		if (ll.sll_pkttype == PACKET_OUTGOING ||
		    ll.sll_halen != MAC_SIZE || !router_adv_asked(buf, n, from))
			continue;
		memcpy(mac, ll.sll_addr, MAC_SIZE);
		return 0;
	}
	return -1;
}

int
router_adv_send(int fd, int ifindex, const uint8_t own[MAC_SIZE],
		const uint8_t to[IP6_SIZE], const uint8_t mac[MAC_SIZE])
{
	uint8_t buf[ROUTER_ADV_SIZE];

	router_adv_encode(buf, own, to);
	return packet_socket_send(fd, ifindex, ETH_P_IPV6, mac, buf,
				  sizeof buf);
}
