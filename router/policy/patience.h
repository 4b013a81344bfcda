/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* patience: decides when a peer has been waited for long enough.  Pure.
 *
 * Three questions are answered here.  Is a peer alive that is silent though it
 * owes an answer (silence_judge)?  Does a connection to a living peer still
 * bring anything (patience_hung_ns)?  Is a chunk late, that is, does somebody
 * wait for it while it takes several times as long as chunks usually take
 * (patience_again)?  A late chunk may be asked for a second time, which a
 * budget bounds to PATIENCE_PERCENT of all requests.
 *
 * Units    nanoseconds.
 */
#ifndef VF_ROUTER_POLICY_PATIENCE_H
#define VF_ROUTER_POLICY_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#define PATIENCE_PERCENT 3 /* arbitrary: what a crowd's full link can spare */
/* Arbitrary: no chunk is late before it has taken so long. */
#define PATIENCE_LATE_NS 60000000LL
/* The silence after which a peer is probed, and the least after which it is
 * suspect.  Arbitrary, and short, since a wrong suspicion costs little. */
#define PATIENCE_PROBE_NS 60000000LL
#define PATIENCE_SUSPECT_NS 120000000LL

/* A moving estimate of how long something takes, as TCP's RTT estimator
 * (RFC 6298): mean and mean deviation. */
struct latency {
	int64_t mean_ns, dev_ns;
	uint32_t samples;
};
void latency_add(struct latency *l, int64_t took_ns);
/* Returns a limit for what takes several times as long as usual: mean + 4 dev,
 * within [least_ns, most_ns]; most_ns while there is no sample. */
int64_t latency_limit_ns(const struct latency *l, int64_t least_ns,
			 int64_t most_ns);

/* Adds took_ns, the time that a chunk took to come, to the estimate, but no
 * more of it than a slow link explains: if no node had a chunk for a minute,
 * that tells nothing about how long the next chunk will take. */
void patience_took(struct latency *chunk, int64_t took_ns);
/* Returns true if no peer has delivered anything for silent_ns, though chunks
 * were owed, and silent_ns is so long that it tells nothing about how long
 * chunks usually take.  If such a time were counted, then after a minute in
 * which a seed hung all nodes would be patient for half a minute with any peer
 * that hangs. */
bool patience_is_outage(const struct latency *chunk, int64_t silent_ns);
/* Returns the time after which a chunk is late, by how long chunks usually
 * take. */
int64_t patience_late_ns(const struct latency *chunk);

/* Returns the time after which a connection that owes something and brings
 * nothing is given up, since a peer that lives may wait for ever for what other
 * peers can get.  The time is long, since all that was asked over the
 * connection is asked again, and where a crowd begins on slow links the last
 * nodes of a tree wait for a quarter of a minute. */
int64_t patience_hung_ns(const struct latency *chunk);

/* The budgets of second requests: `credit' for chunks that are late, `rescue'
 * for chunks that a suspect peer owes.  A failure delays many chunks at once,
 * so rescue saves up for RESCUE_BURST requests.  It is bounded too, since a
 * crowd in which all suspect each other must not send everything twice. */
#define RESCUE_PERCENT 5
#define RESCUE_BURST 32 /* requests */
struct patience {
	uint32_t credit, rescue; /* hundredths of a request */
};
/* Fills both budgets, as a quiet time would have done. */
void patience_begin(struct patience *p);
/* Adds to both budgets, because a first request was sent. */
void patience_earn(struct patience *p);

/* A chunk that has been asked for. */
struct patience_owed {
	bool waited_for; /* a reader waits for the chunk */
	bool suspect;    /* the peer asked first is suspect */
	bool lost;       /* the peer asked first is SILENCE_LOST */
	bool alone;      /* no peer but the one asked first owes anything */
	bool twice;      /* two peers were asked */
	/* two peers were asked, and both are SILENCE_LOST */
	bool twice_lost;
	int64_t waits_ns;  /* time since the chunk was last asked for */
	int64_t silent_ns; /* silence of the peer asked first */
};
/* Reasons to ask for a chunk once more. */
enum patience_why {
	/* no reason to ask again, or no budget for it */
	PATIENCE_NO,
	PATIENCE_MUST,  /* all peers that were asked are lost */
	PATIENCE_ALONE, /* the chunk is late, and no other peer owes anything */
	PATIENCE_LATE,  /* the chunk is late */
	PATIENCE_RESCUE /* the peer that owes the chunk is suspect */
};
/* Returns the reason to ask for the chunk once more, if chunks are late after
 * late_ns. */
enum patience_why patience_again(const struct patience *p,
				 const struct patience_owed *o,
				 int64_t late_ns);
/* Charges a second request to the budget that `why' has; PATIENCE_MUST and
 * PATIENCE_ALONE have none. */
void patience_spend(struct patience *p, enum patience_why why);

/* Judgements of a peer's silence, each worse than the one before. */
enum silence {
	SILENCE_FINE,
	SILENCE_PROBE,   /* the peer is to be probed */
	SILENCE_SUSPECT, /* the peer looks dead */
	/* all that the peer owes is asked of others, whatever the budget */
	SILENCE_LOST,
	SILENCE_GONE /* the peer is given up */
};
/* Judges a peer that owes an answer since owes_since_ns, last gave a sign of
 * life at heard_ns, and is suspect after a silence of limit_ns. */
enum silence silence_judge(int64_t now_ns, int64_t owes_since_ns,
			   int64_t heard_ns, int64_t limit_ns);
/* Returns limit_ns for silence_judge.  A probe's answer must come within the
 * peer's own usual time, rtt; but a peer that feeds many over a slow link may
 * be silent for as long as a chunk usually takes. */
int64_t silence_limit_ns(const struct latency *rtt,
			 const struct latency *chunk);

#endif
