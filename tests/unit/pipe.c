/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "router/policy/pipe.h"

#define MS 1000000LL
#define CHUNK (128U << 10)

/* Simulates until end_ns a link of `rate` bytes/s, with a delay of way_ns and
 * an unlimited queue, on which as many bytes are in flight as the pipe allows.
 * Returns the most bytes in flight in the last quarter of that time, and sets
 * *carried to the share of the link's rate that was used in that quarter. */
static uint64_t
keep_full(struct pipe *p, double rate, int64_t way_ns, int64_t end_ns,
	  double *carried)
{
	int64_t sent[4096], free_at = 0, due[4096];
	unsigned head = 0, tail = 0;
	uint64_t most = 0, bytes = 0;

	for (int64_t now = 1; now < end_ns; now += MS / 10) {
		while (tail < head && due[tail % 4096] <= now) {
			pipe_came(p, CHUNK, now - sent[tail % 4096], now);
			tail++;
			if (now > end_ns * 3 / 4)
				bytes += CHUNK;
		}
		while (!pipe_full(p, CHUNK) && head - tail < 4096) {
			if (free_at < now)
				free_at = now;
			free_at += CHUNK / rate * 1e9;
			sent[head % 4096] = now;
			due[head % 4096] = free_at + way_ns;
			head++;
			pipe_sent(p, CHUNK, now);
		}
		if (now > end_ns * 3 / 4 && p->in_flight > most)
			most = p->in_flight;
	}
	*carried = bytes / (rate * (end_ns / 4) / 1e9);
	return most;
}

/* The pipe allows so many bytes that the link is never idle, but its queue
 * stays short, whether the link is slow, fast or far. */
static void
full_but_short(void **state)
{
	static const struct {
		double rate;
		int64_t way_ns, queue_ns;
	} links[] = {
	    {12.5e6, MS / 2, 55 * MS}, /* a queue of PIPE_LEAST bytes */
	    {50e6, MS / 2, 40 * MS},   {125e6, MS, 40 * MS},
	    {1250e6, MS / 2, 40 * MS}, {125e6, 40 * MS, 90 * MS},
	};

	for (unsigned i = 0; i < sizeof links / sizeof *links; i++) {
		struct pipe p = {0};
		double carried;
		uint64_t most = keep_full(&p, links[i].rate, links[i].way_ns,
					  4000 * MS, &carried);

		assert_true(carried > 0.97);
		assert_true(most / links[i].rate * 1e9 < links[i].queue_ns);
	}
}

/* When a link becomes slower, the pipe allows fewer bytes in flight. */
static void
follows(void **state)
{
	struct pipe p = {0};
	double carried;

	keep_full(&p, 125e6, MS, 2000 * MS, &carried);
	p.in_flight = 0;
	assert_true(keep_full(&p, 25e6, MS, 2000 * MS, &carried) < 1200000);
	assert_true(carried > 0.97);
}

static void
chunks_of_any_size(void **state)
{
	struct pipe p = {0};

	assert_false(pipe_full(&p, 32U << 20));
	pipe_sent(&p, 32U << 20, 1);
	assert_false(pipe_full(&p, 32U << 20));
	pipe_sent(&p, 32U << 20, 1);
	assert_true(pipe_full(&p, 32U << 20));
	pipe_failed(&p, 32U << 20);
	assert_false(pipe_full(&p, 32U << 20));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(full_but_short),
	    cmocka_unit_test(follows),
	    cmocka_unit_test(chunks_of_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
