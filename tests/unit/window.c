#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "router/route.h"
#include "router/window.h"

#define MS 1000000LL
#define CHUNK (128U << 10)

/* Chunks that come one by one at that rate, from `from` for so long. */
static void
come(struct window *w, uint64_t rate, int64_t from, int64_t ns)
{
	int64_t each = CHUNK * 1000000000ULL / rate;

	for (int64_t now = from + each; now <= from + ns; now += each)
		window_came(w, CHUNK, now);
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
	};
	struct window w = {0};
	int64_t now = 1000 * MS;

	assert_int_equal(window_bytes(&w), WINDOW_LEAST);
	for (unsigned i = 0; i < sizeof links / sizeof *links; i++) {
		come(&w, links[i].rate, now, 5000 * MS);
		now += 5000 * MS;
		assert_in_range(window_bytes(&w), links[i].least,
				links[i].most);
	}
	come(&w, links[0].rate, now, 10000 * MS);
	assert_int_equal(window_bytes(&w), WINDOW_LEAST);
}

/* What comes together, as it does, is no faster link. */
static void
does_not_jump(void **state)
{
	struct window w = {0};
	int64_t now = 1000 * MS;

	come(&w, 12500000, now, 5000 * MS);
	now += 5000 * MS;
	for (int i = 0; i < 50; i++, now += 100 * MS)
		for (int j = 0; j < 10; j++)
			window_came(&w, CHUNK, now);
	assert_in_range(window_bytes(&w), 13000, 20000);
}

/* Nothing is wanted for a while, and the link is what it was. */
static void
outlasts_a_pause(void **state)
{
	struct window w = {0};
	int before;

	come(&w, 20000000, 1000 * MS, 5000 * MS);
	before = window_bytes(&w);
	come(&w, 20000000, 3600000 * MS, 10 * MS);
	assert_int_equal(window_bytes(&w), before);
	come(&w, 20000000, 7200000 * MS, 400 * MS);
	assert_in_range(window_bytes(&w), before - 1000, before + 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(follows_the_link),
	    cmocka_unit_test(does_not_jump),
	    cmocka_unit_test(outlasts_a_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
