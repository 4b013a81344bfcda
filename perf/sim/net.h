/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* net: models links that share their rate fairly among the flows on them.
 *
 * A flow is one reply on its way.  It uses the sender's link up, the receiver's
 * link down and, between two racks, the links of their switches.  Rates are
 * max-min fair, but not exactly: when a flow comes or goes, the rates on
 * further links are changed only as long as that matters (net.c).  A flow of
 * weight 2 gets twice as much as one of weight 1, since TCP, too, favours some
 * connections for a while.
 */
#ifndef VF_PERF_SIM_NET_H
#define VF_PERF_SIM_NET_H

#include <stdint.h>

#include "perf/sim/event.h"

#define FLOW_ENDS 4

/* An entry in link.shares, the list of the flows on a link. */
struct share {
	struct flow *flow;
	/* link.number of each of the flow's other links; 0 in places that the
	 * flow does not need */
	uint32_t others[FLOW_ENDS - 1];
	double weight;
};

struct link {
	/* the most bytes/ns that all flows on the link take together */
	double cap;
	uint32_t number;
	uint32_t nflows, room;
	struct share *shares;
};

struct flow {
	/* must stay the first field; happens when all bytes are sent; the
	 * caller of flow_start sets done.happen */
	struct event done;
	/* left: bytes that are still to be sent; rate: bytes/ns at present */
	double left, rate;
	int64_t since_ns;
	double weight;
	struct link *end[FLOW_ENDS];
	/* at[i]: index of the flow's entry in end[i]->shares */
	uint32_t at[FLOW_ENDS];
	uint32_t nends;
};

void link_init(struct link *l, double bytes_per_s);
/* Starts a flow of `bytes` bytes over the links in `ends`; a place of `ends`
 * that is not needed is NULL. */
void flow_start(struct flow *f, struct link *const ends[FLOW_ENDS],
		uint32_t bytes, double weight);
/* Begins to bring the shares of a link into the processor's cache.
 * link_bring_flows begins to bring the flows to which these shares point, and
 * is called once the shares are in the cache. */
void link_bring_shares(const struct link *l);
void link_bring_flows(const struct link *l);
/* Removes a flow from its links.  done.happen must call this function before
 * anything else.  To abandon a flow, call it earlier. */
void flow_end(struct flow *f);

#endif
