/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* packet_socket: receives those packets at a network card that a filter lets
 * through, and sends packets, all without their Ethernet headers.  Needs
 * CAP_NET_RAW. */
#ifndef VF_LIB_PACKET_SOCKET_H
#define VF_LIB_PACKET_SOCKET_H

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/ip4.h"

/* Opens a non-blocking socket, on the card with the index ifindex, for the
 * packets of a protocol (ETH_P_...) that the filter lets through.  Returns the
 * descriptor, or -1 and sets errno. */
int packet_socket_open(int ifindex, uint16_t protocol,
		       const struct sock_fprog *filter);
/* Receives a packet into buf, and its sender into *from.  Returns the length of
 * the packet in bytes; or -1 and sets errno, to EAGAIN if there is no
 * packet. */
ssize_t packet_socket_receive(int fd, void *buf, size_t size,
			      struct sockaddr_ll *from);
int packet_socket_send(int fd, int ifindex, uint16_t protocol,
		       const uint8_t mac[MAC_SIZE], const void *buf,
		       size_t len);

#endif
