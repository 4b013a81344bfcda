/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "lib/address.h"

static const struct {
	const char *typed;
	const char *text; /* NULL: not an address */
	const char *host;
} table[] = {
    {"192.0.2.1", "192.0.2.1:7", "192.0.2.1"},
    {"192.0.2.1:10809", "192.0.2.1:10809", "192.0.2.1"},
    {"0.0.0.0", "0.0.0.0:7", "0.0.0.0"},
    {"2001:db8::1", "[2001:db8::1]:7", "2001:db8::1"},
    {"[2001:db8::1]", "[2001:db8::1]:7", "2001:db8::1"},
    {"[2001:db8::1]:80", "[2001:db8::1]:80", "2001:db8::1"},
    {"[::]:65535", "[::]:65535", "::"},
    {"::ffff:192.0.2.1", "192.0.2.1:7", "192.0.2.1"},
    {"", NULL, NULL},
    {":80", NULL, NULL},
    {"192.0.2.1:", NULL, NULL},
    {"192.0.2.1:0", NULL, NULL},
    {"192.0.2.1:65536", NULL, NULL},
    {"192.0.2.1:4294967376", NULL, NULL},
    {"192.0.2.1:-1", NULL, NULL},
    {"192.0.2.1:80x", NULL, NULL},
    {"192.0.2.1 ", NULL, NULL},
    {"192.0.2", NULL, NULL},
    {"[192.0.2.1]", NULL, NULL},
    {"[2001:db8::1", NULL, NULL},
    {"[]", NULL, NULL},
    {"[::1]80", NULL, NULL},
    {"localhost", NULL, NULL},
};

static void
texts(void **state)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct address a;
		char text[ADDRESS_TEXT];
		int got = address_parse(table[i].typed, 7, &a);

		if (table[i].text == NULL) {
			assert_int_equal(got, -1);
			assert_int_equal(errno, EINVAL);
			continue;
		}
		assert_int_equal(got, 0);
		assert_string_equal(address_text(&a, text), table[i].text);
		assert_string_equal(address_host(&a, text), table[i].host);
	}
}

static void
sockaddrs(void **state)
{
	static const char *const typed[] = {"192.0.2.1:99", "[2001:db8::1]:99"};

	for (size_t i = 0; i < 2; i++) {
		struct address a, b = {.port = 1};
		struct sockaddr_storage ss;
		struct sockaddr *sa = (struct sockaddr *)&ss;
		socklen_t len;

		assert_int_equal(address_parse(typed[i], 1, &a), 0);
		len = address_sockaddr(&a, &ss);
		assert_int_equal(address_from_sockaddr(sa, len, &b), 0);
		assert_true(address_equal(&a, &b));
		b.port++;
		assert_false(address_equal(&a, &b));
		assert_int_equal(address_from_sockaddr(sa, 4, &b), -1);
		assert_int_equal(errno, EAFNOSUPPORT);
	}
}

static void
any(void **state)
{
	struct address a;

	assert_int_equal(address_parse("0.0.0.0", 1, &a), 0);
	assert_true(address_any(&a));
	assert_int_equal(address_parse("::", 1, &a), 0);
	assert_true(address_any(&a));
	assert_int_equal(address_parse("::1", 1, &a), 0);
	assert_false(address_any(&a));
	assert_int_equal(address_parse("127.0.0.1", 1, &a), 0);
	assert_false(address_any(&a));
}

static void
names(void **state)
{
	struct address a;
	const char *why = NULL;
	char text[ADDRESS_TEXT], longer[400];

	assert_int_equal(address_resolve("192.0.2.1", 5, &a, &why), 0);
	assert_int_equal(address_resolve("localhost:6", 5, &a, &why), 0);
	assert_int_equal(a.port, 6);
	assert_non_null(address_text(&a, text));
	assert_int_equal(address_resolve("[localhost]", 5, &a, &why), -1);
	assert_non_null(why);
	memset(longer, 'a', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	assert_int_equal(address_resolve(longer, 5, &a, &why), -1);
	assert_int_equal(errno, EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts),
	    cmocka_unit_test(sockaddrs),
	    cmocka_unit_test(any),
	    cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
