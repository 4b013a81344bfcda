/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pipe: says how much may be on its way to this node at once.  Pure.
 *
 * What peers answer at once lies, once the link is full, in the queue of some
 * switch.  More in that queue brings nothing sooner, and makes each chunk
 * later, also the one that a reader waits for; and what the queue cannot hold
 * is lost, and sent again after a pause.  So the bytes on their way are bounded
 * as TCP Vegas does (Brakmo, 1995): to what the link, at its rate of late,
 * carries in the least time that a chunk took, and a little more, which queues.
 *
 * Units    bytes, ns.
 */
#ifndef VF_ROUTER_POLICY_PIPE_H
#define VF_ROUTER_POLICY_PIPE_H

#include <stdbool.h>
#include <stdint.h>

/* bytes that may always be on their way, or two chunks if these are more */
#define PIPE_LEAST (512U << 10)
#define PIPE_QUEUE_NS 25000000LL
#define PIPE_SAMPLES 8

struct pipe {
	uint64_t in_flight;
	int64_t busy_since_ns; /* when the present sample of the rate began */
	uint64_t sample_bytes;
	/* bytes/s of the last samples; the largest counts */
	uint64_t rates[PIPE_SAMPLES];
	unsigned nsamples;
	/* the least time that a chunk took in this period, and in the last one;
	 * 0: none came */
	int64_t least_ns[2];
	int64_t period_ns; /* when the present period began */
};

void pipe_sent(struct pipe *p, uint32_t bytes, int64_t now_ns);
/* pipe_came notes that an ask for so many bytes was answered after took_ns,
 * pipe_failed that such an ask has failed. */
void pipe_came(struct pipe *p, uint32_t bytes, int64_t took_ns, int64_t now_ns);
void pipe_failed(struct pipe *p, uint32_t bytes);
/* Returns true if so much is on its way that further asks are to wait. */
bool pipe_full(const struct pipe *p, uint32_t chunk_size);

#endif
