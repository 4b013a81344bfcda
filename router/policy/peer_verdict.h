/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* peer_verdict: which peers live and are useless.  Pure.
 *
 * A peer that answers handshakes, sends a byte now and then, or waits for
 * others that never deliver looks alive for ever (patience.h, silence_judge).
 * So a peer is judged by chunks alone, as an accrual failure detector does
 * (Hayashibara, 2004): one that owes some for several times what a chunk
 * usually takes, and has delivered none in that time, is useless, and is banned
 * for a while that doubles with each verdict.  After it the peer is on trial:
 * one chunk at a time is asked of it, so that a peer which stays useless costs
 * a reader one chunk's delay a ban.  Some chunks in good time end the trial.
 *
 * What is usual is measured on all peers, so that in a crowd on slow links,
 * where all take long, nobody is useless for it.
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
	uint32_t strikes;     /* verdicts; 0: nothing is known against it */
	uint32_t good;        /* chunks delivered since the last verdict */
};

/* The time after which one that has delivered none of what it owes is useless,
 * by how long chunks usually take.  Where nobody delivers it is twice as long:
 * the fault may be one for all. */
int64_t verdict_limit_ns(const struct latency *chunk, bool others_deliver);

/* A chunk came.  The first verdict may have been wrong: that ends its ban. */
void verdict_delivered(struct verdict *v, int64_t now_ns);

/* Judges what owes since owes_since_ns (INT64_MAX: nothing); true: it has been
 * found useless now, and is banned. */
bool verdict_judge(struct verdict *v, int64_t now_ns, int64_t owes_since_ns,
		   int64_t limit_ns);
/* A peer that was found useless has delivered nothing for so much longer that
 * its debts are to be cancelled. */
bool verdict_hopeless(const struct verdict *v, int64_t now_ns,
		      int64_t owes_since_ns, int64_t limit_ns);

bool verdict_banned(const struct verdict *v, int64_t now_ns);
bool verdict_on_trial(const struct verdict *v);
/* Nobody else can be asked: the ban is over, the trial is not. */
void verdict_lift(struct verdict *v, int64_t now_ns);

#endif
