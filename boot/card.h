/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* card: finds the network card behind which machines boot, and reads this
 * machine's own settings for the network there. */
#ifndef VF_BOOT_CARD_H
#define VF_BOOT_CARD_H

#include <net/if.h>
#include <stddef.h>

#include "lib/ip4.h"

#define CARD_WHY 256
#define CARD_DNS_MAX 4

struct card {
	char name[IF_NAMESIZE];
	int index;
	uint8_t mac[MAC_SIZE];
	uint32_t address, mask;
};

/* Finds the card of that name, or, if name is NULL, the only card that has a
 * cable and an IPv4 address.  Returns 0, or -1 with a text in `why` that says
 * what is wrong and what to do. */
int card_find(const char *name, struct card *c, char why[CARD_WHY]);
/* Return the first and the last address that a machine can have in the card's
 * subnet. */
uint32_t card_first(const struct card *c);
uint32_t card_last(const struct card *c);
/* Returns the gateway of this machine's default route through card c; 0: there
 * is no such route. */
uint32_t card_gateway(const struct card *c);
/* Writes to `to` the addresses of the IPv4 name servers that this machine uses,
 * without loopback addresses, which other machines cannot reach.  Returns how
 * many addresses it has written. */
size_t card_dns(uint32_t to[CARD_DNS_MAX]);

#endif
