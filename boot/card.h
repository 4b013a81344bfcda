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

/* Finds the card of that name; for NULL the only one that has a cable and an
 * IPv4 address.  -1: `why` says what is wrong and what to do. */
int card_find(const char *name, struct card *c, char why[CARD_WHY]);
/* The first and the last address of the subnet that a machine can have. */
uint32_t card_first(const struct card *c);
uint32_t card_last(const struct card *c);
/* The gateway of this machine's default route behind that card; 0: none. */
uint32_t card_gateway(const struct card *c);
/* The name servers that this machine asks, without those that only this
 * machine can reach.  Returns their number. */
size_t card_dns(uint32_t to[CARD_DNS_MAX]);

#endif
