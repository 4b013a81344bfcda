/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vfield/copy_order.h"

/* When a shell parses the quoted words, it gets the words as they were. */
static void
test_quote(void **state)
{
	static const char *const words[] = {
	    "plain", "",    "two words", "it's",   "''", "$(id)", "`id`",
	    "a\nb",  "\\'", "*",         "--",     ";",  "\"",    "\xff",
	    "#",     "~",   "a=b",       "!event", NULL};
	char *quoted = copy_order_quote(words), *command, got[64];
	FILE *shell;

	assert_non_null(quoted);
	assert_int_not_equal(asprintf(&command, "printf '%%s\\0' %s", quoted),
			     -1);
	shell = popen(command, "r");
	assert_non_null(shell);
	for (size_t i = 0; words[i] != NULL; i++) {
		size_t n = 0;
		int c;

		while ((c = fgetc(shell)) > 0 && n + 1 < sizeof got)
			got[n++] = c;
		got[n] = '\0';
		assert_string_equal(got, words[i]);
	}
	assert_int_equal(fgetc(shell), EOF);
	assert_int_equal(pclose(shell), 0);
	free(command);
	free(quoted);
}

static void
test_text(void **state)
{
	struct copy_order o = {.image = "1234", .path = "/a b", .mode = 0640};
	char *text = copy_order_text(&o);

	assert_string_equal(text, "'vfield' 'fetch' '--json' '--ordered' "
				  "'--wait' '30' '--mode' '640' '--' '1234' "
				  "'/a b'");
	free(text);
	o.force = true;
	text = copy_order_text(&o);
	assert_non_null(strstr(text, " '--force' '--' "));
	free(text);
}

static void
test_args(void **state)
{
	char **args = copy_order_args("  ssh -T  -o\tX=1 ", "node1", "a b");
	static const char *const want[] = {"ssh",   "-T",  "-o", "X=1",
					   "node1", "a b", NULL};
	char many[400] = "";

	assert_non_null(args);
	for (size_t i = 0; want[i] != NULL; i++)
		assert_string_equal(args[i], want[i]);
	assert_null(args[6]);
	copy_order_free_args(args);

	assert_null(copy_order_args(" ", "node1", "a"));
	assert_int_equal(errno, EINVAL);
	for (int i = 0; i < 100; i++)
		strcat(many, "x ");
	assert_null(copy_order_args(many, "node1", "a"));
	assert_int_equal(errno, EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_quote),
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_args),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
