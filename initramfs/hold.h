/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hold: the addresses and routes that a card keeps, and which card that is.
 *
 *   LOST ---a card with that MAC---> HELD ---the card is gone---> LOST
 *
 * A card is its index, whatever its name; one that was gone and comes back, as
 * by USB, is known by its MAC.  Of addresses the first, which other nodes were
 * told, is kept for good, and beside it the last that DHCP gave.
 *
 * Pure: says what is to be done; card.c does it.
 */
#ifndef VF_INITRAMFS_HOLD_H
#define VF_INITRAMFS_HOLD_H

#include <stdbool.h>

#include "initramfs/lease.h"
#include "initramfs/rtnl.h"

#define HOLD_ADDRESSES 2

struct hold_address {
	in_addr_t ip;
	uint8_t prefix;
};

struct hold {
	int index; /* 0: LOST */
	int lower; /* index of the card that carries this VLAN; 0: none */
	bool up;
	bool has_mac;
	uint8_t mac[RTNL_MAC];
	char name[IF_NAMESIZE];
	unsigned naddresses, nroutes;
	struct hold_address addresses[HOLD_ADDRESSES];
	struct lease_route routes[LEASE_ROUTES];
};

enum hold_do {
	HOLD_PUT_BACK = 1, /* something that is held is missing */
	HOLD_RENAMED =
	    2, /* udhcpc has the wrong name, or a card that is gone */
	HOLD_LOST = 4,
};

/* Says what the kernel's news asks for: bits of enum hold_do, or none. */
unsigned hold_heard(struct hold *h, const struct rtnl_news *n);
/* Takes over what a lease gives. */
void hold_lease(struct hold *h, const struct lease *l);

bool hold_has_address(const struct hold *h, const struct hold_address *a);
bool hold_has_route(const struct hold *h, const struct lease_route *r);

#endif
