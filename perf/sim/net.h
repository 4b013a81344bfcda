/* net: links that share their bandwidth fairly among the flows on them.
 *
 * A flow is one reply on its way: it passes the sender's link up and the
 * receiver's link down, and between racks those of their switches.  Rates are
 * max-min fair, nearly: a change is followed from link to link as long as it
 * matters (see net.c).  A flow of weight 2 gets twice what others get, as TCP
 * gives to some for a while.
 */
#ifndef VF_PERF_SIM_NET_H
#define VF_PERF_SIM_NET_H

#include <stdint.h>

#include "perf/sim/event.h"

#define FLOW_ENDS 4

struct link {
	double cap;   /* bytes/ns */
	double level; /* what it offers a flow of weight 1, bytes/ns */
	struct flow **flows;
	uint32_t nflows, room;
	double carried; /* bytes */
	bool queued;
};

struct flow {
	struct event done; /* first; the caller sets `happen` */
	struct link *end[FLOW_ENDS];
	uint32_t at[FLOW_ENDS]; /* in their flows */
	uint32_t nends;
	double weight;
	double left, rate; /* bytes, bytes/ns */
	int64_t since_ns;
};

void link_init(struct link *l, double bytes_per_s);
void link_set_rate(struct link *l, double bytes_per_s);
/* ends: links that it passes, NULL: none there. */
void flow_start(struct flow *f, struct link *const ends[FLOW_ENDS],
		uint32_t bytes, double weight);
/* Called first by `happen`, or to abandon a flow. */
void flow_end(struct flow *f);

#endif
