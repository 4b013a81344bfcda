/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "mkimage/progress.h"

static void
test_text(void **state)
{
	static const struct {
		uint64_t bytes, done;
		int64_t ms;
		const char *text;
	} cases[] = {
	    {0, 0, 12500, "it: 12 s"},
	    {0, 5000000, 2000, "it: 2 s"},
	    {100000000, 0, 1000, "it: 1 s"},
	    {100000000, 25000000, 2000,
	     "it: 25 of 100 MB, 12.5 MB/s, 6 s left"},
	    {100000000, 120000000, 9000, "it: all read, 9 s"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct progress p = {.what = "it", .bytes = cases[i].bytes};
		char text[PROGRESS_TEXT];

		progress_text(&p, cases[i].done, cases[i].ms, text);
		assert_string_equal(text, cases[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
