/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* router_adv: encodes the answer of a node, which is no router, to machines
 * that look for an IPv6 router.
 *
 * iPXE asks for an IPv4 address and for an IPv6 router at the same time, and
 * waits 13 to 16 s for a router if there is none.  A router advertisement
 * without lifetime and without prefixes, sent to that machine alone, ends the
 * wait: it says that this network has neither IPv6 addresses nor a default
 * router for the machine (RFC 4861, 4.2).  Pure. */
#ifndef VF_BOOT_ROUTER_ADV_H
#define VF_BOOT_ROUTER_ADV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/ip4.h"

/* Sizes in bytes, and protocol numbers, from RFC 8200 and RFC 4861. */
#define IP6_SIZE 16
#define IP6_HEADER 40
#define ICMP6 58
#define SOLICITATION 133
#define ROUTER_ADV_SIZE 56 /* bytes, with the IPv6 header */

/* Returns true if a packet, which begins with its IPv6 header, is a router
 * solicitation from a link-local address; sets `from` to that address. */
bool router_adv_asked(const uint8_t *buf, size_t len, uint8_t from[IP6_SIZE]);
/* Encodes the router advertisement, with its IPv6 header, from the card mac to
 * the address `to`. */
void router_adv_encode(uint8_t buf[ROUTER_ADV_SIZE],
		       const uint8_t mac[MAC_SIZE], const uint8_t to[IP6_SIZE]);

#endif
