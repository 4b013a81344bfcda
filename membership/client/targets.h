/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* targets: which members a client could talk to, and which it tries next.
 *
 * OWN is the node's own, by its Unix socket; the others are core nodes, by
 * TCP.  A round tries each of them once: the own first, then those that may
 * well answer, and at last those that did not when they were tried before, or
 * of which nobody has said that they are there.  Pure.
 */
#ifndef VF_MEMBERSHIP_CLIENT_TARGETS_H
#define VF_MEMBERSHIP_CLIENT_TARGETS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/address.h"

#define TARGETS_CORES_MAX 64
#define TARGETS_OWN 0
#define TARGETS_NONE UINT32_MAX

struct targets {
	bool own;
	uint32_t ncores, ngiven, next_learnt;
	struct {
		struct address at;
		bool doubtful;
	} cores[TARGETS_CORES_MAX];
	/* the round */
	uint32_t next;
	bool tried_own;
	uint64_t tried; /* a bit a core */
};

/* True: it is new.  given: it is never dropped for one that was learnt.
 * A core node that is said to live is no longer doubtful. */
bool targets_add(struct targets *t, const struct address *a, bool given,
		 bool doubtful);
/* Begins a round; `from` makes different clients begin in different places. */
void targets_begin(struct targets *t, uint32_t from);
/* The same, where the last one ended. */
void targets_again(struct targets *t);
/* The next of the round; TARGETS_NONE: it is over. */
uint32_t targets_next(struct targets *t);
const struct address *targets_address(const struct targets *t, uint32_t target);
void targets_failed(struct targets *t, uint32_t target);
void targets_answered(struct targets *t, uint32_t target);

#endif
