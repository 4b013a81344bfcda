/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Decodes arbitrary bytes as a DHCP packet and as an ARP packet.  The texts of
 * an accepted DHCP packet must be fit for a log; an accepted ARP packet must be
 * long enough for one. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arp.h"
#include "boot/dhcp_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
text(const char *s)
{
	assert(strlen(s) < DHCP_TEXT);
	for (; *s != '\0'; s++)
		assert(*s > ' ' && *s < 127);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of the input, beyond which the sanitizer sees reads */
	uint8_t *copy = malloc(size + 1);
	struct dhcp_packet p;
	struct arp_packet arp;

	if (copy == NULL)
		return 0;
	memcpy(copy + 1, data, size);
	if (dhcp_decode(copy + 1, size, &p) == 0) {
		assert(p.type <= UINT8_MAX && p.arch >= -1 &&
		       p.arch <= UINT16_MAX);
		text(p.vendor);
		text(p.domain);
		(void)dhcp_from_rom(&p);
	}
	if (arp_decode(copy + 1, size, &arp))
		assert(size >= ARP_SIZE);
	free(copy);
	return 0;
}
