/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* patience: when a peer has been waited for long enough.  Pure.
 *
 * Three questions are answered here.  Is a peer alive that is silent though it
 * owes an answer (silence_judge)?  Does a connection to a living peer still
 * bring anything (patience_hung_ns)?  Is a chunk late, that is, does it take
 * several times what chunks usually take while somebody waits for it?  A late
 * chunk may be asked for a second time, which a budget bounds to
 * PATIENCE_PERCENT of all requests.
 *
 * Units    nanoseconds.
 */
#ifndef VF_ROUTER_POLICY_PATIENCE_H
#define VF_ROUTER_POLICY_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#define PATIENCE_PERCENT 3 /* chosen: what a crowd's full link can spare */
/* Chosen: no chunk is late sooner. */
#define PATIENCE_LATE_NS 60000000LL
/* Silence after which a peer is probed, and after which it is suspect.
 * Chosen: soon, since a wrong suspicion costs little. */
#define PATIENCE_PROBE_NS 60000000LL
#define PATIENCE_SUSPECT_NS 120000000LL

/* A moving estimate of how long something takes, as TCP's RTT estimator
 * (RFC 6298): mean and mean deviation. */
struct latency {
	int64_t mean_ns, dev_ns;
	uint32_t samples;
};
void latency_add(struct latency *l, int64_t took_ns);
/* The limit "several times the usual": mean + 4 dev, within [least, most]. */
int64_t latency_limit_ns(const struct latency *l, int64_t least_ns,
			 int64_t most_ns);

/* A chunk took so long to come.  No more of that counts than a slow link
 * explains: a chunk that nobody had for a minute says nothing of the next. */
void patience_took(struct latency *chunk, int64_t took_ns);
/* Nobody has delivered for so long, though chunks were owed: that says nothing
 * of how long they usually take.  After a minute in which a seed hung all would
 * be patient for half a one with whoever hangs then. */
bool patience_is_outage(const struct latency *chunk, int64_t silent_ns);
/* The time after which a chunk is late, by how long chunks usually take. */
int64_t patience_late_ns(const struct latency *chunk);

/* The time after which a connection that owes something and brings nothing is
 * given up: a peer that lives may wait for ever for what others can get.  That
 * time is long, since all that was asked over the connection is asked again,
 * and where a crowd begins on slow links the last of a tree wait for a quarter
 * of a minute. */
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
/* All that a quiet time would have saved up. */
void patience_begin(struct patience *p);
void patience_earn(struct patience *p); /* a first request was sent */

/* A chunk that has been asked for. */
struct patience_owed {
	bool waited_for; /* a reader waits for it */
	bool suspect;    /* the peer asked first is suspect */
	bool lost;       /* the peer asked first is SILENCE_LOST */
	bool alone;      /* only the peer asked first owes anything */
	bool twice;      /* two peers were asked */
	/* two peers were asked, and both are SILENCE_LOST */
	bool twice_lost;
	int64_t waits_ns;  /* time since the last asking */
	int64_t silent_ns; /* silence of the peer asked first */
};
/* Reasons to ask for a chunk once more. */
enum patience_why {
	/* no second ask: nobody is there, or the budget does not allow it */
	PATIENCE_NO,
	PATIENCE_MUST,  /* all that were asked are lost */
	PATIENCE_ALONE, /* late, and the link is idle but for who owes it */
	PATIENCE_LATE,  /* the chunk is late */
	PATIENCE_RESCUE /* the peer that owes it is suspect */
};
/* The reason to ask again, if chunks are late after late_ns. */
enum patience_why patience_again(const struct patience *p,
				 const struct patience_owed *o,
				 int64_t late_ns);
/* A chunk was asked for once more, for that reason. */
void patience_spend(struct patience *p, enum patience_why why);

/* Judgements of a peer's silence, each worse than the one before. */
enum silence {
	SILENCE_FINE,
	SILENCE_PROBE,   /* the peer is to be probed */
	SILENCE_SUSPECT, /* the peer looks dead */
	/* the peer's debts are asked of others, budget or not */
	SILENCE_LOST,
	SILENCE_GONE /* the peer is given up */
};
/* Judges a peer that owes an answer since owes_since_ns, last gave a sign of
 * life at heard_ns, and is suspect after a silence of limit_ns. */
enum silence silence_judge(int64_t now_ns, int64_t owes_since_ns,
			   int64_t heard_ns, int64_t limit_ns);
/* The limit for silence_judge: a probe's answer must come within the peer's own
 * usual time, rtt, and a peer that feeds many over a slow link may say nothing
 * for as long as a chunk usually takes. */
int64_t silence_limit_ns(const struct latency *rtt,
			 const struct latency *chunk);

#endif
