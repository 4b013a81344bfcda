/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/client/targets.h"

bool
targets_add(struct targets *t, const struct address *a, bool given,
	    bool doubtful)
{
	uint32_t at = t->ncores;

	for (uint32_t i = 0; i < t->ncores; i++)
		if (address_equal(&t->cores[i].at, a)) {
			t->cores[i].doubtful &= doubtful;
			return false;
		}
	/* Full: the given ones stay, those learnt longest ago make room. */
	if (at == TARGETS_CORES_MAX) {
		if (t->ngiven == TARGETS_CORES_MAX)
			return false;
		at = t->ngiven +
		     t->next_learnt++ % (TARGETS_CORES_MAX - t->ngiven);
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
targets_begin(struct targets *t, uint32_t from)
{
	t->tried_own = false;
	t->tried = 0;
	t->next = from;
}

void
targets_again(struct targets *t)
{
	targets_begin(t, t->next);
}

static bool
due(const struct targets *t, uint32_t at, bool doubtful)
{
	return (t->tried >> at & 1) == 0 && t->cores[at].doubtful == doubtful;
}

uint32_t
targets_next(struct targets *t)
{
	if (t->own && !t->tried_own) {
		t->tried_own = true;
		return TARGETS_OWN;
	}
	if (t->ncores == 0)
		return TARGETS_NONE;
	for (uint32_t i = 0; i < 2 * t->ncores; i++) {
		uint32_t at = (t->next + i) % t->ncores;

		if (!due(t, at, i >= t->ncores))
			continue;
		t->tried |= UINT64_C(1) << at;
		t->next = at + 1;
		return at + 1;
	}
	return TARGETS_NONE;
}

const struct address *
targets_address(const struct targets *t, uint32_t target)
{
	return &t->cores[target - 1].at;
}

void
targets_failed(struct targets *t, uint32_t target)
{
	if (target != TARGETS_OWN)
		t->cores[target - 1].doubtful = true;
}

void
targets_answered(struct targets *t, uint32_t target)
{
	if (target != TARGETS_OWN)
		t->cores[target - 1].doubtful = false;
}
