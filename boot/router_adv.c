/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/router_adv.h"

#include <string.h>

/* hop limit (RFC 4861, 4.2), by which a receiver sees that no router has
 * forwarded the packet */
#define HOPS 255
#define ADVERTISEMENT 134
#define SOLICITATION_SIZE 8

static bool
is_link_local(const uint8_t ip[IP6_SIZE])
{
	return ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80;
}

bool
router_adv_asked(const uint8_t *buf, size_t len, uint8_t from[IP6_SIZE])
{
	if (len < IP6_HEADER + SOLICITATION_SIZE || buf[0] >> 4 != 6 ||
	    buf[6] != ICMP6 || buf[7] != HOPS ||
	    buf[IP6_HEADER] != SOLICITATION || buf[IP6_HEADER + 1] != 0 ||
	    !is_link_local(buf + 8))
		return false;
	memcpy(from, buf + 8, IP6_SIZE);
	return true;
}

/* Makes a card's link-local address from its MAC (RFC 4291, appendix A). */
static void
link_local_of(const uint8_t mac[MAC_SIZE], uint8_t ip[IP6_SIZE])
{
	memset(ip, 0, IP6_SIZE);
	ip[0] = 0xfe;
	ip[1] = 0x80;
	memcpy(ip + 8, mac, 3);
	ip[8] ^= 2;
	ip[11] = 0xff;
	ip[12] = 0xfe;
	memcpy(ip + 13, mac + 3, 3);
}

/* Returns the ICMPv6 checksum of a packet, which covers addresses, length and
 * next header of its IPv6 header, too (RFC 8200, 8.1). */
static uint16_t
checksum(const uint8_t *packet, size_t len)
{
	uint32_t sum = len - IP6_HEADER + ICMP6;

	for (size_t i = 8; i < len; i += 2)
		sum += packet[i] << 8 | packet[i + 1];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

void
router_adv_encode(uint8_t buf[ROUTER_ADV_SIZE], const uint8_t mac[MAC_SIZE],
		  const uint8_t to[IP6_SIZE])
{
	uint16_t sum;

	memset(buf, 0, ROUTER_ADV_SIZE);
	buf[0] = 6 << 4;
	buf[5] = ROUTER_ADV_SIZE - IP6_HEADER;
	buf[6] = ICMP6;
	buf[7] = HOPS;
	link_local_of(mac, buf + 8);
	memcpy(buf + 24, to, IP6_SIZE);
	/* The advertisement's own fields (hop limit, flags, lifetime, times)
	 * stay 0, and it has no options. */
	buf[IP6_HEADER] = ADVERTISEMENT;
	sum = checksum(buf, ROUTER_ADV_SIZE);
	buf[IP6_HEADER + 2] = sum >> 8;
	buf[IP6_HEADER + 3] = sum & 255;
}
