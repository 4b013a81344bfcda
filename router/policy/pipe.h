/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pipe: how much may be on its way to this node at once.  Pure.
 *
 * What peers answer at once lies, once the link is full, in the queue of some
 * switch: more of it brings nothing sooner, only makes each chunk later, the
 * one that a reader waits for too, and what a queue cannot hold is lost and
 * sent again after a pause.  So it is bounded as TCP Vegas does (Brakmo, 1995):
 * by what the link carried of late, for the least time a chunk took and a
 * little queue.
 *
 * Units    bytes, ns.
 */
#ifndef VF_ROUTER_POLICY_PIPE_H
#define VF_ROUTER_POLICY_PIPE_H

#include <stdbool.h>
#include <stdint.h>

/* bytes on their way at least, beside two chunks */
#define PIPE_LEAST (512U << 10)
#define PIPE_QUEUE_NS 25000000LL
#define PIPE_SAMPLES 8

struct pipe {
	uint64_t in_flight;
	int64_t busy_since_ns; /* when this sample began, or nothing was sent */
	uint64_t sample_bytes;
	uint64_t rates[PIPE_SAMPLES]; /* bytes/s; the largest counts */
	unsigned nsamples;
	/* the least of this period and of the last one; 0: none */
	int64_t least_ns[2];
	int64_t period_ns; /* when this period began */
};

void pipe_sent(struct pipe *p, uint32_t bytes, int64_t now_ns);
/* An ask was answered after took_ns, or failed; bytes is its length either way.
 */
void pipe_came(struct pipe *p, uint32_t bytes, int64_t took_ns, int64_t now_ns);
void pipe_failed(struct pipe *p, uint32_t bytes);
/* Enough is on its way: further asks wait. */
bool pipe_full(const struct pipe *p, uint32_t chunk_size);

#endif
