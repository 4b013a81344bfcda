#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "router/patience.h"

#define MS 1000000LL

static void
latency_follows(void **state)
{
	struct latency l = {0};
	int i;

	assert_int_equal(latency_limit_ns(&l, 10 * MS, 500 * MS), 500 * MS);
	latency_add(&l, 20 * MS);
	assert_int_equal(l.mean_ns, 20 * MS);
	assert_int_equal(latency_limit_ns(&l, 10 * MS, 500 * MS), 60 * MS);
	for (i = 0; i < 200; i++)
		latency_add(&l, 20 * MS);
	assert_int_equal(latency_limit_ns(&l, 10 * MS, 500 * MS) / MS, 20);
	assert_int_equal(latency_limit_ns(&l, 80 * MS, 500 * MS), 80 * MS);
	for (i = 0; i < 200; i++)
		latency_add(&l, 900 * MS);
	assert_int_equal(latency_limit_ns(&l, 10 * MS, 500 * MS), 500 * MS);
	latency_add(&l, -5);
	assert_true(l.mean_ns > 0 && l.dev_ns > 0);
}

static void
second_requests_are_few(void **state)
{
	struct patience p = {0};
	int i, spent = 0;

	assert_false(patience_spend(&p));
	for (i = 0; i < 10000; i++) {
		patience_earn(&p);
		spent += patience_spend(&p);
	}
	assert_in_range(spent, 10000 * PATIENCE_PERCENT / 100 - 1,
			10000 * PATIENCE_PERCENT / 100);
	/* Credit of a long quiet time is not spent in one burst. */
	for (i = 0; i < 1000000; i++)
		patience_earn(&p);
	for (spent = 0; patience_spend(&p); spent++)
		;
	assert_in_range(spent, 1, 16);
}

static void
silence(void **state)
{
	struct latency quick = {0}, slow = {0}, unknown = {0};
	const struct {
		int64_t now, owes, heard;
		struct latency *rtt;
		enum peer_verdict verdict;
	} t[] = {
	    {1059, 1000, 0, &quick, PEER_FINE},
	    {1060, 1000, 0, &quick, PEER_PROBE},
	    {1119, 1000, 0, &quick, PEER_PROBE},
	    {1120, 1000, 0, &quick, PEER_DEAD},
	    /* A sign of life starts it anew. */
	    {1120, 1000, 1070, &quick, PEER_FINE},
	    {1150, 1000, 1070, &quick, PEER_PROBE},
	    /* What came before the debt says nothing. */
	    {5000, 4990, 1000, &quick, PEER_FINE},
	    /* A peer on a full link answers late; never that late. */
	    {1300, 1000, 0, &slow, PEER_PROBE},
	    {1360, 1000, 0, &slow, PEER_DEAD},
	    {1300, 1000, 0, &unknown, PEER_PROBE},
	    {1360, 1000, 0, &unknown, PEER_DEAD},
	};
	size_t i;

	latency_add(&quick, MS / 2);
	latency_add(&slow, 900 * MS);
	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		assert_int_equal(peer_silence(t[i].now * MS, t[i].owes * MS,
					      t[i].heard * MS, t[i].rtt),
				 t[i].verdict);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(latency_follows),
	    cmocka_unit_test(second_requests_are_few),
	    cmocka_unit_test(silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
