/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "router/policy/route.h"
#include "router/policy/window.h"

#define MS 1000000LL
#define CHUNK (128U << 10)
#define SECOND 1000000000ULL

/* Simulates reading for ns nanoseconds from the time `now` on, with `asks` asks
 * in flight on a link of `rate` bytes/s.  Returns the time at the end. */
static int64_t
read_on(struct window *w, uint32_t asks, uint64_t rate, int64_t now, int64_t ns)
{
	int64_t end = now + ns, each = CHUNK * SECOND / rate;

	for (uint32_t i = 0; i < asks; i++)
		window_asked(w, true, now);
	for (now += each; now <= end; now += each) {
		window_answered(w, true, CHUNK, now);
		window_asked(w, true, now);
	}
	for (uint32_t i = 0; i < asks; i++)
		window_answered(w, true, 0, end);
	assert_int_equal(w->asks, 0);
	return end;
}

static void
follows_the_link(void **state)
{
	static const struct {
		uint64_t rate;
		int least, most;
	} links[] = {
	    {1000000, WINDOW_LEAST, WINDOW_LEAST},
	    {3000000, WINDOW_LEAST, WINDOW_LEAST},
	    {12500000, 15000, 16000},
	    {125000000, WINDOW_MOST, WINDOW_MOST},
	    {1250000000, WINDOW_MOST, WINDOW_MOST},
	    {3000000, WINDOW_LEAST, WINDOW_LEAST},
	};
	struct window w = {0};
	int64_t now = 1000 * MS;

	assert_int_equal(window_lane(&w), WINDOW_MOST);
	assert_int_equal(window_any(&w), WINDOW_ANY_MOST);
	for (unsigned i = 0; i < sizeof links / sizeof *links; i++) {
		now = read_on(&w, 64, links[i].rate, now, 10000 * MS);
		assert_in_range(window_lane(&w), links[i].least, links[i].most);
		assert_true(window_any(&w) >= window_lane(&w));
		assert_true(window_any(&w) <= WINDOW_ANY_MOST);
	}
}

/* The window of LANE_ANY's connection stays wide while no lane is in use.  If
 * it were computed from what came through a narrow window, it would become
 * narrower and narrower.  While lanes are in use, it is a part of theirs. */
static void
wide_without_lanes(void **state)
{
	struct window w = {0};

	read_on(&w, 64, 1000000, 1000 * MS, 5000 * MS);
	assert_int_equal(window_any(&w), WINDOW_ANY_MOST);
	window_asked(&w, false, 6000 * MS);
	assert_int_equal(window_any(&w), WINDOW_ANY_MOST);
	window_asked(&w, true, 6000 * MS);
	assert_int_equal(window_any(&w), WINDOW_LEAST);
	window_answered(&w, true, CHUNK, 6000 * MS);
	assert_int_equal(window_any(&w), WINDOW_ANY_MOST);
	for (unsigned i = 0; i < 3; i++)
		window_source(&w, true);
	assert_int_equal(window_any(&w), WINDOW_LEAST);
	window_source(&w, false);
	assert_int_equal(window_any(&w), WINDOW_ANY_MOST);
}

/* Chunks that come in bunches do not make the link seem faster than it is. */
static void
does_not_jump(void **state)
{
	struct window w = {0};
	int64_t now = read_on(&w, 64, 12500000, 1000 * MS, 5000 * MS);

	for (int i = 0; i < 64; i++)
		window_asked(&w, true, now);
	for (int i = 0; i < 500; i++) {
		now += i % 10 == 0 ? 100 * MS : 0;
		window_answered(&w, true, CHUNK, now);
		window_asked(&w, true, now);
	}
	assert_in_range(window_lane(&w), 13000, 20000);
}

/* The window does not change if readers ask for little, or only now and then.
 */
static void
outlasts_quiet(void **state)
{
	struct window w = {0};
	int64_t now = read_on(&w, 64, 20000000, 1000 * MS, 5000 * MS);
	int before = window_lane(&w);

	for (int i = 0; i < 10; i++)
		now = read_on(&w, 64, 20000000, now + 900 * MS, 100 * MS);
	now = read_on(&w, WINDOW_FULL - 1, 1000000, now, 5000 * MS);
	assert_int_equal(window_lane(&w), before);
	read_on(&w, WINDOW_FULL, 20000000, now + 3600000 * MS, 1000 * MS);
	assert_in_range(window_lane(&w), before - 1000, before + 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(follows_the_link),
	    cmocka_unit_test(wide_without_lanes),
	    cmocka_unit_test(does_not_jump),
	    cmocka_unit_test(outlasts_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
