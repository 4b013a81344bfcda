/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dhcp_packet: DHCP as it is on the wire (RFC 2131, 2132), as far as the boot
 * service looks at it.
 *
 * Pure.  Bytes come from anybody in the network: what is not right is EPROTO,
 * texts are cut short and have only printable ASCII.
 */
#ifndef VF_BOOT_DHCP_PACKET_H
#define VF_BOOT_DHCP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/ip4.h"

#define DHCP_TEXT 64
#define DHCP_PACKET_MAX 1500   /* bytes, with the IP header */
#define DHCP_DISCOVER_SIZE 328 /* bytes, with the IP header */

enum dhcp_type {
	DHCP_DISCOVER = 1,
	DHCP_OFFER,
	DHCP_REQUEST,
	DHCP_DECLINE,
	DHCP_ACK,
	DHCP_NAK,
};

struct dhcp_packet {
	enum dhcp_type type;
	bool reply; /* a server's */
	uint32_t xid;
	uint8_t mac[MAC_SIZE]; /* the client's */
	uint32_t from;         /* IP address of the sender */
	uint32_t ciaddr, yiaddr;
	uint32_t requested;     /* option 50; 0: none */
	uint32_t server;        /* option 54; 0: none */
	char vendor[DHCP_TEXT]; /* option 60 */
	char domain[DHCP_TEXT]; /* option 15 */
	int arch;               /* option 93, its first word; -1: none */
	bool ipxe;              /* option 77 says iPXE, or there is 175 */
};

/* Reads a packet, from the IP header on.  -1, EPROTO: not DHCP. */
int dhcp_decode(const uint8_t *buf, size_t len, struct dhcp_packet *p);
/* Writes a question to all servers, from the IP header on, which asks for
 * answers by broadcast. */
void dhcp_encode_discover(uint8_t buf[DHCP_DISCOVER_SIZE], uint32_t xid,
			  const uint8_t mac[MAC_SIZE]);
/* The sender is a card's boot ROM, or what that has loaded. */
bool dhcp_from_rom(const struct dhcp_packet *p);

#endif
