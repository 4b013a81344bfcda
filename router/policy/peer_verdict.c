/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/policy/peer_verdict.h"

/* The constants below are arbitrary.  If they are too low, nodes of a crowd
 * give up parents that merely wait for chunks themselves, and the seed has to
 * send chunks twice.  If they are too high, a reader waits too long for a
 * useless peer. */
/* a peer is useless if it delivers nothing for USELESS times what a chunk
 * usually takes */
#define USELESS 4
#define LEAST_NS 800000000LL
#define MOST_NS 30000000000LL
/* the fewest measured chunks from which it is known how long a chunk usually
 * takes */
#define SAMPLES 16
/* the least verdict_limit_ns while fewer than SAMPLES chunks were measured and
 * no other peer delivers */
#define UNKNOWN_NS 5000000000LL
/* the least verdict_limit_ns while fewer than SAMPLES chunks were measured and
 * other peers deliver */
#define UNKNOWN_LEAST_NS 2000000000LL
/* the asks that a useless peer owes are cancelled after HOPELESS times
 * limit_ns */
#define HOPELESS 2
#define BAN_NS 2000000000LL
#define BAN_DOUBLINGS 5
#define FORGIVEN 8 /* number of delivered chunks that ends a trial */

int64_t
verdict_limit_ns(const struct latency *chunk, bool others_deliver)
{
	int64_t limit = USELESS * chunk->mean_ns;
	int64_t unknown = others_deliver ? UNKNOWN_LEAST_NS : UNKNOWN_NS;

	if (limit < LEAST_NS)
		limit = LEAST_NS;
	if (chunk->samples < SAMPLES && limit < unknown)
		return unknown;
	if (!others_deliver)
		limit *= 2;
	return limit < MOST_NS ? limit : MOST_NS;
}

void
verdict_delivered(struct verdict *v, int64_t now_ns)
{
	v->delivered_ns = now_ns;
	if (v->strikes == 0)
		return;
	if (v->strikes == 1)
		v->banned_ns = 0;
	if (++v->good >= FORGIVEN)
		*v = (struct verdict){.delivered_ns = now_ns};
}

static int64_t
barren_ns(const struct verdict *v, int64_t now_ns, int64_t owes_since_ns)
{
	int64_t since_ns = owes_since_ns;

	if (v->delivered_ns > since_ns)
		since_ns = v->delivered_ns;
	return since_ns < now_ns ? now_ns - since_ns : 0;
}

bool
verdict_judge(struct verdict *v, int64_t now_ns, int64_t owes_since_ns,
	      int64_t limit_ns)
{
	unsigned doublings =
	    v->strikes < BAN_DOUBLINGS ? v->strikes : BAN_DOUBLINGS;

	if (verdict_banned(v, now_ns) || now_ns - v->lifted_ns <= limit_ns ||
	    barren_ns(v, now_ns, owes_since_ns) <= limit_ns)
		return false;
	v->banned_ns = now_ns + (BAN_NS << doublings);
	if (v->strikes < UINT32_MAX)
		v->strikes++;
	v->good = 0;
	return true;
}

bool
verdict_hopeless(const struct verdict *v, int64_t now_ns, int64_t owes_since_ns,
		 int64_t limit_ns)
{
	return verdict_on_trial(v) &&
	       barren_ns(v, now_ns, owes_since_ns) > HOPELESS * limit_ns;
}

bool
verdict_banned(const struct verdict *v, int64_t now_ns)
{
	return now_ns < v->banned_ns;
}

bool
verdict_on_trial(const struct verdict *v)
{
	return v->strikes > 0;
}

void
verdict_lift(struct verdict *v, int64_t now_ns)
{
	v->banned_ns = 0;
	v->lifted_ns = now_ns;
}
