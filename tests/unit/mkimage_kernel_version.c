/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "mkimage/kernel_version.h"

static void
test_order(void **state)
{
	static const char *const older_newer[][2] = {
	    {"6.1.0-9-amd64", "6.1.0-10-amd64"},
	    {"6.9.1", "6.12.0"},
	    {"6.12.0-rc7", "6.12.0"},
	    {"6.12.0-rc7", "6.12.0-amd64"},
	    {"6.12.0-rc7-amd64", "6.12.0-amd64"},
	    {"6.12.0-rc7", "6.12.0-rc10"},
	    {"6.12~rc7-amd64", "6.12-amd64"},
	    {"6.12~rc7-amd64", "6.12.3-amd64"},
	    {"6.11.9", "6.12.0-rc1"},
	    {"6.12.0-0.rc7.59.fc42.x86_64", "6.12.0-55.fc41.x86_64"},
	    {"5.14.0-427.el9", "5.14.0-503.el9"},
	    {"6.12.0", "6.12.0-1"},
	};

	for (size_t i = 0; i < sizeof older_newer / sizeof *older_newer; i++) {
		const char *a = older_newer[i][0], *b = older_newer[i][1];

		if (version_compare(a, b) >= 0 || version_compare(b, a) <= 0)
			fail_msg("%s is not older than %s", a, b);
		assert_int_equal(version_compare(a, a), 0);
	}
}

static void
test_special(void **state)
{
	static const char *const special[] = {
	    "6.1.0-9-cloud-amd64",
	    "6.1.0-9-rt-amd64",
	    "5.14.0-427.el9.x86_64+debug",
	    "5.14.0-427.el9.x86_64+rt-debug",
	    "6.6.58-0-virt",
	    "6.8.0-1012-aws",
	};
	static const char *const plain[] = {
	    "6.1.0-9-amd64",  "6.6.58-0-lts",          "6.8.0-45-generic",
	    "6.12.1-arch1-1", "5.14.0-427.el9.x86_64", "6.12.0-rc7-default",
	};

	for (size_t i = 0; i < sizeof special / sizeof *special; i++)
		assert_true(version_is_special(special[i]));
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		assert_false(version_is_special(plain[i]));
}

static void
test_flavour(void **state)
{
	assert_string_equal(version_flavour("6.6.58-0-lts"), "lts");
	assert_string_equal(version_flavour("6.1.0-9-amd64"), "amd64");
	assert_string_equal(version_flavour("6.12.1-arch1-1"), "");
	assert_string_equal(version_flavour("6.0"), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_special),
	    cmocka_unit_test(test_flavour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
