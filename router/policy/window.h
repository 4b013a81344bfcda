/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* window: says how many bytes a connection to a peer may have on their way to
 * this node.  Pure.
 *
 * All lanes together fill this node's link.  What is on its way by them waits
 * in the queue before that link, or before a sender's, and must find room
 * there: what finds none is lost, no matter by which lane it came, and a tree
 * that loses chunks falls behind.  A queue that is first in, first out gives
 * the same share of the link to all connections that have as much in it, so all
 * lanes have the same window.  Together their windows are what the link carries
 * in WINDOW_QUEUE_NS, by the bytes that came while enough was on its way to
 * fill it.  Until that rate is known, and at most, they are half a megabyte
 * together, which a small switch has room for, and which feeds 10 Gbit/s over
 * the round trip of a network of one house.
 *
 * A node that has fallen behind asks further peers, by connections that are not
 * lanes.  WINDOW_ANY of these have as much together as all lanes: if they had
 * more, chunks of the lanes would be lost, more trees would fall behind, and
 * more chunks would be asked for so.  Where no lane is in use and no more than
 * two peers are asked there is no bound but WINDOW_ANY_MOST: a lone reader has
 * its link for itself, and over a long way fills it with as much as the kernel
 * sees fit.  (Bounded by what came, a window that is narrow once would bring
 * little, and so stay narrow.)
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
#define WINDOW_FULL 8 /* so many asks on their way fill the link */
/* so many connections that are no lanes have as much together as all lanes */
#define WINDOW_ANY 4
#define WINDOW_ANY_MOST (4 << 20)

struct window {
	uint32_t asks;    /* asks on their way, by any connection */
	uint32_t sources; /* peers that owe something */
	uint32_t lanes;   /* asks on their way by lanes */
	int64_t since_ns; /* when the present sample of the rate began */
	uint64_t sample_bytes;
	/* bytes/s that came while the link was full; 0: unknown */
	uint64_t rate;
};

void window_asked(struct window *w, bool by_lane, int64_t now_ns);
/* Notes that one more peer owes something (more is true), or one fewer. */
void window_source(struct window *w, bool more);
/* Notes that an ask has been answered with so many bytes; 0: it failed. */
void window_answered(struct window *w, bool by_lane, uint32_t bytes,
		     int64_t now_ns);
/* Return the window, in bytes, of a lane, and of a connection of LANE_ANY. */
int window_lane(const struct window *w);
int window_any(const struct window *w);

#endif
