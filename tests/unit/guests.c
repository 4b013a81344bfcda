/* How often news is told: often to few, and to many what it may cost. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "membership/guests.h"

static void
pauses(void **state)
{
	int64_t before = 0;

	assert_int_equal(guests_pause_ms(0), GUESTS_FLUSH_MS);
	assert_int_equal(guests_pause_ms(GUESTS_NEWS_BYTES / 8), 125);
	/* not more than that as long as a second of it costs less than most */
	assert_int_equal(guests_pause_ms(GUESTS_NEWS_BYTES),
			 GUESTS_FLUSH_MORE_MS);
	assert_int_equal(guests_pause_ms(GUESTS_NEWS_BYTES_MOST / 4),
			 GUESTS_FLUSH_MORE_MS);
	assert_int_equal(guests_pause_ms(GUESTS_NEWS_BYTES_MOST / 2), 500);
	assert_int_equal(guests_pause_ms(UINT64_C(1) << 40),
			 GUESTS_FLUSH_MOST_MS);
	for (uint64_t told = 0; told < 2 * GUESTS_NEWS_BYTES_MOST; told += 99) {
		int64_t pause = guests_pause_ms(told);

		assert_true(pause >= before);
		before = pause;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(pauses)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
