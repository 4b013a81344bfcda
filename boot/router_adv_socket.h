/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* router_adv_socket: receives the router solicitations of machines behind a
 * network card, and sends the answers.  Needs CAP_NET_RAW.
 */
#ifndef VF_BOOT_ROUTER_ADV_SOCKET_H
#define VF_BOOT_ROUTER_ADV_SOCKET_H

#include "boot/router_adv.h"

/* Opens a non-blocking socket on the card with the index ifindex.  Returns the
 * descriptor, or -1 and sets errno. */
int router_adv_open(int ifindex);
/* Receives the next router solicitation; sets `from` and mac to the addresses
 * of its sender.  Returns 0; or -1 and sets errno, to EAGAIN if there is no
 * solicitation. */
int router_adv_receive(int fd, uint8_t from[IP6_SIZE], uint8_t mac[MAC_SIZE]);
int router_adv_send(int fd, int ifindex, const uint8_t own[MAC_SIZE],
		    const uint8_t to[IP6_SIZE], const uint8_t mac[MAC_SIZE]);

#endif
