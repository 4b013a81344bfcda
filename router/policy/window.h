/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* window: how much a connection to a peer may have on its way here.  Pure.
 *
 * All lanes together fill this node's link.  What is on its way by them waits
 * in the queue before it, or before the sender's, and must find room there:
 * what does not is lost, by whom is chance, and a tree that loses falls behind.
 * A queue that is first in, first out gives all that have as much in it the
 * same share, so all lanes have the same.  It is what the link carries in
 * WINDOW_QUEUE_NS, by what came while there was enough to fill it; and until
 * that is known, and at most, half a megabyte for all, which a small switch has
 * room for, and which feeds 10 Gbit/s over the round trip of a network of one
 * house.
 *
 * Who has fallen behind asks others too, by connections that are not lanes.
 * A few have as much as all lanes, or what they take is lost for the lanes,
 * more trees fall behind, and more is asked.  Where no lane is in use and one
 * or two peers are asked nothing is lost by them: a lone reader's link is its
 * own, and over a long way it fills it with as much as the kernel sees fit. (By
 * what came it would be bounded by its own slowness: what comes through a
 * narrow window is little.)
 *
 * Units    bytes, ns.
 */
#ifndef VF_ROUTER_POLICY_WINDOW_H
#define VF_ROUTER_POLICY_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#define WINDOW_QUEUE_NS 20000000LL
#define WINDOW_LEAST (8 << 10)
#define WINDOW_MOST (32 << 10)
#define WINDOW_FULL 8 /* asks on their way that fill the link */
/* so many connections that are no lanes have as much as all lanes */
#define WINDOW_ANY 4
#define WINDOW_ANY_MOST (4 << 20)

struct window {
	uint32_t asks;    /* asks on their way, by any connection */
	uint32_t sources; /* peers that owe something */
	uint32_t lanes;   /* asks that went by lanes */
	int64_t since_ns; /* the sample began */
	uint64_t sample_bytes;
	uint64_t rate; /* bytes/s while the link was full; 0: unknown */
};

void window_asked(struct window *w, bool by_lane, int64_t now_ns);
/* Another peer owes something (more), or a peer has ceased to. */
void window_source(struct window *w, bool more);
/* An ask has been answered with so many bytes; 0: it failed. */
void window_answered(struct window *w, bool by_lane, uint32_t bytes,
		     int64_t now_ns);
/* The window of a lane, and of a connection of LANE_ANY. */
int window_lane(const struct window *w);
int window_any(const struct window *w);

#endif
