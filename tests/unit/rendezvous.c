/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "router/policy/rendezvous.h"
#include "router/policy/random.h"

#define MOST 1000

static struct rendezvous_rank exact[MOST];

static int
compare(const void *a, const void *b)
{
	return rendezvous_before(a, b) ? -1 : rendezvous_before(b, a);
}

/* Asserts that the node at every rank is the one that a full sort puts there.
 * Asks for the ranks in an order in which each has to be searched for again. */
static void
check(const uint64_t *keys, uint32_t n, uint64_t what)
{
	struct rendezvous *l = rendezvous_new(n);
	uint32_t i, rank, before;

	assert_non_null(l);
	for (i = 0; i < n; i++) {
		rendezvous_add(l, i, keys[i]);
		exact[i] = rendezvous_rank(i, keys[i], what);
	}
	qsort(exact, n, sizeof exact[0], compare);
	for (i = 0; i < n; i++) {
		rank = (uint64_t)i * 7919 % n;
		before = rendezvous_sort(l, what, &exact[i]);
		assert_int_equal(before, i);
		assert_int_equal(rendezvous_node(l, rank), exact[rank].node);
		assert_int_equal(rendezvous_node(l, i), exact[i].node);
	}
	free(l);
}

static void
ranks(void **state)
{
	static const uint32_t sizes[] = {1, 2, 3, 4, 5, 17, 300, MOST};
	static uint64_t keys[MOST];
	uint64_t rng = 88172645463325252ULL;
	uint32_t i;

	for (i = 0; i < MOST; i++)
		keys[i] = (uint64_t)random_next(&rng) << 32 | i;
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		check(keys, sizes[i], i);
}

/* Nodes with equal keys, which have equal hashes, are ranked, too. */
static void
equal_keys(void **state)
{
	static const uint64_t keys[MOST];

	check(keys, MOST, 3);
}

static void
another_order_for_each(void **state)
{
	uint32_t i, differs = 0;

	for (i = 0; i < 64; i++) {
		struct rendezvous_rank a = rendezvous_rank(0, 1, i),
				       b = rendezvous_rank(1, 2, i);

		differs += rendezvous_before(&a, &b);
	}
	assert_in_range(differs, 16, 48);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ranks),
	    cmocka_unit_test(equal_keys),
	    cmocka_unit_test(another_order_for_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
