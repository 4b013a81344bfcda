/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* members: keeps a list of the members that a client could connect to, and says
 * which is tried next.
 *
 * Members are numbered.  MEMBERS_OWN is the node's own member, which listens on
 * a Unix socket; i + 1 is the member of the core node cores[i], by TCP.  In a
 * round each member is tried once: the node's own first, then the core nodes'
 * that are not doubtful, and at last the doubtful ones.  A member is doubtful
 * if it was added so, or did not answer when it was last tried.  Pure.
 */
#ifndef VF_MEMBERSHIP_CLIENT_MEMBERS_H
#define VF_MEMBERSHIP_CLIENT_MEMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/address.h"

#define MEMBERS_CORES_MAX 64
#define MEMBERS_OWN 0
#define MEMBERS_NONE UINT32_MAX

struct members {
	bool own;
	uint32_t ncores, ngiven, next_learnt;
	struct {
		struct address at;
		bool doubtful;
	} cores[MEMBERS_CORES_MAX];
	/* index, modulo ncores, of the core from which the search for the next
	 * one begins */
	uint32_t next;
	/* the node's own member was tried in the current round */
	bool tried_own;
	uint64_t tried; /* bit i: cores[i] was tried in the current round */
};

/* Adds a core node's address.  given: the user named the address, so it is
 * never dropped to make room for one that was learnt.  doubtful: the caller has
 * no sign of a member there; adding an address again without `doubtful` makes
 * it doubtful no more.  Returns true if the address is new. */
bool members_add(struct members *t, const struct address *a, bool given,
		 bool doubtful);
/* Begins a round with the core of index `from` modulo ncores.  Clients pass
 * different values, so that not all try the same core first. */
void members_begin(struct members *t, uint32_t from);
/* Begins a round with the core after the last one that was tried. */
void members_again(struct members *t);
/* Returns the number of the next member of the round; MEMBERS_NONE: the round
 * is over. */
uint32_t members_next(struct members *t);
const struct address *members_address(const struct members *t, uint32_t target);
void members_failed(struct members *t, uint32_t target);
void members_answered(struct members *t, uint32_t target);

#endif
