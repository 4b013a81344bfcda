/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

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
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_seconds),
	    cmocka_unit_test(test_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
