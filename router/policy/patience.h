/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* patience: when a peer has been waited for long enough.  Pure.
 *
 * Three questions.  Is this peer alive: it has been silent though it owes us
 * something (peer_silence).  Does this connection of one that lives bring
 * anything still (patience_hung_ns).  Is this chunk late: its peer answers, but
 * this one takes several times what chunks usually take, and somebody waits for
 * it (then it may be asked for a second time, which a budget bounds to
 * PATIENCE_PERCENT of all requests).
 */
#ifndef VF_ROUTER_POLICY_PATIENCE_H
#define VF_ROUTER_POLICY_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#define PATIENCE_PERCENT 3
#define PATIENCE_LATE_NS 60000000LL /* no chunk is late sooner */
/* Silence after which a peer is probed, and after which it is suspect: soon,
 * since that costs little if it was wrong. */
#define PATIENCE_PROBE_NS 60000000LL
#define PATIENCE_DEAD_NS 120000000LL

/* A moving estimate of how long something takes, as TCP's RTT estimator
 * (RFC 6298): mean and mean deviation. */
struct latency {
	int64_t mean_ns, dev_ns;
	uint32_t samples;
};
void latency_add(struct latency *l, int64_t took_ns);
/* What is "several times the usual": mean + 4 dev, within [least, most]. */
int64_t latency_limit_ns(const struct latency *l, int64_t least_ns,
			 int64_t most_ns);

/* A chunk took so long to come: no more of it counts than a slow link explains,
 * since one that nobody had for a minute says nothing of the next. */
void patience_took(struct latency *chunk, int64_t took_ns);
/* When a chunk is late, by how long chunks usually take. */
int64_t patience_late_ns(const struct latency *chunk);

/* A peer that lives may wait for ever for what others can get.  A connection
 * that has brought nothing for so long, and owes something, is given up.  Not
 * soon: all that was asked by it is asked again, and where a crowd begins on
 * slow links the last of a tree wait for a quarter of a minute. */
int64_t patience_hung_ns(const struct latency *chunk);

/* The budgets of second requests: for chunks that are late, and for those
 * that a suspect peer owes.  A failure strikes many chunks at once, so the
 * latter saves up for RESCUE_BURST; a crowd in which all suspect each other
 * must not send everything twice, so it is bounded too. */
#define RESCUE_PERCENT 5
#define RESCUE_BURST 32 /* requests */
struct patience {
	uint32_t credit, rescue; /* hundredths of a request */
};
void patience_earn(struct patience *p); /* a first request was sent */

/* A chunk that has been asked for. */
struct patience_owed {
	bool waited_for;    /* by a reader */
	bool suspect, lost; /* who was asked first; PEER_LOST */
	bool twice;         /* two were asked, */
	bool twice_lost;    /* and both are lost */
	int64_t waits_ns;   /* since it was asked for */
	int64_t silent_ns;  /* who was asked first has not said a word */
};
/* Why it may be asked for once more, late_ns being what is late: it must be, it
 * is late, or who owes it is suspect, and the budget has that. */
enum patience_why {
	PATIENCE_NO,
	PATIENCE_MUST,
	PATIENCE_LATE,
	PATIENCE_RESCUE
};
enum patience_why patience_again(const struct patience *p,
				 const struct patience_owed *o,
				 int64_t late_ns);
/* It was, for that. */
void patience_spend(struct patience *p, enum patience_why why);

/* Each worse than the one before: LOST is what one that looks dead owes is
 * to be had elsewhere, whatever the budget, GONE that it is given up. */
enum peer_verdict { PEER_FINE, PEER_PROBE, PEER_DEAD, PEER_LOST, PEER_GONE };
/* A peer that owes an answer since owes_since_ns and last gave any sign of
 * life at heard_ns, and is dead after a silence of limit_ns. */
enum peer_verdict peer_silence(int64_t now_ns, int64_t owes_since_ns,
			       int64_t heard_ns, int64_t limit_ns);
/* That limit: a probe's answer must come within the peer's own usual time,
 * rtt; and who feeds many over a slow link may say nothing for as long as a
 * chunk usually takes. */
int64_t peer_silence_limit_ns(const struct latency *rtt,
			      const struct latency *chunk);

#endif
