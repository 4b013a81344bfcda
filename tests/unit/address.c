/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "lib/address.h"

static const struct {
	const char *typed;
	/* the address in full; NULL: `typed` must be refused */
	const char *text;
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

/* A link-local address keeps its interface when it is converted to text or to a
 * sockaddr and back. */
static void
scopes(void **state)
{
	struct sockaddr_storage ss;
	struct address a, b;
	char text[ADDRESS_TEXT];
	socklen_t len;

	assert_int_equal(address_parse("fe80::1%lo", 5, &a), 0);
	assert_int_equal(a.scope, if_nametoindex("lo"));
	assert_string_equal(address_text(&a, text), "[fe80::1%lo]:5");
	assert_int_equal(address_parse("[fe80::1%1]:7", 5, &b), 0);
	assert_int_equal(b.scope, 1);
	assert_int_equal(b.port, 7);
	len = address_sockaddr(&a, &ss);
	assert_int_equal(((struct sockaddr_in6 *)&ss)->sin6_scope_id, a.scope);
	assert_int_equal(address_from_sockaddr((struct sockaddr *)&ss, len, &b),
			 0);
	assert_int_equal(b.scope, a.scope);
	assert_true(address_equal(&a, &b));
	assert_int_equal(address_parse("fe80::1%no-such-card", 5, &a), -1);
	assert_int_equal(address_parse("fe80::1%", 5, &a), -1);
}

static void
own(void **state)
{
	struct address any, here, there, local;

	assert_int_equal(address_parse("0.0.0.0:7", 5, &any), 0);
	assert_int_equal(address_parse("127.0.0.1:7", 5, &here), 0);
	assert_int_equal(address_parse("127.0.0.2:7", 5, &local), 0);
	assert_int_equal(address_parse("192.0.2.1:7", 5, &there), 0);
	assert_true(address_is_own(&here, &any));
	assert_false(address_is_own(&there, &any));
	assert_true(address_is_own(&local, &local));
	assert_false(address_is_own(&here, &local));
	here.port = 8;
	assert_false(address_is_own(&here, &any));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts),  cmocka_unit_test(sockaddrs),
	    cmocka_unit_test(any),    cmocka_unit_test(names),
	    cmocka_unit_test(scopes), cmocka_unit_test(own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
