/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* role_keeper: a process that has the address of a role for as long as its
 * parent wants it.
 *
 *   probes ──nobody answers──► has the address ──parent ends, or says so──► end
 *     │                             │
 *     └──somebody answers──► end ◄──┘ a card with a lower MAC has it, too
 *
 * The process probes the address (RFC 5227), adds it to the card, announces it,
 * and does so again and again, so that two that have met find out.  The address
 * never outlives the process by more than some seconds: the process takes it
 * away when it ends, its parent does when it was killed, and where both were
 * killed the kernel does, since the address is lent for KEEPER_LENT_S alone.
 *
 * Times    the RFC's are longer: a probe would take 4 to 7 s.  Chosen: a new
 *          holder is wanted within 10 s of a death, 5 of which a death may take
 *          to be seen.
 */
#ifndef VF_VFIELD_ROLE_KEEPER_H
#define VF_VFIELD_ROLE_KEEPER_H

#include <net/if.h>
#include <stdbool.h>
#include <sys/types.h>

#include "lib/ip4.h"

#define KEEPER_PROBES 4
#define KEEPER_PROBE_MS 250     /* from one probe to the next */
#define KEEPER_ANNOUNCE_MS 1500 /* from one announcement to the next */
#define KEEPER_LENT_S 6

/* The card for an address. */
struct keeper_card {
	char name[IF_NAMESIZE];
	int index; /* 0: the role has no address, and needs no card */
	uint8_t mac[MAC_SIZE];
};

enum keeper_news {
	KEEPER_NOTHING,
	KEEPER_HAS,  /* the machine has the address */
	KEEPER_LOST, /* the process has ended, or is about to */
};

struct keeper {
	pid_t pid; /* 0: none */
	int fd;    /* says what becomes of it; -1 */
	uint32_t address;
	struct keeper_card card;
	/* the card that has the address, once it was lost to that */
	uint8_t other[MAC_SIZE];
	bool taken; /* `other` is set */
};

/* Finds the Ethernet card whose network an address is in.  Returns 0; -1: there
 * is none. */
int keeper_card_find(uint32_t address, struct keeper_card *c);
/* Starts the process; address 0: there is nothing to probe.  Returns 0, or -1
 * and errno. */
int keeper_start(struct keeper *k, uint32_t address,
		 const struct keeper_card *c);
/* Reads what the process has said, when k->fd is readable. */
enum keeper_news keeper_read(struct keeper *k);
/* Has the process end, which it does at once; it is to be reaped later. */
void keeper_stop(struct keeper *k);
/* Takes the address away, where the process was killed. */
void keeper_clean(const struct keeper *k);

#endif
