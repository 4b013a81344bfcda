/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* members: which members a client could talk to, and which it tries next.
 *
 * OWN is the node's own, by its Unix socket; the others are core nodes, by
 * TCP.  A round tries each of them once: the own first, then those that may
 * well answer, and at last those that did not when they were tried before, or
 * of which nobody has said that they are there.  Pure.
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
	/* the round that goes on: */
	uint32_t next;
	bool tried_own;
	uint64_t tried; /* a bit a core */
};

/* A given address is never dropped for one that was learnt.  True: it is new.
 * A core node that is said to live is no longer doubtful. */
bool members_add(struct members *t, const struct address *a, bool given,
		 bool doubtful);
/* Begins a round; `from` makes different clients begin in different places. */
void members_begin(struct members *t, uint32_t from);
/* Begins a round where the last one ended. */
void members_again(struct members *t);
/* The next of the round; MEMBERS_NONE: it is over. */
uint32_t members_next(struct members *t);
const struct address *members_address(const struct members *t, uint32_t target);
void members_failed(struct members *t, uint32_t target);
void members_answered(struct members *t, uint32_t target);

#endif
