/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "site/template.h"

static const char *
value(const void *ctx, const char *name)
{
	return strcmp(name, "a") == 0     ? "@b.c@"
	       : strcmp(name, "b.c") == 0 ? ""
					  : NULL;
}

static void
fill(void **state)
{
	static const struct {
		const char *text, *result; /* NULL: the text is refused */
	} cases[] = {
	    {"", ""},
	    {"plain\n", "plain\n"},
	    {"<@a@>", "<@b.c@>"}, /* a name in a value is not replaced */
	    {"<@b.c@>", "<>"},
	    {"@a@@a@", "@b.c@@b.c@"},
	    {"root@localhost", "root@localhost"},
	    {"@", "@"},
	    {"@a", "@a"},
	    {"@@a@@", "@a@"},
	    {"@@@a@", "@@b.c@"},
	    {"@A@ @ @ @.@", "@A@ @ @ @.@"},
	    {"\n\n@nobody@", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *to = NULL, name[TEMPLATE_NAME_MAX + 1];
		size_t len;
		FILE *f = open_memstream(&to, &len);
		unsigned line;
		int r = template_fill(cases[i].text, strlen(cases[i].text),
				      value, NULL, f, &line, name);

		fclose(f);
		assert_int_equal(r, cases[i].result != NULL ? 0 : -1);
		if (r == 0) {
			assert_string_equal(to, cases[i].result);
		} else {
			assert_int_equal(line, 3);
			assert_string_equal(name, "nobody");
		}
		free(to);
	}
}

#define BLOCK(text)                                                            \
	"# vfield-plugin begin: me\n" text "# vfield-plugin end: me\n"
#define OTHERS "# vfield-plugin begin: you\nx\n# vfield-plugin end: you\n"

static void
block(void **state)
{
	static const struct {
		const char *text, *body, *result;
	} cases[] = {
	    {"", "new", BLOCK("new\n")},
	    {"a\nb", "new\n", "a\nb\n" BLOCK("new\n")},
	    {"a\n" BLOCK("old\nold\n") "b\n", "new",
	     "a\n" BLOCK("new\n") "b\n"},
	    {OTHERS BLOCK("old\n") OTHERS, "new", OTHERS BLOCK("new\n") OTHERS},
	    {BLOCK("1\n") "a\n" BLOCK("2\n"), "new", BLOCK("new\n") "a\n"},
	    {"# vfield-plugin begin: me\na\n", "new", "a\n" BLOCK("new\n")},
	    {"# vfield-plugin end: me\na\n", "new", "a\n" BLOCK("new\n")},
	    {"# vfield-plugin begin: men\n", "",
	     "# vfield-plugin begin: men\n" BLOCK("")},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *to = NULL;
		size_t len;
		FILE *f = open_memstream(&to, &len);

		template_block(cases[i].text, strlen(cases[i].text), "me",
			       cases[i].body, strlen(cases[i].body), f);
		fclose(f);
		assert_string_equal(to, cases[i].result);
		free(to);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fill),
	    cmocka_unit_test(block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
