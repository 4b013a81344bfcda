/* net: links that share their bandwidth fairly among the flows on them.
 *
 * A flow is one reply on its way: it passes the sender's link up and the
 * receiver's link down.  Rates are max-min fair, nearly: a change is followed
 * from link to link as long as it matters (see net.c).
 */
#ifndef VF_PERF_SIM_NET_H
#define VF_PERF_SIM_NET_H

#include <stdint.h>

#include "perf/sim/event.h"

struct link {
	double cap;   /* bytes/ns */
	double level; /* what it offers each flow, bytes/ns */
	struct flow **flows;
	uint32_t nflows, room;
	double carried; /* bytes */
	bool queued;
};

struct flow {
	struct event done;   /* first; the caller sets `happen` */
	struct link *end[2]; /* up, down */
	uint32_t at[2];      /* in their flows */
	double left, rate;   /* bytes, bytes/ns */
	int64_t since_ns;
};

void link_init(struct link *l, double bytes_per_s);
void link_set_rate(struct link *l, double bytes_per_s);
void flow_start(struct flow *f, struct link *up, struct link *down,
		uint32_t bytes);
/* Called first by `happen`, or to abandon a flow. */
void flow_end(struct flow *f);

#endif
