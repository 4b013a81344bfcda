/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "mkimage/patterns.h"

static struct patterns *
with(const char *pattern)
{
	struct patterns *p = patterns_new();

	patterns_add(p, pattern);
	return p;
}

static void
test_match(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool directory, hit;
	} cases[] = {
	    {"etc/fstab", "etc/fstab", false, true},
	    {"/etc/fstab/", "etc/fstab", false, true},
	    {"etc/fstab", "srv/etc/fstab", false, false},
	    {"tmp/*", "tmp/.X11-unix", true, true},
	    {"tmp/*", "tmp/a/b", false, false},
	    {"tmp/*", "tmp", true, false},
	    {"home/*/.cache/*", "home/me/.cache/x", true, true},
	    {"home/*/.cache/*", "home/me/x/.cache/x", true, false},
	    {"var/log/**", "var/log/syslog", false, true},
	    {"var/log/**", "var/log/nginx/access.log", false, true},
	    {"var/log/**", "var/log/nginx", true, false},
	    {"var/log/**", "var/log", true, false},
	    {"var/log/**", "var/logs/x", false, false},
	    {"... *.core", "a.core", false, true},
	    {"... *.core", "a/b/c.core", false, true},
	    {"... *.core", "a/b.core/c", false, false},
	    {"... cache/**", "a/cache/b/c", false, true},
	    {"... cache/**", "a/cache/b", true, false},
	    {"*.bak", "x.bak", false, true},
	    {"*.bak", "d/x.bak", false, false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct patterns *p = with(cases[i].pattern);

		if (patterns_match(p, cases[i].path, cases[i].directory) !=
		    cases[i].hit)
			fail_msg("%s, %s", cases[i].pattern, cases[i].path);
		patterns_free(p);
	}
}

static void
test_hide(void **state)
{
	static const struct {
		const char *pattern, *directory;
		bool hidden;
	} cases[] = {
	    {"boot/efi/*", "boot/efi", true},
	    {"boot/efi/*", "boot/efi/EFI", true},
	    {"boot/efi/*", "boot", false},
	    {"boot/efi/E*", "boot/efi", false},
	    {"srv", "srv", true},
	    {"srv", "srv/data", true},
	    {"mnt/*", "mnt/disk", true},
	    {"home/*/.cache/*", "home/me/.cache", true},
	    {"home/*/.cache/*", "home", false},
	    {"var/cache/**", "var/cache", true},
	    {"var/cache/**", "var/cache/apt", true},
	    {"var/cache/**", "var", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct patterns *p = with(cases[i].pattern);

		if (patterns_hide(p, cases[i].directory) != cases[i].hidden)
			fail_msg("%s, %s", cases[i].pattern,
				 cases[i].directory);
		patterns_free(p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_match),
	    cmocka_unit_test(test_hide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
