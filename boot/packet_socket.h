/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* packet_socket: some of the packets that pass a network card, from the IP
 * header on.  Needs CAP_NET_RAW.
 */
#ifndef VF_BOOT_PACKET_SOCKET_H
#define VF_BOOT_PACKET_SOCKET_H

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "boot/ip4.h"

/* Opens a non-blocking socket for what the filter lets through of a protocol
 * (ETH_P_...).  -1 and errno. */
int packet_socket_open(int ifindex, uint16_t protocol,
		       const struct sock_fprog *filter);
/* Bytes; -1, EAGAIN: there is none. */
ssize_t packet_socket_receive(int fd, void *buf, size_t size,
			      struct sockaddr_ll *from);
int packet_socket_send(int fd, int ifindex, uint16_t protocol,
		       const uint8_t mac[MAC_SIZE], const void *buf,
		       size_t len);

#endif
