/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/ip4.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int
ip4_parse(const char *text, uint32_t *ip)
{
	struct in_addr in;

	if (inet_pton(AF_INET, text, &in) != 1) {
		errno = EINVAL;
		return -1;
	}
	*ip = ntohl(in.s_addr);
	return 0;
}

char *
ip4_text(uint32_t ip, char to[IP4_TEXT])
{
	snprintf(to, IP4_TEXT, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255,
		 ip >> 8 & 255, ip & 255);
	return to;
}

uint32_t
ip4_of_address(const struct address *a)
{
	if (!address_is_v4(a))
		return 0;
	return (uint32_t)a->ip[12] << 24 | a->ip[13] << 16 | a->ip[14] << 8 |
	       a->ip[15];
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
mac_parse(const char *text, uint8_t mac[MAC_SIZE])
{
	bool any = false;

	for (int i = 0; i < MAC_SIZE; i++, text += 3) {
		int high = hex(text[0]), low = high < 0 ? -1 : hex(text[1]);

		if (low < 0)
			goto invalid;
		if (i < MAC_SIZE - 1 ? text[2] != ':' && text[2] != '-'
				     : text[2] != '\0')
			goto invalid;
		mac[i] = high << 4 | low;
		any = any || mac[i] != 0;
	}
	if (any && !(mac[0] & 1)) /* neither all zeros nor a group's address */
		return 0;
invalid:
	errno = EINVAL;
	return -1;
}

char *
mac_text(const uint8_t mac[MAC_SIZE], char to[MAC_TEXT])
{
	snprintf(to, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5]);
	return to;
}
