/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rate: estimates how many bytes/s a peer delivers while it owes chunks.  Pure.
 */
#ifndef VF_ROUTER_POLICY_RATE_H
#define VF_ROUTER_POLICY_RATE_H

#include <stdint.h>

struct rate {
	uint64_t per_s;    /* bytes/s, a moving average; 0: no sample yet */
	int64_t sample_ns; /* length so far of the present sample */
	uint64_t sample_bytes;
};

/* Adds a chunk of `bytes` bytes to the present sample; the chunk's peer owed
 * something for took_ns before the chunk came. */
void rate_add(struct rate *r, int64_t took_ns, uint64_t bytes);

#endif
