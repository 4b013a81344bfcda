/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/client/members.h"

bool
members_add(struct members *t, const struct address *a, bool given,
	    bool doubtful)
{
	uint32_t at = t->ncores;

	for (uint32_t i = 0; i < t->ncores; i++)
		if (address_equal(&t->cores[i].at, a)) {
			t->cores[i].doubtful &= doubtful;
			return false;
		}
	/* if the table is full, the core that was learnt longest ago is
	 * replaced; cores that the user has given stay */
	if (at == MEMBERS_CORES_MAX) {
		if (t->ngiven == MEMBERS_CORES_MAX)
			return false;
		at = t->ngiven +
		     t->next_learnt++ % (MEMBERS_CORES_MAX - t->ngiven);
	} else {
		t->ncores++;
	}
	t->tried &= ~(UINT64_C(1) << at);
	t->cores[at].at = *a;
	t->cores[at].doubtful = doubtful;
	if (given && at == t->ngiven)
		t->ngiven++;
	return true;
}

void
members_begin(struct members *t, uint32_t from)
{
	t->tried_own = false;
	t->tried = 0;
	t->next = from;
}

void
members_again(struct members *t)
{
	members_begin(t, t->next);
}

static bool
due(const struct members *t, uint32_t at, bool doubtful)
{
	return (t->tried >> at & 1) == 0 && t->cores[at].doubtful == doubtful;
}

uint32_t
members_next(struct members *t)
{
	if (t->own && !t->tried_own) {
		t->tried_own = true;
		return MEMBERS_OWN;
	}
	if (t->ncores == 0)
		return MEMBERS_NONE;
	for (uint32_t i = 0; i < 2 * t->ncores; i++) {
		uint32_t at = (t->next + i) % t->ncores;

		if (!due(t, at, i >= t->ncores))
			continue;
		t->tried |= UINT64_C(1) << at;
		t->next = at + 1;
		return at + 1;
	}
	return MEMBERS_NONE;
}

const struct address *
members_address(const struct members *t, uint32_t target)
{
	return &t->cores[target - 1].at;
}

void
members_failed(struct members *t, uint32_t target)
{
	if (target != MEMBERS_OWN)
		t->cores[target - 1].doubtful = true;
}

void
members_answered(struct members *t, uint32_t target)
{
	if (target != MEMBERS_OWN)
		t->cores[target - 1].doubtful = false;
}
