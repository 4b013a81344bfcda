/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* router_adv_socket: machines that look for an IPv6 router behind a network
 * card, and the answer to them.  Needs CAP_NET_RAW.
 */
#ifndef VF_BOOT_ROUTER_ADV_SOCKET_H
#define VF_BOOT_ROUTER_ADV_SOCKET_H

#include "boot/router_adv.h"

/* Opens a non-blocking socket.  -1 and errno. */
int router_adv_open(int ifindex);
/* Takes the next solicitation, and says whose it is.  -1, EAGAIN: there is
 * none. */
int router_adv_receive(int fd, uint8_t from[IP6_SIZE], uint8_t mac[MAC_SIZE]);
int router_adv_send(int fd, int ifindex, const uint8_t own[MAC_SIZE],
		    const uint8_t to[IP6_SIZE], const uint8_t mac[MAC_SIZE]);

#endif
