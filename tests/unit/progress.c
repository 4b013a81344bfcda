/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests that a progress bar shows how fast its task goes and how long it will
 * take. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "vfield/progress.h"

#define MIB (1ULL << 20)
#define S 1000000000LL

static void
texts(void **state)
{
	static const struct {
		uint64_t done, size;
		int64_t ns;
		const char *text;
	} cases[] = {
	    {0, 100 * MIB, 0, "[                        ]   0 %"},
	    {0, 100 * MIB, S, "[                        ]   0 %"},
	    {50 * MIB, 100 * MIB, S,
	     "[############            ]  50 %, 50 MiB/s, 1 s left"},
	    {25 * MIB, 100 * MIB, 50 * S,
	     "[######                  ]  25 %, 512 KiB/s, 2 min left"},
	};
	char to[PROGRESS_TEXT];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		progress_text(cases[i].done, cases[i].size, cases[i].ns, to);
		assert_string_equal(to, cases[i].text);
	}
	/* nothing overflows */
	progress_text(UINT64_MAX - 1, UINT64_MAX, 1, to);
	assert_in_range(strlen(to), 1, PROGRESS_TEXT - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(texts)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
