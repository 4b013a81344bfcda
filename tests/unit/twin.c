/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests when a node believes that another machine has its id. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "membership/claims.h"
#include "membership/guests.h"
#include "router/cluster/twin.h"

#define S INT64_C(1000000000)

static const struct proto_node other = {
    .name = "other", .nbd = {.ip = {[15] = 9}, .port = 10809}};

/* The former connection of a node whose address has changed is no other
 * machine. */
static void
former_connection(void **state)
{
	struct twin t = {0};
	int64_t from = 1000 * S,
		most = GUEST_SILENCE_MS * S / 1000 + S + CLAIM_DENIED_NS;

	for (int64_t at = 0; at <= most; at += S) {
		twin_told(&t, &other, from + at);
		assert_null(twin_at(&t, from + at));
	}
	assert_int_equal(t.logged_ns, 0);
	/* the address changes once more, much later */
	from += 3600 * S;
	twin_told(&t, &other, from);
	assert_null(twin_at(&t, from));
}

static void
copied_machine(void **state)
{
	struct twin t = {0};
	int64_t at = 1000 * S;

	for (int i = 0; i < 10; i++)
		twin_told(&t, &other, at += 2 * S);
	assert_non_null(twin_at(&t, at));
	assert_true(address_equal(twin_at(&t, at), &other.nbd));
	assert_int_not_equal(t.logged_ns, 0);
	/* the copy was stopped */
	assert_null(twin_at(&t, at + 60 * S));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(former_connection),
					   cmocka_unit_test(copied_machine)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
