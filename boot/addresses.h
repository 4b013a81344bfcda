/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* addresses: which address of the range a machine gets that has none.
 *
 *   wanted ---a free one is chosen, and asked for by ARP---> ASKED
 *   ASKED ---nobody has answered in time---> the machine's (addresses_settle)
 *   ASKED ---somebody has it---> TAKEN, and the next one is ASKED
 *
 * So the address of a host that no DHCP server knows is not given away.  TAKEN
 * is for an hour: such a host may be gone by then, and is asked for again.
 * ARP comes from anybody: what is asked and what is taken has a bound, and
 * only an address that was asked for can be taken.
 */
#ifndef VF_BOOT_ADDRESSES_H
#define VF_BOOT_ADDRESSES_H

#include <stdint.h>
#include <time.h>

#include "boot/ip4.h"

struct boot;
struct machine;

struct taken {
	uint32_t ip;
	uint8_t mac[MAC_SIZE]; /* the holder's; zeros: not known */
	time_t since;
};

/* -1: the log says why. */
int addresses_open(struct boot *b);
void addresses_close(struct boot *b);

/* Finds an address for the machine of that MAC, the wanted one (0: any) if that
 * is free.  Repeating it changes nothing. */
void addresses_find(struct boot *b, const uint8_t mac[MAC_SIZE],
		    uint32_t wanted);
/* A machine has found somebody at the address that it was given. */
void addresses_declined(struct boot *b, const uint8_t mac[MAC_SIZE],
			uint32_t ip);

/* The machine has this address, whoever gave it, and a name of its number. */
void addresses_settle(struct boot *b, struct machine *m, uint32_t ip);

/* The addresses that are somebody's: how many, and the array. */
size_t addresses_taken(const struct boot *b, const struct taken **all);

#endif
