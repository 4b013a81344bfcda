/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hold: recognises the card over which the machine reads its root, which init
 * has chosen, in the kernel's news, and says which addresses and routes that
 * card must have.
 *
 *   LOST ---a card with that MAC---> HELD ---the card is gone---> LOST
 *
 * The card is identified by its index, whatever its name is.  If the card was
 * gone and comes back, as on USB, it is recognised by its MAC.  Its first
 * address, which other nodes know, is kept for good; a second one is the last
 * that DHCP gave.
 *
 * Pure: the functions say what is to be done, and card.c does it. */
#ifndef VF_INITRAMFS_HOLD_H
#define VF_INITRAMFS_HOLD_H

#include <stdbool.h>

#include "initramfs/lease.h"
#include "lib/rtnl.h"

#define HOLD_ADDRESSES 2

struct hold_address {
	in_addr_t ip;
	uint8_t prefix;
};

struct hold {
	int index; /* the card's index; 0: the state is LOST */
	int lower; /* index of the card that carries this VLAN; 0: no VLAN */
	bool up;
	bool has_mac;
	uint8_t mac[RTNL_MAC];
	char name[IF_NAMESIZE];
	unsigned naddresses, nroutes;
	struct hold_address addresses[HOLD_ADDRESSES];
	struct rtnl_route routes[LEASE_ROUTES];
};

enum hold_do {
	/* the card may lack an address or a route: add them again */
	HOLD_PUT_BACK = 1,
	HOLD_RENAMED = 2, /* the card has a new name or index: restart udhcpc */
	HOLD_LOST = 4,
};

/* Changes h by the news n from the kernel.  Returns what is to be done: bits of
 * enum hold_do, or 0 for nothing. */
unsigned hold_heard(struct hold *h, const struct rtnl_news *n);
/* Makes the address and the routes of the lease l those that the card must
 * have, beside its first address. */
void hold_lease(struct hold *h, const struct lease *l);

bool hold_has_address(const struct hold *h, const struct hold_address *a);
bool hold_has_route(const struct hold *h, const struct rtnl_route *r);

#endif
