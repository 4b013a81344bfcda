/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of the field of a NODE with the roles of its machine. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "membership/wire/proto_field.h"
#include "membership/wire/proto_roles.h"

#define NODE7 "node07 525400123456"
#define LOG " log:holds:3:0a000064"

static void
carried(void **state)
{
	struct proto_node n = {0};
	struct proto_roles r, got;
	char text[PROTO_ROLES_TEXT];

	assert_false(proto_roles_get(&n, &got));
	assert_int_equal(
	    0, proto_roles_parse(NODE7 LOG " nfs:can:12:00000000", &r));
	assert_true(proto_roles_set(&n, &r));
	assert_false(proto_roles_set(&n, &r));
	assert_true(proto_roles_get(&n, &got));
	proto_roles_text(&got, text);
	assert_string_equal(text, NODE7 LOG " nfs:can:12:00000000");
	assert_int_equal(got.v[0].state, PROTO_ROLE_HOLDS);
	assert_int_equal(got.v[0].address, 0x0a000064);
	assert_int_equal(0, proto_roles_parse(NODE7, &r));
	assert_true(proto_roles_set(&n, &r));
	assert_true(proto_roles_get(&n, &got));
	assert_int_equal(got.n, 0);
	assert_true(proto_roles_set(&n, NULL));
	assert_false(proto_roles_set(&n, NULL));
	assert_false(proto_roles_get(&n, &got));
}

/* The greatest number of roles with the longest names, on a host with the
 * longest name, fits into the field and the text. */
static void
longest(void **state)
{
	struct proto_roles r = {.n = PROTO_ROLES_MAX}, got;
	struct proto_node n = {0};
	char text[PROTO_ROLES_TEXT];

	memset(r.host, 'h', sizeof r.host - 1);
	for (unsigned i = 0; i < r.n; i++) {
		memset(r.v[i].name, 'r', sizeof r.v[i].name - 1);
		r.v[i].state = PROTO_ROLE_BLOCKED;
		r.v[i].place = r.v[i].address = UINT32_MAX;
	}
	assert_true(proto_roles_set(&n, &r));
	assert_true(proto_roles_get(&n, &got));
	proto_roles_text(&got, text);
	assert_int_equal(0, proto_roles_parse(text, &r));
	assert_false(proto_roles_set(&n, &r));
}

static void
refused(void **state)
{
	static const char *const lines[] = {
	    "",
	    "node07",
	    "node07 5254001234",
	    "no\x1b 525400123456",
	    NODE7 " log",
	    NODE7 " log:can",
	    NODE7 " log:is:1:0",
	    NODE7 " l/g:can:1:0",
	    NODE7 " log:can:4294967296:0",
	    NODE7 " log:can:1:0g",
	    NODE7 LOG LOG LOG LOG LOG LOG LOG LOG LOG};
	struct proto_roles r;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_int_equal(-1, proto_roles_parse(lines[i], &r));
}

/* A node may announce any bytes as its roles; what is read from them is
 * bounded. */
static void
hostile(void **state)
{
	uint8_t field[300];
	struct proto_node n = {0};
	struct proto_roles r;

	for (unsigned byte = 0; byte < 256; byte++) {
		memset(field, (int)byte, sizeof field);
		for (size_t len = 1; len <= sizeof field; len++) {
			assert_int_equal(
			    0,
			    proto_field_set(&n, PROTO_FIELD_ROLES, field, len));
			(void)proto_roles_get(&n, &r);
			assert_true(r.n <= PROTO_ROLES_MAX);
		}
	}
	memcpy(field, "\1h\0\0\0\0\0\0\1r\4", 11);
	assert_int_equal(0, proto_field_set(&n, PROTO_FIELD_ROLES, field, 40));
	assert_true(proto_roles_get(&n, &r));
	/* none is taken over, since there is no such state */
	assert_int_equal(r.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(carried),
	    cmocka_unit_test(longest),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
