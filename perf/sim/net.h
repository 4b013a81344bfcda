/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* net: links that share their bandwidth fairly among the flows on them.
 *
 * A flow is one reply on its way.  It takes part of the sender's link up and of
 * the receiver's link down and, between two racks, of the links of their
 * switches.  Rates are max-min fair, nearly: a change is followed from link to
 * link as long as it matters (net.c).  A flow of weight 2 gets twice as much as
 * one of weight 1, as TCP favours some connections for a while.
 */
#ifndef VF_PERF_SIM_NET_H
#define VF_PERF_SIM_NET_H

#include <stdint.h>

#include "perf/sim/event.h"

#define FLOW_ENDS 4

/* A flow as one of its links sees it. */
struct share {
	struct flow *flow;
	/* numbers of the flow's other links; 0: none */
	uint32_t others[FLOW_ENDS - 1];
	double weight;
};

struct link {
	double cap; /* bytes/ns that all its flows take together at most */
	uint32_t number;
	uint32_t nflows, room;
	struct share *shares;
};

struct flow {
	/* first; happens when all bytes are sent; the caller sets `happen` */
	struct event done;
	double left, rate; /* bytes still to send, and bytes/ns */
	int64_t since_ns;
	double weight;
	struct link *end[FLOW_ENDS];
	uint32_t at[FLOW_ENDS]; /* the flow's places in the links' shares */
	uint32_t nends;
};

void link_init(struct link *l, double bytes_per_s);
/* Starts a flow of so many bytes over the links in ends; NULL: no link
 * there. */
void flow_start(struct flow *f, struct link *const ends[FLOW_ENDS],
		uint32_t bytes, double weight);
/* Begin to bring into the cache the shares of a link, and, once those have
 * come, the flows of the shares. */
void link_bring_shares(const struct link *l);
void link_bring_flows(const struct link *l);
/* Ends a flow.  To be called first by `happen`, or to abandon the flow. */
void flow_end(struct flow *f);

#endif
