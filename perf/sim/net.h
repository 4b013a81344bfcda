/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

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

/* An end of a flow, as its link sees it. */
struct share {
	struct flow *flow;
	uint32_t others[FLOW_ENDS - 1]; /* numbers of its other links, or 0 */
	double weight;
};

struct link {
	double cap; /* most that the flow takes, bytes/ns */
	uint32_t number;
	uint32_t nflows, room;
	struct share *shares;
};

struct flow {
	struct event done; /* first; the caller sets `happen` */
	double left, rate; /* bytes, bytes/ns */
	int64_t since_ns;
	double weight;
	struct link *end[FLOW_ENDS];
	uint32_t at[FLOW_ENDS]; /* indices in the links' shares */
	uint32_t nends;
};

void link_init(struct link *l, double bytes_per_s);
/* ends: links that it passes, NULL: none there. */
void flow_start(struct flow *f, struct link *const ends[FLOW_ENDS],
		uint32_t bytes, double weight);
/* Fetches what will soon be looked at from memory; the flows once the shares
 * have come. */
void link_bring_shares(const struct link *l);
void link_bring_flows(const struct link *l);
/* Called first by `happen`, or to abandon a flow. */
void flow_end(struct flow *f);

#endif
