/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dhcp_socket: all DHCP that passes a network card, sent by this machine too,
 * whoever else has its ports.  Needs CAP_NET_RAW.
 */
#ifndef VF_BOOT_DHCP_SOCKET_H
#define VF_BOOT_DHCP_SOCKET_H

#include "boot/dhcp_packet.h"

/* Opens a non-blocking socket.  -1 and errno. */
int dhcp_socket_open(int ifindex);
/* Sends a packet to everybody behind the card. */
int dhcp_socket_send(int fd, int ifindex, const uint8_t *buf, size_t len);
/* The next packet that is DHCP; *ours: this machine has sent it.  -1, EAGAIN:
 * there is none. */
int dhcp_socket_receive(int fd, struct dhcp_packet *p, bool *ours);

#endif
