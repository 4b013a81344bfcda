/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/arp.h"

#include <net/ethernet.h>
#include <net/if_arp.h>
#include <string.h>

#include "lib/codec.h"

bool
arp_decode(const uint8_t *buf, size_t len, struct arp_packet *p)
{
	struct reader r = reader_init(buf, len);
	bool known = read_u16(&r) == ARPHRD_ETHER;
	uint16_t operation;

	known &= read_u16(&r) == ETHERTYPE_IP;
	known &= read_u8(&r) == MAC_SIZE;
	known &= read_u8(&r) == sizeof p->ip;
	operation = read_u16(&r);
	read_bytes(&r, p->mac, sizeof p->mac);
	p->ip = read_u32(&r);
	read_view(&r, MAC_SIZE); /* skips the target's card */
	p->target = read_u32(&r);
	return known && !r.failed &&
	       (operation == ARPOP_REQUEST || operation == ARPOP_REPLY);
}

static void
encode(uint8_t buf[ARP_SIZE], const uint8_t mac[MAC_SIZE], uint32_t sender,
       uint32_t ip)
{
	static const uint8_t nobody[MAC_SIZE];
	struct writer w = writer_init(buf, ARP_SIZE);

	write_u16(&w, ARPHRD_ETHER);
	write_u16(&w, ETHERTYPE_IP);
	write_u8(&w, MAC_SIZE);
	write_u8(&w, sizeof ip);
	write_u16(&w, ARPOP_REQUEST);
	write_bytes(&w, mac, MAC_SIZE);
	write_u32(&w, sender);
	write_bytes(&w, nobody, sizeof nobody);
	write_u32(&w, ip);
}

void
arp_encode_probe(uint8_t buf[ARP_SIZE], const uint8_t mac[MAC_SIZE],
		 uint32_t ip)
{
	encode(buf, mac, 0, ip);
}

void
arp_encode_announcement(uint8_t buf[ARP_SIZE], const uint8_t mac[MAC_SIZE],
			uint32_t ip)
{
	encode(buf, mac, ip, ip);
}
