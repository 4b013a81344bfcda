/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pipe: says how many bytes may be on their way to this node at once.  Pure.
 *
 * When the link to this node is full, further bytes that peers send lie in the
 * queue of some switch.  A longer queue brings no chunk sooner, and delays
 * every chunk, also the one that a reader waits for.  Bytes for which the queue
 * has no room are lost, and sent again after a pause.  So this module bounds
 * the bytes on their way as TCP Vegas does (Brakmo, 1995).  The bound is the
 * link's recent rate times the least time in which a chunk came, plus what the
 * link carries in PIPE_QUEUE_NS, which may queue.
 *
 * Units    bytes, ns.
 */
#ifndef VF_ROUTER_POLICY_PIPE_H
#define VF_ROUTER_POLICY_PIPE_H

#include <stdbool.h>
#include <stdint.h>

/* the bound is never less than so many bytes, nor less than two chunks */
#define PIPE_LEAST (512U << 10)
#define PIPE_QUEUE_NS 25000000LL
#define PIPE_SAMPLES 8

struct pipe {
	uint64_t in_flight;
	int64_t busy_since_ns; /* when the present sample of the rate began */
	uint64_t sample_bytes;
	/* bytes/s in the last samples; the link's rate is the largest of
	 * them */
	uint64_t rates[PIPE_SAMPLES];
	unsigned nsamples;
	/* the least time in which a chunk came in this period, and in the one
	 * before; 0: no chunk came */
	int64_t least_ns[2];
	int64_t period_ns; /* when the present period began */
};

void pipe_sent(struct pipe *p, uint32_t bytes, int64_t now_ns);
/* pipe_came notes that an ask for `bytes` bytes was answered after took_ns, and
 * pipe_failed that such an ask has failed. */
void pipe_came(struct pipe *p, uint32_t bytes, int64_t took_ns, int64_t now_ns);
void pipe_failed(struct pipe *p, uint32_t bytes);
/* Returns true if as many bytes are on their way as may be, so that the caller
 * must not send further asks. */
bool pipe_full(const struct pipe *p, uint32_t chunk_size);

#endif
