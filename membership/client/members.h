/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* members: which members a client could talk to, and which it tries next.
 *
 * Members are numbered.  MEMBERS_OWN is the node's own member, which listens
 * on a Unix socket; i + 1 is the member of the core node cores[i], by TCP.  A
 * round tries each member once: the own one first, then those that may well
 * answer, and at last the doubtful: those that did not answer when they were
 * last tried, or that were added as doubtful.  Pure.
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
	/* index of the core that the current round tries next, modulo ncores */
	uint32_t next;
	bool tried_own; /* the own member was tried in the current round */
	uint64_t tried; /* bit i: cores[i] was tried in the current round */
};

/* Adds a core node's address.  `given` says that the user named the address: it
 * is never dropped for one that was learnt.  `doubtful` says that the caller
 * has no sign of a member there; a known address that is added without
 * `doubtful` is doubtful no more.  Returns whether the address is new. */
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
