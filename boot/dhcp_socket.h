/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dhcp_socket: receives all DHCP packets that pass a network card, also those
 * that this machine sends, even while another program has DHCP's UDP ports
 * open.  Needs CAP_NET_RAW.
 */
#ifndef VF_BOOT_DHCP_SOCKET_H
#define VF_BOOT_DHCP_SOCKET_H

#include "boot/dhcp_packet.h"

/* Opens a non-blocking socket on the card with the index ifindex.  Returns the
 * descriptor, or -1 and sets errno. */
int dhcp_socket_open(int ifindex);
/* Broadcasts a packet, which begins with its IP header, from the card with the
 * index ifindex.  Returns 0, or -1 and sets errno. */
int dhcp_socket_send(int fd, int ifindex, const uint8_t *buf, size_t len);
/* Receives the next DHCP packet into *p; sets *ours to whether this machine has
 * sent that packet.  Returns 0; or -1 and sets errno, to EAGAIN if there is no
 * packet. */
int dhcp_socket_receive(int fd, struct dhcp_packet *p, bool *ours);

#endif
