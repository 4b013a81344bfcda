/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/policy/patience.h"

/* hundredths of a request that a budget pays for a second request */
#define CREDIT_REQUEST 100
/* the greatest value of patience.credit: enough for eight second requests in a
 * row after a quiet time */
#define CREDIT_MOST (8 * CREDIT_REQUEST)

/* The constants down to HUNG_LEAST_NS are arbitrary.  If they are too low,
 * nodes of a crowd on slow links suspect their peers and ask for chunks twice.
 * If they are too high, a reader waits too long for a peer that has failed. */
/* If the peer that owes a chunk has sent a byte lately, the chunk is late only
 * after DELIVERS times late_ns. */
#define DELIVERS 4
#define LATE_MOST_NS 2000000000LL
/* SLOW times what a chunk usually takes (latency.mean_ns) takes the place of
 * LATE_MOST_NS, TOOK_MOST_NS or OUTAGE_LEAST_NS, if it is longer. */
#define SLOW 4
#define ALONE_NS 1000000000LL
#define SILENCE_MOST_NS 360000000LL
#define CHUNK_MOST_NS 1500000000LL
#define TOOK_MOST_NS 5000000000LL
#define SURE_NS 80000000LL /* time from SILENCE_SUSPECT to SILENCE_LOST */
/* a peer is given up after GIVE_UP times the silence that makes it suspect */
#define GIVE_UP 8
/* a connection hangs if it brings nothing for HUNG times what a chunk usually
 * takes */
#define HUNG 8
/* the fewest samples from which patience_is_outage tells how long a chunk
 * usually takes */
#define OUTAGE_SAMPLES 16
/* If n chunks are owed at once they share the link, and one arrives in about an
 * n-th of what a chunk takes; n is counted up to OUTAGE_OWED. */
#define OUTAGE_OWED 8
#define OUTAGE_LEAST_NS 1000000000LL
#define HUNG_LEAST_NS 30000000000LL

void
latency_add(struct latency *l, int64_t took_ns)
{
	int64_t off;

	if (took_ns < 0)
		took_ns = 0;
	if (l->samples == 0) {
		l->mean_ns = took_ns;
		l->dev_ns = took_ns / 2;
	} else {
		off = took_ns - l->mean_ns;
		l->dev_ns += ((off < 0 ? -off : off) - l->dev_ns) / 4;
		l->mean_ns += off / 8;
	}
	if (l->samples < UINT32_MAX)
		l->samples++;
}

int64_t
latency_limit_ns(const struct latency *l, int64_t least_ns, int64_t most_ns)
{
	int64_t limit = l->mean_ns + 4 * l->dev_ns;

	if (l->samples == 0 || limit > most_ns)
		return most_ns;
	return limit < least_ns ? least_ns : limit;
}

void
patience_took(struct latency *chunk, int64_t took_ns)
{
	int64_t slow = SLOW * chunk->mean_ns;
	int64_t most = slow > TOOK_MOST_NS ? slow : TOOK_MOST_NS;

	latency_add(chunk, took_ns < most ? took_ns : most);
}

bool
patience_is_outage(const struct latency *chunk, int64_t silent_ns,
		   uint32_t owed)
{
	uint32_t share = owed < 1 ? 1 : owed < OUTAGE_OWED ? owed : OUTAGE_OWED;
	int64_t slow = SLOW * chunk->mean_ns / share;

	return chunk->samples >= OUTAGE_SAMPLES &&
	       silent_ns > (slow > OUTAGE_LEAST_NS ? slow : OUTAGE_LEAST_NS);
}

int64_t
patience_late_ns(const struct latency *chunk)
{
	int64_t slow = SLOW * chunk->mean_ns;

	return latency_limit_ns(chunk, PATIENCE_LATE_NS,
				slow > LATE_MOST_NS ? slow : LATE_MOST_NS);
}

int64_t
patience_hung_ns(const struct latency *chunk)
{
	int64_t long_ns = HUNG * chunk->mean_ns;

	return long_ns > HUNG_LEAST_NS ? long_ns : HUNG_LEAST_NS;
}

void
patience_begin(struct patience *p)
{
	p->credit = CREDIT_MOST;
	p->rescue = RESCUE_BURST * CREDIT_REQUEST;
}

void
patience_earn(struct patience *p)
{
	p->credit += PATIENCE_PERCENT;
	if (p->credit > CREDIT_MOST)
		p->credit = CREDIT_MOST;
	p->rescue += RESCUE_PERCENT;
	if (p->rescue > RESCUE_BURST * CREDIT_REQUEST)
		p->rescue = RESCUE_BURST * CREDIT_REQUEST;
}

enum patience_why
patience_again(const struct patience *p, const struct patience_owed *o,
	       int64_t late_ns)
{
	bool must = o->waited_for && (o->twice ? o->twice_lost : o->lost);

	if (must)
		return PATIENCE_MUST;
	if (o->twice)
		return PATIENCE_NO;
	if (o->suspect)
		return p->rescue >= CREDIT_REQUEST ? PATIENCE_RESCUE
						   : PATIENCE_NO;
	if (!o->waited_for)
		return PATIENCE_NO;
	/* If no other peer owes anything, the link has room for a second
	 * request. */
	if (o->alone && o->waits_ns > ALONE_NS)
		return o->waits_ns > late_ns ? PATIENCE_ALONE : PATIENCE_NO;
	/* In a crowd all peers deliver late, and second requests would make
	 * them later still.  So a peer that sends something is given longer. */
	if (o->silent_ns < PATIENCE_LATE_NS)
		late_ns *= DELIVERS;
	return o->waits_ns > late_ns && p->credit >= CREDIT_REQUEST
		   ? PATIENCE_LATE
		   : PATIENCE_NO;
}

void
patience_spend(struct patience *p, enum patience_why why)
{
	if (why == PATIENCE_LATE)
		p->credit -=
		    p->credit < CREDIT_REQUEST ? p->credit : CREDIT_REQUEST;
	else if (why == PATIENCE_RESCUE)
		p->rescue -= CREDIT_REQUEST;
}

enum silence
silence_judge(int64_t now_ns, int64_t owes_since_ns, int64_t heard_ns,
	      int64_t limit_ns)
{
	int64_t since = heard_ns > owes_since_ns ? heard_ns : owes_since_ns;
	int64_t silent = now_ns - since;

	if (silent < PATIENCE_PROBE_NS)
		return SILENCE_FINE;
	if (silent < limit_ns)
		return SILENCE_PROBE;
	if (silent > GIVE_UP * limit_ns)
		return SILENCE_GONE;
	return silent - limit_ns > SURE_NS ? SILENCE_LOST : SILENCE_SUSPECT;
}

int64_t
silence_limit_ns(const struct latency *rtt, const struct latency *chunk)
{
	/* A probe waits behind data on a full link.  So a peer whose answers
	 * usually take longer is given more time, within bounds. */
	int64_t probe_ns =
	    latency_limit_ns(rtt, PATIENCE_SUSPECT_NS - PATIENCE_PROBE_NS,
			     SILENCE_MOST_NS - PATIENCE_PROBE_NS);
	int64_t chunk_ns =
	    chunk->mean_ns < CHUNK_MOST_NS ? chunk->mean_ns : CHUNK_MOST_NS;

	if (chunk_ns < PATIENCE_PROBE_NS + probe_ns)
		return PATIENCE_PROBE_NS + probe_ns;
	return chunk_ns;
}
