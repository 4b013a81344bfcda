/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/claims.h"

#include <stddef.h>

static struct claim *
find(struct claims *c, const struct node_id *id)
{
	for (size_t i = 0; i < CLAIMS_MAX; i++)
		if (c->all[i].state != CLAIM_NONE &&
		    node_id_equal(&c->all[i].id, id))
			return &c->all[i];
	return NULL;
}

static bool
is_over(const struct claim *at, int64_t now_ns)
{
	int64_t lasts_ns =
	    at->state == CLAIM_DENIED ? CLAIM_DENIED_NS : CLAIM_OLD_NS;

	return now_ns - at->since_ns >= lasts_ns;
}

/* Returns the node's claim; NULL: the node has none.  Removes the claim if its
 * time is over. */
static struct claim *
running(struct claims *c, const struct node_id *id, int64_t now_ns)
{
	struct claim *at = find(c, id);

	if (at != NULL && is_over(at, now_ns)) {
		at->state = CLAIM_NONE;
		at = NULL;
	}
	return at;
}

/* Returns whether a further claim may take the place of this one: if no CLAIM
 * for its node was sent or heard within CLAIM_DENIED_NS. */
static bool
gives_way(const struct claim *at, int64_t now_ns)
{
	return at->state == CLAIM_DUE ||
	       now_ns - at->since_ns >= CLAIM_DENIED_NS;
}

/* Returns a free place for a claim; if there is none, the place of the claim
 * that gives way and has been in its state for longest; NULL: no claim gives
 * way. */
static struct claim *
room(struct claims *c, int64_t now_ns)
{
	struct claim *best = NULL;

	for (size_t i = 0; i < CLAIMS_MAX; i++) {
		struct claim *at = &c->all[i];

		if (at->state == CLAIM_NONE)
			return at;
		if (gives_way(at, now_ns) &&
		    (best == NULL || at->since_ns < best->since_ns))
			best = at;
	}
	return best;
}

/* Begins a claim of the node in this state.  Does nothing if there is no room,
 * so that the guest is only refused. */
static void
begin(struct claims *c, enum claim_state state, const struct node_id *id,
      int64_t now_ns)
{
	struct claim *at = room(c, now_ns);

	if (at != NULL)
		*at = (struct claim){
		    .state = state, .id = *id, .since_ns = now_ns};
}

bool
claims_may(struct claims *c, const struct node_id *id, int64_t now_ns)
{
	struct claim *at = running(c, id, now_ns);

	if (at == NULL) {
		begin(c, CLAIM_DUE, id, now_ns);
		return false;
	}
	if (at->state != CLAIM_SAID || now_ns - at->since_ns < CLAIM_NS)
		return false;
	at->state = CLAIM_NONE;
	return true;
}

void
claims_heard(struct claims *c, const struct node_id *id, int64_t now_ns)
{
	if (running(c, id, now_ns) == NULL)
		begin(c, CLAIM_SAID, id, now_ns);
}

void
claims_denied(struct claims *c, const struct node_id *id, int64_t now_ns)
{
	struct claim *at = find(c, id);

	if (at == NULL)
		return;
	at->state = CLAIM_DENIED;
	at->since_ns = now_ns;
}

bool
claims_is_denied(struct claims *c, const struct node_id *id, int64_t now_ns)
{
	const struct claim *at = running(c, id, now_ns);

	return at != NULL && at->state == CLAIM_DENIED;
}

bool
claims_next(struct claims *c, struct node_id *id, int64_t now_ns)
{
	for (size_t i = 0; i < CLAIMS_MAX; i++) {
		struct claim *at = &c->all[i];

		if (at->state != CLAIM_DUE)
			continue;
		at->state = CLAIM_SAID;
		at->since_ns = now_ns;
		*id = at->id;
		return true;
	}
	return false;
}
