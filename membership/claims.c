/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/claims.h"

#include <stddef.h>
#include <string.h>

#include "lib/address.h"

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

/* Returns whether this claim's place may be taken by a further claim, which is
 * of a key or not: `proved`. */
static bool
gives_way(const struct claim *at, bool proved, int64_t now_ns)
{
	if (at->proved != proved)
		return proved || is_over(at, now_ns);
	return at->state == CLAIM_DUE ||
	       now_ns - at->since_ns >= CLAIM_DENIED_NS;
}

/* Returns whether the claim `at` gives way before `other`: one of no key before
 * one of a key, and then the one that has been in its state for longer. */
static bool
gives_way_first(const struct claim *at, const struct claim *other)
{
	return at->proved != other->proved ? other->proved
					   : at->since_ns < other->since_ns;
}

/* Returns a free place for a claim; if there is none, the place of the claim
 * that gives way first; NULL: no claim gives way. */
static struct claim *
room(struct claims *c, bool proved, int64_t now_ns)
{
	struct claim *best = NULL;

	for (size_t i = 0; i < CLAIMS_MAX; i++) {
		struct claim *at = &c->all[i];

		if (at->state == CLAIM_NONE)
			return at;
		if (gives_way(at, proved, now_ns) &&
		    (best == NULL || gives_way_first(at, best)))
			best = at;
	}
	return best;
}

/* Returns whether guests at the address of this one, or in its network, have as
 * many claims of keys as they may have. */
static bool
has_its_share(const struct claims *c, const struct proto_claimant *proved,
	      int64_t now_ns)
{
	struct address from = {0};
	unsigned n = 0, net = 0;

	memcpy(from.ip, proved->from, sizeof from.ip);
	for (size_t i = 0; i < CLAIMS_MAX; i++) {
		const struct claim *at = &c->all[i];

		if (at->state == CLAIM_NONE || !at->proved ||
		    is_over(at, now_ns))
			continue;
		n += memcmp(at->at.from, from.ip, sizeof from.ip) == 0;
		net += memcmp(at->at.from, from.ip, sizeof from.ip / 2) == 0;
	}
	/* all of IPv4 looks like one network here, and is none */
	return n >= CLAIMS_FROM_MAX ||
	       (net >= CLAIMS_NET_MAX && !address_is_v4(&from));
}

/* Begins a claim of the node in this state, and returns it.  Returns NULL if
 * there is no room, so that the guest is only refused. */
static struct claim *
begin(struct claims *c, enum claim_state state, const struct node_id *id,
      bool proved, int64_t now_ns)
{
	struct claim *at = room(c, proved, now_ns);

	if (at != NULL)
		*at = (struct claim){
		    .state = state, .id = *id, .since_ns = now_ns};
	return at;
}

static void
turn(struct claim *at, enum claim_state state, int64_t now_ns)
{
	at->state = state;
	at->since_ns = now_ns;
}

bool
claims_may(struct claims *c, const struct node_id *id,
	   const struct proto_claimant *proved, int64_t now_ns)
{
	struct claim *at = running(c, id, now_ns);

	if (proved != NULL && (at == NULL || !at->proved) &&
	    has_its_share(c, proved, now_ns))
		return false;
	if (at == NULL)
		at = begin(c, CLAIM_DUE, id, proved != NULL, now_ns);
	if (at == NULL || (at->proved && proved == NULL))
		return false;
	if (proved != NULL && !at->proved) {
		at->proved = true;
		at->at = *proved;
		turn(at, CLAIM_DUE, now_ns);
	}
	if (at->state == CLAIM_GIVEN
		? !proto_claimant_equal(&at->at, proved)
		: at->state != CLAIM_SAID || now_ns - at->since_ns < CLAIM_NS)
		return false;
	at->state = CLAIM_NONE;
	return true;
}

void
claims_given(struct claims *c, const struct node_id *id, int64_t now_ns)
{
	struct claim *at = running(c, id, now_ns);

	if (at != NULL && at->proved &&
	    (at->state == CLAIM_SAID || at->state == CLAIM_DENIED))
		turn(at, CLAIM_GIVEN, now_ns);
}

void
claims_give(struct claims *c, const struct node_id *id, int64_t now_ns)
{
	struct claim *at = find(c, id);

	if (at != NULL)
		turn(at, CLAIM_GIVING, now_ns);
	else
		(void)begin(c, CLAIM_GIVING, id, false, now_ns);
}

void
claims_heard(struct claims *c, const struct node_id *id, int64_t now_ns)
{
	if (running(c, id, now_ns) == NULL)
		(void)begin(c, CLAIM_SAID, id, false, now_ns);
}

void
claims_denied(struct claims *c, const struct node_id *id, bool proved,
	      int64_t now_ns)
{
	struct claim *at = find(c, id);

	if (at == NULL || at->state == CLAIM_GIVING)
		return;
	/* a NODE of the guest that has lost its place may come late */
	if (at->state == CLAIM_GIVEN && !proved)
		return;
	turn(at, CLAIM_DENIED, now_ns);
}

bool
claims_is_denied(struct claims *c, const struct node_id *id, int64_t now_ns)
{
	const struct claim *at = running(c, id, now_ns);

	return at != NULL && at->state == CLAIM_DENIED;
}

bool
claims_next(struct claims *c, struct proto_msg *m, int64_t now_ns)
{
	for (size_t i = 0; i < CLAIMS_MAX; i++) {
		struct claim *at = &c->all[i];
		bool gives = at->state == CLAIM_GIVING;

		if (!gives && at->state != CLAIM_DUE)
			continue;
		*m = (struct proto_msg){
		    .type = PROTO_CLAIM,
		    .claim = at->id,
		    .claims = gives        ? PROTO_CLAIM_GIVEN
			      : at->proved ? PROTO_CLAIM_PROVED
					   : PROTO_CLAIM_ASKED,
		    .claimant = at->at,
		};
		turn(at, gives ? CLAIM_NONE : CLAIM_SAID, now_ns);
		return true;
	}
	return false;
}
