/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* members: which members a client could talk to, and which it tries next.
 *
 * MEMBERS_OWN is the node's own member, by its Unix socket; the others are
 * those of core nodes, by TCP: cores[i] is number i + 1.  A round tries each
 * member once: the own one first, then those that may well answer, and at last
 * the doubtful: those that did not answer when they were last tried, or that
 * nobody has said to be there.  Pure.
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
	/* the core at which the current round goes on, modulo ncores */
	uint32_t next;
	bool tried_own; /* the own member was tried in the current round */
	uint64_t tried; /* bit i: cores[i] was tried in the current round */
};

/* Adds a core node's address.  given: by the user; such an address is never
 * dropped for one that was learnt.  doubtful: nobody has said that the core
 * node lives; a known address that is added as not doubtful is doubtful no
 * more. Returns whether the address is new. */
bool members_add(struct members *t, const struct address *a, bool given,
		 bool doubtful);
/* Begins a round at the core `from`, modulo ncores: different values make
 * different clients begin in different places. */
void members_begin(struct members *t, uint32_t from);
/* Begins a round where the last one ended. */
void members_again(struct members *t);
/* Returns the number of the next member of the round; MEMBERS_NONE: the round
 * is over. */
uint32_t members_next(struct members *t);
const struct address *members_address(const struct members *t, uint32_t target);
void members_failed(struct members *t, uint32_t target);
void members_answered(struct members *t, uint32_t target);

#endif
