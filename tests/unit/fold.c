/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests that text is folded to the terminal's width, and that none of its words
 * is lost. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vfield/fold.h"

static void
folds_to(const char *text, unsigned columns, unsigned rows, const char *wanted)
{
	char *got;
	size_t len;
	FILE *to = open_memstream(&got, &len);

	fold_write(to, text, columns, rows, "");
	fclose(to);
	assert_string_equal(got, wanted);
	free(got);
}

static void
lines(void **state)
{
	folds_to("", 20, 0, "");
	folds_to("one\n\ntwo\n", 20, 0, "one\n\ntwo\n");
	folds_to("no end", 20, 0, "no end\n");
	folds_to("exactly 20 columns..\n", 20, 0, "exactly 20 columns..\n");
	folds_to("image    debian, of 12 MiB\nnext\n", 20, 0,
		 "image    debian, of\n         12 MiB\nnext\n");
	folds_to("image averyveryverylongname\n", 20, 0,
		 "image\n         averyveryve\n         rylongname\n");
	/* blanks at the end of a line do not make a line of their own */
	folds_to("0123456789012345678      \nx\n", 19, 0,
		 "0123456789012345678\nx\n");
}

static void
characters(void **state)
{
	folds_to("\u2588\u2588\u2588\u2588\u2588\u2588\n", 6, 0,
		 "\u2588\u2588\u2588\u2588\u2588\u2588\n");
	folds_to("\u2588\u2588\u2588\n", 2, 0, "\u2588\u2588\n\u2588\n");
}

static void
a_screen(void **state)
{
	folds_to("1\n2\n3\n", 20, 3, "1\n2\n3\n");
	folds_to("1\n2\n3\n4\n", 30, 3,
		 "1\n2\n... and 2 lines more; q quits\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines),
	    cmocka_unit_test(characters),
	    cmocka_unit_test(a_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
