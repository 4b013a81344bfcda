/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* peer_verdict: finds the peers that live and are useless.  Pure.
 *
 * A peer that answers handshakes, sends a byte now and then, or waits for
 * others that never deliver looks alive for ever (patience.h, silence_judge).
 * So a peer is judged by chunks alone, as an accrual failure detector does
 * (Hayashibara, 2004): a peer that has owed chunks for several times as long as
 * a chunk usually takes, and has delivered none in that time, is useless, and
 * is banned for a while that doubles with each verdict.  After its ban the peer
 * is on trial: it is asked for one chunk at a time, so that a peer which stays
 * useless costs a reader the delay of one chunk after each ban.  Some chunks
 * that it delivers without another verdict end the trial.
 *
 * How long chunks usually take is measured on all peers together, so that in a
 * crowd on slow links, where all take long, no peer is useless for that.
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
	int64_t banned_ns;    /* the end of the last ban; 0: none */
	int64_t lifted_ns;    /* when a ban was lifted; 0: never */
	/* verdicts that were not yet forgiven */
	uint32_t strikes;
	uint32_t good; /* chunks delivered since the last verdict */
};

/* Returns the time after which a peer that has delivered none of what it owes
 * is useless, by how long chunks usually take.  While no other peer delivers
 * (others_deliver is false) the time is longer, since one fault may hit all. */
int64_t verdict_limit_ns(const struct latency *chunk, bool others_deliver);

/* Notes that the peer has delivered a chunk.  That ends the ban of its first
 * verdict, which may have been wrong. */
void verdict_delivered(struct verdict *v, int64_t now_ns);

/* Judges a peer that has owed something since owes_since_ns (INT64_MAX: it owes
 * nothing).  Returns true if this call finds the peer useless, and so bans
 * it. */
bool verdict_judge(struct verdict *v, int64_t now_ns, int64_t owes_since_ns,
		   int64_t limit_ns);
/* Returns true if a peer that was found useless has delivered nothing for so
 * much longer than limit_ns that what it owes is to be cancelled. */
bool verdict_hopeless(const struct verdict *v, int64_t now_ns,
		      int64_t owes_since_ns, int64_t limit_ns);

bool verdict_banned(const struct verdict *v, int64_t now_ns);
bool verdict_on_trial(const struct verdict *v);
/* Ends the ban, but not the trial, because nobody else can be asked. */
void verdict_lift(struct verdict *v, int64_t now_ns);

#endif
