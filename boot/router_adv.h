/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* router_adv: an answer to machines that look for an IPv6 router, from a node
 * that is none.
 *
 * iPXE asks for an IPv4 address and for an IPv6 router at once, and waits 13
 * to 16 s for a router where there is none.  An advertisement of no lifetime,
 * without any prefix, to that machine alone, ends that: it says that there are
 * neither addresses nor a way out to be had here (RFC 4861, 4.2).  Pure.
 */
#ifndef VF_BOOT_ROUTER_ADV_H
#define VF_BOOT_ROUTER_ADV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/ip4.h"

/* Numbers are those of RFC 8200 and RFC 4861. */
#define IP6_SIZE 16
#define IP6_HEADER 40
#define ICMP6 58
#define SOLICITATION 133
#define ROUTER_ADV_SIZE 56 /* bytes, with the IPv6 header */

/* Says whether a packet, from its IPv6 header on, is somebody with a link-local
 * address, put into `from', that looks for routers. */
bool router_adv_asked(const uint8_t *buf, size_t len, uint8_t from[IP6_SIZE]);
/* The answer, from the card with that MAC. */
void router_adv_encode(uint8_t buf[ROUTER_ADV_SIZE],
		       const uint8_t mac[MAC_SIZE], const uint8_t to[IP6_SIZE]);

#endif
