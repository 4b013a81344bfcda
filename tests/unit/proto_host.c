/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of the field of a NODE with a machine's report on its site. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "membership/wire/proto_field.h"
#include "membership/wire/proto_host.h"

#define SITE "0123456789abcdef"

static void
carried(void **state)
{
	struct proto_node n = {0};
	struct proto_host h, got;

	assert_false(proto_host_get(&n, &got));
	assert_int_equal(0, proto_host_parse(SITE " 9 2 1 motd: no", &h));
	assert_true(proto_host_set(&n, &h));
	assert_false(proto_host_set(&n, &h));
	assert_true(proto_host_get(&n, &got));
	assert_string_equal(got.site, SITE);
	assert_string_equal(got.text, "motd: no");
	assert_int_equal(got.plugins, 9);
	assert_int_equal(got.failed, 2);
	assert_int_equal(got.next_boot, 1);
	assert_int_equal(0, proto_host_parse(SITE " 65535 0 0", &h));
	assert_true(proto_host_set(&n, &h));
	assert_true(proto_host_get(&n, &got));
	assert_string_equal(got.text, "");
	assert_int_equal(got.plugins, 65535);
}

static void
refused(void **state)
{
	static const char *const lines[] = {"",
					    SITE,
					    SITE " 1 2",
					    SITE " 1 2 x",
					    SITE " 1 2 70000",
					    SITE " 1 2 3x",
					    "0123 1 2 3",
					    "0123456789abcdeX 1 2 3"};
	struct proto_host h;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_int_equal(-1, proto_host_parse(lines[i], &h));
}

/* A node may announce any bytes as its report; the text read from it is bounded
 * and fit for a terminal. */
static void
hostile(void **state)
{
	uint8_t field[300];
	struct proto_node n = {0};
	struct proto_host h;

	memset(field, 0x1b, sizeof field);
	for (size_t len = 1; len <= sizeof field; len++) {
		assert_int_equal(
		    0, proto_field_set(&n, PROTO_FIELD_HOST, field, len));
		assert_int_equal(proto_host_get(&n, &h), len >= 14);
		if (len < 14)
			continue;
		assert_true(strlen(h.text) == (len - 14 < PROTO_HOST_TEXT - 1
						   ? len - 14
						   : PROTO_HOST_TEXT - 1));
		assert_int_equal(strlen(h.text), strspn(h.text, "?"));
	}
	memset(field + 14, '\0', sizeof field - 14);
	assert_int_equal(
	    0, proto_field_set(&n, PROTO_FIELD_HOST, field, sizeof field));
	assert_true(proto_host_get(&n, &h));
	assert_string_equal(h.text, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(carried),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
