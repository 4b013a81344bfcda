/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dhcp_socket: receives all DHCP packets that pass a network card, also those
 * that this machine sends, though another program has the UDP ports.  Needs
 * CAP_NET_RAW.
 */
#ifndef VF_BOOT_DHCP_SOCKET_H
#define VF_BOOT_DHCP_SOCKET_H

#include "boot/dhcp_packet.h"

/* Opens a non-blocking socket on the card of that index.  Returns the
 * descriptor, or -1 and errno. */
int dhcp_socket_open(int ifindex);
/* Broadcasts a packet, which begins with its IP header, behind the card.
 * Returns 0, or -1 and errno. */
int dhcp_socket_send(int fd, int ifindex, const uint8_t *buf, size_t len);
/* Receives the next DHCP packet into *p; *ours tells whether this machine has
 * sent it.  Returns 0, or -1, with EAGAIN if there is no packet. */
int dhcp_socket_receive(int fd, struct dhcp_packet *p, bool *ours);

#endif
