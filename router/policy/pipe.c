/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/policy/pipe.h"

#define SAMPLE_NS 10000000LL
/* length of a period of pipe.least_ns: a least time is forgotten after two
 * periods */
#define PERIOD_NS 5000000000LL

void
pipe_sent(struct pipe *p, uint32_t bytes, int64_t now_ns)
{
	if (p->in_flight == 0) {
		p->busy_since_ns = now_ns;
		p->sample_bytes = 0;
	}
	p->in_flight += bytes;
}

static void
note_least(struct pipe *p, int64_t took_ns, int64_t now_ns)
{
	if (now_ns - p->period_ns > PERIOD_NS) {
		p->period_ns = now_ns;
		p->least_ns[1] = p->least_ns[0];
		p->least_ns[0] = 0;
	}
	if (p->least_ns[0] == 0 || took_ns < p->least_ns[0])
		p->least_ns[0] = took_ns;
}

static void
note_rate(struct pipe *p, uint32_t bytes, int64_t now_ns)
{
	int64_t ns = now_ns - p->busy_since_ns;

	p->sample_bytes += bytes;
	if (ns < SAMPLE_NS)
		return;
	p->rates[p->nsamples++ % PIPE_SAMPLES] =
	    p->sample_bytes * 1000000000.0 / ns;
	p->sample_bytes = 0;
	p->busy_since_ns = now_ns;
}

void
pipe_came(struct pipe *p, uint32_t bytes, int64_t took_ns, int64_t now_ns)
{
	p->in_flight -= bytes;
	note_least(p, took_ns > 0 ? took_ns : 1, now_ns);
	note_rate(p, bytes, now_ns);
}

void
pipe_failed(struct pipe *p, uint32_t bytes)
{
	p->in_flight -= bytes;
}

static int64_t
least(const struct pipe *p)
{
	if (p->least_ns[0] == 0 || p->least_ns[1] == 0)
		return p->least_ns[0] + p->least_ns[1];
	return p->least_ns[0] < p->least_ns[1] ? p->least_ns[0]
					       : p->least_ns[1];
}

bool
pipe_full(const struct pipe *p, uint32_t chunk_size)
{
	uint64_t rate = 0, floor = 2 * (uint64_t)chunk_size, holds;

	if (floor < PIPE_LEAST)
		floor = PIPE_LEAST;
	for (unsigned i = 0; i < PIPE_SAMPLES; i++)
		if (p->rates[i] > rate)
			rate = p->rates[i];
	holds = rate * ((least(p) + PIPE_QUEUE_NS) / 1e9);
	return p->in_flight >= (holds > floor ? holds : floor);
}
