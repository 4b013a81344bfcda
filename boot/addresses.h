/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* addresses: chooses an address of the range for a machine that has none.
 *
 *   a free address is chosen, and an ARP probe for it is sent ---> ASKED
 *   ASKED ---no answer in time---> the machine gets it (addresses_settle)
 *   ASKED ---a host answers---> TAKEN, and the next free address is ASKED
 *
 * So no machine gets an address that a host uses without having it from a DHCP
 * server.  An address stays TAKEN for an hour; after that the host may be gone,
 * and the address can be chosen and probed again.  Anybody can send ARP, so the
 * numbers of ASKED and of TAKEN addresses are bounded, and an ARP answer makes
 * an address TAKEN only if that address is ASKED. */
#ifndef VF_BOOT_ADDRESSES_H
#define VF_BOOT_ADDRESSES_H

#include <stdint.h>
#include <time.h>

#include "lib/ip4.h"

struct boot;
struct machine;

struct taken {
	uint32_t ip;
	uint8_t mac[MAC_SIZE]; /* MAC of the card that has ip; zeros: unknown */
	time_t since;
};

/* Begins to listen to ARP.  The caller calls this function before the others.
 * Returns 0, or -1 after the log has said why. */
int addresses_open(struct boot *b);
void addresses_close(struct boot *b);

/* Begins to look for an address for the machine whose card is mac: for `wanted`
 * if that address is free, else for any free one.  A `wanted` of 0 means that
 * the machine asked for none.  A second call for the same machine does nothing
 * while the first search lasts. */
void addresses_find(struct boot *b, const uint8_t mac[MAC_SIZE],
		    uint32_t wanted);
/* Called when the machine whose card is mac has refused its address ip by a
 * DHCPDECLINE, since another host has that address.  Marks ip as TAKEN and
 * looks for another address.  If the administrator gave ip to the machine, or
 * if ip is outside of the range, only logs the refusal. */
void addresses_declined(struct boot *b, const uint8_t mac[MAC_SIZE],
			uint32_t ip);

/* Notes that machine m has the address ip, from whichever server.  If m has no
 * name yet, names it by the number of ip in the range. */
void addresses_settle(struct boot *b, struct machine *m, uint32_t ip);

/* Points *all at the array of TAKEN addresses, including those whose hour is
 * over, and returns the length of the array. */
size_t addresses_taken(const struct boot *b, const struct taken **all);

#endif
