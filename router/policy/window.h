/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* window: says how many bytes a connection to a peer may have on their way to
 * this node.  Pure.
 *
 * All lanes together fill this node's link.  Bytes on their way wait in the
 * queue before that link, or before a sender's link.  Bytes for which the queue
 * has no room are lost, whatever lane they belong to, and a tree that loses
 * chunks falls behind.  A queue that is first in, first out gives equal shares
 * of the link to connections that have equally many bytes in it, so all lanes
 * have the same window.
 *
 * The windows of all lanes together are as many bytes as the link carries in
 * WINDOW_QUEUE_NS.  The link's rate is measured while enough asks are on their
 * way to fill the link.  The sum is never more than half a megabyte
 * (WINDOW_MOST a lane), and is half a megabyte until the rate is known.  A
 * small switch has room for so much, and it is enough for 10 Gbit/s over the
 * round trip inside a house.
 *
 * A node that has fallen behind asks further peers, by connections that are not
 * lanes.  WINDOW_ANY of these connections have together a window of what the
 * link carries in WINDOW_QUEUE_NS, too.  If they had more, chunks of the lanes
 * would be lost, more trees would fall behind, and more chunks would be asked
 * for outside the lanes.  Each of these connections has at most
 * WINDOW_ANY_MOST, and has just that until the rate is known.
 *
 * If no lane is in use and at most two peers are asked, the window is
 * WINDOW_ANY_MOST.  Such a lone reader has its link for itself, and over a long
 * way fills it with as much as the kernel sees fit.  If its window followed the
 * measured rate, a window that was narrow once would bring little, and so stay
 * narrow.
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
/* so many asks on their way are taken to fill the link */
#define WINDOW_FULL 8
/* so many connections that are not lanes share what the link carries in
 * WINDOW_QUEUE_NS */
#define WINDOW_ANY 4
#define WINDOW_ANY_MOST (4 << 20)

struct window {
	uint32_t asks;    /* number of open asks, on any connection */
	uint32_t sources; /* number of peers that owe something */
	uint32_t lanes;   /* number of open asks in lanes */
	int64_t since_ns; /* when the present sample of the rate began */
	uint64_t sample_bytes;
	/* bytes/s that arrived while the link was full; 0: unknown */
	uint64_t rate;
};

void window_asked(struct window *w, bool by_lane, int64_t now_ns);
/* Notes that one more peer owes something (`more` is true), or one fewer. */
void window_source(struct window *w, bool more);
/* Notes that an ask has been answered with `bytes` bytes; 0: the ask has
 * failed. */
void window_answered(struct window *w, bool by_lane, uint32_t bytes,
		     int64_t now_ns);
/* Return the window, in bytes, of a lane, and of a connection of LANE_ANY. */
int window_lane(const struct window *w);
int window_any(const struct window *w);

#endif
