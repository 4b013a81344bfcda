/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* peer_verdict: finds the peers that live and are useless.  Pure.
 *
 * A peer that answers handshakes, or sends a byte now and then, looks alive for
 * ever to silence_judge (patience.h), even if it delivers nothing because it
 * waits for a node that never answers.  So this module judges a peer by chunks
 * alone, in the way of an accrual failure detector (Hayashibara, 2004).  A peer
 * is useless if it has owed chunks for several times as long as a chunk usually
 * takes, and has delivered none in that time.  A useless peer is banned:
 * nothing is asked of it for a while, which doubles with each verdict.  After
 * its ban the peer is on trial: it is asked for one chunk at a time, so that a
 * peer which stays useless delays only one chunk after each ban.  When it has
 * delivered some chunks without another verdict, the trial ends.
 *
 * How long a chunk usually takes is measured on all peers together.  So in a
 * crowd on slow links, where every peer takes long, no peer counts as useless
 * because of that.
 *
 * Units    nanoseconds.
 */
#ifndef VF_ROUTER_POLICY_PEER_VERDICT_H
#define VF_ROUTER_POLICY_PEER_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "router/policy/patience.h"

struct verdict {
	int64_t delivered_ns; /* when the last chunk came; 0: none has */
	/* when the last ban ends or ended; 0: there was none, or it was
	 * lifted */
	int64_t banned_ns;
	/* when a ban was last lifted (verdict_lift); 0: never */
	int64_t lifted_ns;
	/* verdicts since the last trial that ended well */
	uint32_t strikes;
	uint32_t good; /* chunks delivered since the last verdict */
};

/* Returns the time after which a peer that owes chunks and delivers none is
 * useless. chunk says how long chunks usually take.  While no other peer
 * delivers (`others_deliver` is false) the time is longer, since one fault may
 * keep all peers from delivering. */
int64_t verdict_limit_ns(const struct latency *chunk, bool others_deliver);

/* Notes that the peer has delivered a chunk.  If it is banned by its first
 * verdict, the ban ends, since that verdict may have been wrong. */
void verdict_delivered(struct verdict *v, int64_t now_ns);

/* Judges a peer that has owed something since owes_since_ns (INT64_MAX: it owes
 * nothing).  If the peer is useless by limit_ns (verdict_limit_ns), bans it and
 * returns true.  Returns false if it is not, or is banned already. */
bool verdict_judge(struct verdict *v, int64_t now_ns, int64_t owes_since_ns,
		   int64_t limit_ns);
/* Returns true if a peer that was found useless has gone on delivering nothing
 * for twice limit_ns, so that the caller should cancel what it owes. */
bool verdict_hopeless(const struct verdict *v, int64_t now_ns,
		      int64_t owes_since_ns, int64_t limit_ns);

bool verdict_banned(const struct verdict *v, int64_t now_ns);
bool verdict_on_trial(const struct verdict *v);
/* Ends the ban, but not the trial.  For a caller that finds no other peer to
 * ask. */
void verdict_lift(struct verdict *v, int64_t now_ns);

#endif
