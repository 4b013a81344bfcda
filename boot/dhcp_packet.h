/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dhcp_packet: decodes and encodes DHCP packets (RFC 2131, 2132), as far as the
 * boot service needs them.
 *
 * Pure.  Packets come from anybody in the network: a malformed packet is
 * refused with EPROTO; texts are cut to DHCP_TEXT - 1 bytes, and bytes that are
 * not printable ASCII are replaced. */
#ifndef VF_BOOT_DHCP_PACKET_H
#define VF_BOOT_DHCP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/ip4.h"

#define DHCP_TEXT 64
#define DHCP_PACKET_MAX 1500   /* bytes, with the IP header */
#define DHCP_DISCOVER_SIZE 328 /* bytes, with the IP header */

enum dhcp_type {
	DHCP_BOOTP, /* no DHCP: the packet says no type (RFC 951, 1497) */
	DHCP_DISCOVER,
	DHCP_OFFER,
	DHCP_REQUEST,
	DHCP_DECLINE,
	DHCP_ACK,
	DHCP_NAK,
};

struct dhcp_packet {
	enum dhcp_type type;
	bool reply; /* a server, not a client, sent the packet */
	uint32_t xid;
	uint8_t mac[MAC_SIZE]; /* MAC of the client's card */
	uint32_t from;         /* IP address of the sender of the packet */
	uint32_t ciaddr, yiaddr;
	uint32_t requested;     /* option 50, the address asked for; 0: none */
	uint32_t server;        /* option 54, the server's address; 0: none */
	char vendor[DHCP_TEXT]; /* option 60, vendor class */
	char domain[DHCP_TEXT]; /* option 15, domain name */
	int arch;               /* option 93, first architecture; -1: none */
	/* iPXE has sent the packet: option 77 says so, or option 175 is
	 * present */
	bool ipxe;
};

/* Decodes into *p a packet that begins with its IP header.  Returns 0, or -1
 * with errno EPROTO if the packet is no DHCP or BOOTP packet. */
int dhcp_decode(const uint8_t *buf, size_t len, struct dhcp_packet *p);
/* Encodes a DHCPDISCOVER, with its IP and UDP headers, that is addressed to all
 * servers and asks them to answer by broadcast. */
void dhcp_encode_discover(uint8_t buf[DHCP_DISCOVER_SIZE], uint32_t xid,
			  const uint8_t mac[MAC_SIZE]);
/* Returns true if the client of p, which is no reply, is a card's boot ROM, or
 * a boot loader such as iPXE that the ROM has loaded; only ROMs use BOOTP. */
bool dhcp_from_rom(const struct dhcp_packet *p);

#endif
