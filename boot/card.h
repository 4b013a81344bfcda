/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* card: the network card at which machines boot, and what this machine knows
 * of the network behind it.
 */
#ifndef VF_BOOT_CARD_H
#define VF_BOOT_CARD_H

#include <net/if.h>
#include <stddef.h>

#include "boot/ip4.h"

#define CARD_WHY 256
#define CARD_DNS_MAX 4

struct card {
	char name[IF_NAMESIZE];
	int index;
	uint8_t mac[MAC_SIZE];
	uint32_t address, mask;
};

/* The card of that name; NULL: the only one that has a cable and an IPv4
 * address.  -1: `why` says what is wrong and what to do. */
int card_find(const char *name, struct card *c, char why[CARD_WHY]);
uint32_t card_first(const struct card *c); /* of the subnet's machines */
uint32_t card_last(const struct card *c);
/* Where this machine's default route behind that card leads; 0: there is
 * none. */
uint32_t card_gateway(const struct card *c);
/* The name servers that this machine asks, but for those that only it can
 * reach; their number. */
size_t card_dns(uint32_t to[CARD_DNS_MAX]);

#endif
