/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* role_keeper: a process that keeps the address of a role on this machine for
 * as long as its parent wants that.
 *
 *   probes ──nobody answers──► has the address ──parent ends, or says so──► end
 *     │                             │
 *     └──somebody answers──► end ◄──┘ a card with a lower MAC has it, too
 *
 * The process probes the address (RFC 5227), adds it to the card, and announces
 * it.  It repeats the announcement again and again, so that two machines that
 * have the same address find out.  The address never outlives the process by
 * more than some seconds.  The process removes it when it ends; if the process
 * was killed, its parent does; if both were killed, the kernel does, since the
 * address has a lifetime of only KEEPER_LENT_S.
 *
 * Times    RFC 5227's are longer: a probe would take 4 to 7 s.  Arbitrary: a
 * new
 *          holder is wanted within 10 s of a death, and 5 s may pass until a
 *          death is noticed. */
#ifndef VF_VFIELD_ROLE_KEEPER_H
#define VF_VFIELD_ROLE_KEEPER_H

#include <net/if.h>
#include <stdbool.h>
#include <sys/types.h>

#include "lib/ip4.h"

#define KEEPER_PROBES 4
#define KEEPER_PROBE_MS 250 /* milliseconds from one probe to the next */
/* milliseconds from one announcement to the next */
#define KEEPER_ANNOUNCE_MS 1500
#define KEEPER_LENT_S 6

/* The card to which the address of a role is added. */
struct keeper_card {
	char name[IF_NAMESIZE];
	int index; /* 0: the role has no address, and needs no card */
	uint8_t mac[MAC_SIZE];
};

enum keeper_news {
	KEEPER_NOTHING,
	KEEPER_HAS,  /* the machine has the address */
	KEEPER_LOST, /* the process has ended, or is about to end */
};

struct keeper {
	pid_t pid; /* the process; 0: none */
	/* socket from which the process's messages are read; -1: none */
	int fd;
	uint32_t address;
	struct keeper_card card;
	/* if `taken`: the card of another machine that has the address */
	uint8_t other[MAC_SIZE];
	/* the process has ended since another machine has the address */
	bool taken;
};

/* Finds the Ethernet card that is in the network of the address.  Returns 0;
 * -1: there is none. */
int keeper_card_find(uint32_t address, struct keeper_card *c);
/* Starts the process.  With address 0 it probes nothing.  Returns 0, or -1 and
 * errno. */
int keeper_start(struct keeper *k, uint32_t address,
		 const struct keeper_card *c);
/* Reads a message of the process.  Called when k->fd is readable. */
enum keeper_news keeper_read(struct keeper *k);
/* Has the process end at once, by closing its socket.  The caller reaps the
 * process later. */
void keeper_stop(struct keeper *k);
/* Removes the address from the card; for the case that the process was killed.
 */
void keeper_clean(const struct keeper *k);

#endif
