/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of changes to a hosts file: a host gets another card, and all else
 * stays as it was. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "vfield/hosts_edit.h"

static void
changes(void **state)
{
	static const struct {
		const char *before, *after;
	} table[] = {
	    {"", "[a]\nmac = M\n"},
	    {"x = 1", "x = 1\n[a]\nmac = M\n"},
	    {"[a]\nx = 1\n", "[a]\nmac = M\nx = 1\n"},
	    {"[a]\nx = 1\nmac = old\ny = 2\n", "[a]\nx = 1\nmac = M\ny = 2\n"},
	    {"[a]\n mac=old ; why; so\n", "[a]\nmac = M ; why; so\n"},
	    {"[a] ; first\nmac : o\n[b]\nmac = o\n",
	     "[a] ; first\nmac = M\n[b]\nmac = o\n"},
	    {"[b]\nmac = o\n[a]\n", "[b]\nmac = o\n[a]\nmac = M\n"},
	    {"# [a]\n[ab]\nmac = o\n", "# [a]\n[ab]\nmac = o\n[a]\nmac = M\n"},
	    {"[a]\nmachine = 1\n# mac = 2\n",
	     "[a]\nmac = M\nmachine = 1\n# mac = 2\n"},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char *text = hosts_edit_text(table[i].before,
					     &(struct hosts_edit){"a", "M"});

		assert_string_equal(text, table[i].after);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(changes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
