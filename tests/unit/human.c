/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "vfield/human.h"

static void
test_bytes(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
	    {0, "0 B"},
	    {1023, "1023 B"},
	    {1024, "1 KiB"},
	    {1536, "1.5 KiB"},
	    {131072, "128 KiB"},
	    {1048575, "1.0 MiB"},
	    {566231040, "540 MiB"},
	    {UINT64_MAX, "16 EiB"},
	};
	char to[HUMAN_TEXT];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(human_bytes(cases[i].bytes, to),
				    cases[i].text);
}

static void
test_short(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
	    {0, "0 B"},
	    {1536, "1.5 KiB"},
	    {104800000, "99.9 MiB"},
	    {104852357, "100 MiB"},
	    {1073479680, "1024 MiB"},
	    {1073741823, "1.0 GiB"},
	};
	char to[HUMAN_TEXT];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		human_bytes_short(cases[i].bytes, to);
		assert_string_equal(to, cases[i].text);
		assert_in_range(strlen(to), 1, 8);
	}
}

static void
test_share(void **state)
{
	char to[HUMAN_TEXT];

	assert_string_equal(human_share(0, 7, to), "0.0 %");
	assert_string_equal(human_share(1, 3, to), "33.3 %");
	assert_string_equal(human_share(99999, 100000, to), "99.9 %");
	assert_string_equal(human_share(7, 7, to), "all");
	assert_string_equal(human_share(0, 0, to), "all");
}

static void
test_ago(void **state)
{
	char to[HUMAN_TEXT];

	assert_string_equal(human_ago(59, to), "59 s");
	assert_string_equal(human_ago(130, to), "2 min");
	assert_string_equal(human_ago(7199, to), "1 h");
	assert_string_equal(human_ago(200000, to), "2 d");
}

static void
test_fit(void **state)
{
	char short_one[] = "pc-017", long_one[] = "lab-room-204-seat-017";

	assert_string_equal(human_fit(short_one, 6), "pc-017");
	assert_string_equal(human_fit(short_one, 5), "pc..7");
	assert_string_equal(human_fit(long_one, 14), "lab-ro..at-017");
}

static void
test_seconds(void **state)
{
	char to[HUMAN_TEXT];

	assert_string_equal(human_seconds(0, to), "0 s");
	assert_string_equal(human_seconds(59, to), "59 s");
	assert_string_equal(human_seconds(125, to), "2 min 5 s");
	assert_string_equal(human_seconds(3725, to), "1 h 2 min");
	assert_string_equal(human_seconds(90000, to), "1 d 1 h");
	human_seconds(UINT64_MAX, to);
}

static void
test_clean(void **state)
{
	char to[8];

	assert_string_equal(human_clean("plain", to, sizeof to), "plain");
	assert_string_equal(human_clean("a\033[2J\r\n", to, sizeof to),
			    "a?[2J??");
	assert_string_equal(human_clean("\xc2\x9b\x7f", to, sizeof to), "???");
	assert_string_equal(human_clean("too long a name", to, sizeof to),
			    "too lon");
	assert_string_equal(human_clean("x", to, 1), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bytes), cmocka_unit_test(test_short),
	    cmocka_unit_test(test_share), cmocka_unit_test(test_ago),
	    cmocka_unit_test(test_fit),   cmocka_unit_test(test_seconds),
	    cmocka_unit_test(test_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
