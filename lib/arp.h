/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* arp: encodes and decodes those packets of ARP for IPv4 on Ethernet (RFC 826)
 * by which a host finds out whether an address is in use (RFC 5227).
 *
 * Pure.  The packets that are decoded come from anybody in the network. */
#ifndef VF_LIB_ARP_H
#define VF_LIB_ARP_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/ip4.h"

#define ARP_SIZE 28 /* bytes, without the Ethernet header */

struct arp_packet {
	uint32_t ip; /* the sender's address; 0: the packet is a probe */
	uint8_t mac[MAC_SIZE];
	uint32_t target; /* the address that is asked for, or told */
};

/* Decodes a packet into *p.  Returns false if the packet is no request or reply
 * of ARP for IPv4 on Ethernet. */
bool arp_decode(const uint8_t *buf, size_t len, struct arp_packet *p);
/* Encodes the question "who has ip?" from the card mac.  The packet's sender
 * address is 0, so that nobody takes the question for a claim to ip. */
void arp_encode_probe(uint8_t buf[ARP_SIZE], const uint8_t mac[MAC_SIZE],
		      uint32_t ip);
/* Encodes the announcement that the card mac has the address ip (RFC 5227,
 * 2.3). */
void arp_encode_announcement(uint8_t buf[ARP_SIZE], const uint8_t mac[MAC_SIZE],
			     uint32_t ip);

#endif
