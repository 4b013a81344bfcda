/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/image_name.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void
what_is_meant(void **state)
{
	static const struct {
		const char *text;
		/* true: `text` names the image "debian" with the id HEX */
		bool means;
	} cases[] = {
	    {"debian", true},
	    {HEX, true},
	    {"debian@00112233", true},
	    {"debian@" HEX, true},
	    {"debian@00112233445566778899AABB", true},
	    {"debian@0011223", false}, /* too few digits for an id */
	    {"debian@00112234", false},
	    {"debian@" HEX "0", false},
	    {"debian@", false},
	    {"debian@0011223x", false},
	    {"debian@00112233@00112233", false},
	    {"@00112233", false},
	    {"other", false},
	    {"other@00112233", false},
	    {"", false},
	};
	struct digest id;

	assert_int_equal(digest_parse(HEX, strlen(HEX), &id), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (image_is_called(cases[i].text, strlen(cases[i].text),
				    "debian", &id) != cases[i].means)
			fail_msg("'%s'", cases[i].text);
}

static void
as_text(void **state)
{
	char text[IMAGE_NAME_TEXT];
	struct digest id;

	assert_int_equal(digest_parse(HEX, strlen(HEX), &id), 0);
	image_name_text("debian", &id, text);
	assert_string_equal(text, "debian@00112233");
	assert_true(image_is_called(text, strlen(text), "debian", &id));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_meant),
	    cmocka_unit_test(as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
