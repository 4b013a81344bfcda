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
/* A chunk that has taken less time than this is never late.  Arbitrary. */
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
/* Returns the time beyond which something takes much longer than usual: mean +
 * 4 dev, but at least least_ns and at most most_ns.  While there is no sample,
 * returns most_ns. */
int64_t latency_limit_ns(const struct latency *l, int64_t least_ns,
			 int64_t most_ns);

/* Adds took_ns, the time that a chunk took to arrive, as a sample to the
 * estimate.  A time longer than a slow link explains is cut to what a slow link
 * explains: if no node had the chunk for a minute, that tells nothing about how
 * long the next chunk will take. */
void patience_took(struct latency *chunk, int64_t took_ns);
/* Returns true if silent_ns, a time in which peers owed `owed` chunks and none
 * delivered any, is so long that it must not count as a sample of how long
 * chunks take.  If it counted, a seed that hangs for a minute would make all
 * nodes wait half a minute for any peer that hangs after that. */
bool patience_is_outage(const struct latency *chunk, int64_t silent_ns,
			uint32_t owed);
/* Returns the time after which a chunk is late, by how long chunks usually
 * take. */
int64_t patience_late_ns(const struct latency *chunk);

/* Returns the time after which a connection is given up that owes something and
 * brings nothing: its peer may wait for ever for chunks that other peers can
 * get.  The time is long, for two reasons.  All chunks that were asked for over
 * the connection have to be asked for again.  And where a crowd begins on slow
 * links, the last nodes of a tree wait for a quarter of a minute without a
 * fault. */
int64_t patience_hung_ns(const struct latency *chunk);

/* The budgets of second requests: `credit` for chunks that are late, `rescue`
 * for chunks that a suspect peer owes.  A peer that fails delays many chunks at
 * once, so `rescue` grows up to RESCUE_BURST requests.  It has a bound because
 * otherwise a crowd in which all nodes suspect each other would send everything
 * twice. */
#define RESCUE_PERCENT 5
/* the most requests that the budget `rescue` can pay for */
#define RESCUE_BURST 32
struct patience {
	/* balance of each budget, in hundredths of a request */
	uint32_t credit, rescue;
};
/* Sets both budgets to their greatest values. */
void patience_begin(struct patience *p);
/* Adds to both budgets, because a first request was sent. */
void patience_earn(struct patience *p);

/* A chunk that has been asked for. */
struct patience_owed {
	bool waited_for; /* a reader waits for the chunk */
	bool suspect;    /* the peer asked first is suspect */
	bool lost;       /* the peer asked first is SILENCE_LOST */
	bool alone;      /* only the peer asked first owes anything */
	bool twice;      /* two peers were asked */
	/* two peers were asked, and both are SILENCE_LOST */
	bool twice_lost;
	int64_t waits_ns;  /* time since a peer was last asked for the chunk */
	int64_t silent_ns; /* silence of the peer asked first */
};
/* Reasons to ask for a chunk once more. */
enum patience_why {
	/* no reason to ask again, or no budget for it */
	PATIENCE_NO,
	/* somebody waits, and all peers that were asked are lost */
	PATIENCE_MUST,
	PATIENCE_ALONE, /* the chunk is late, and no other peer owes anything */
	PATIENCE_LATE,  /* the chunk is late */
	PATIENCE_RESCUE /* the peer that owes the chunk is suspect */
};
/* Returns the reason to ask for the chunk once more.  A chunk counts as late
 * when it has taken longer than late_ns (patience_late_ns). */
enum patience_why patience_again(const struct patience *p,
				 const struct patience_owed *o,
				 int64_t late_ns);
/* Charges a second request to its budget: credit for PATIENCE_LATE, rescue for
 * PATIENCE_RESCUE, neither for any other reason. */
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
/* Returns the judgement of a peer that owes an answer since owes_since_ns, last
 * gave a sign of life at heard_ns, and is suspect after a silence of
 * limit_ns. */
enum silence silence_judge(int64_t now_ns, int64_t owes_since_ns,
			   int64_t heard_ns, int64_t limit_ns);
/* Returns limit_ns for silence_judge. rtt says how long the peer's answers to
 * probes usually take, chunk how long chunks usually take.  A peer must answer
 * a probe in about its usual time; but one that serves many nodes over a slow
 * link may be silent for as long as a chunk usually takes. */
int64_t silence_limit_ns(const struct latency *rtt,
			 const struct latency *chunk);

#endif
