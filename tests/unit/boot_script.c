/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of the script that iPXE gets, and of the byte ranges of files for which
 * iPXE may ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot/http_range.h"
#include "boot/ipxe_script.h"

static struct script
some_script(void)
{
	return (struct script){.image = "0123456789abcdef",
			       .name = "n1",
			       .peers = {0x0a000001, 0x0a000002},
			       .npeers = 2,
			       .servers = {0x0a000002, 0x0a000001},
			       .nservers = 2,
			       .port = 10811,
			       .append = "quiet"};
}

static void
has(const char *text, const char *part)
{
	assert_non_null(text);
	if (strstr(text, part) == NULL)
		fail_msg("no %s in %s", part, text);
}

static void
test_script(void **state)
{
	struct script s = some_script();
	char *text = script_text(&s);

	assert_non_null(text);
	assert_memory_equal(text, "#!ipxe\n", 7);
	has(text, " vfield.image=0123456789abcdef "
		  "vfield.peer=10.0.0.1,10.0.0.2 vfield.boot=10.0.0.2:10811 "
		  "vfield.name=n1 quiet || goto server1\n");
	has(text, ":server0\nimgfree\nkernel --name vmlinuz "
		  "http://10.0.0.2:10811/0123456789abcdef/vmlinuz?mac=");
	/* iPXE tries both files of one server before it tries the next
	 * server */
	has(text,
	    "initrd --name initrd http://10.0.0.2:10811/"
	    "0123456789abcdef/initrd?mac=${netX/mac:hexhyp} || goto server1\n"
	    "boot || goto server1\n:server1\n");
	has(text, "http://10.0.0.1:10811/0123456789abcdef/vmlinuz");
	has(text, "dhcp && chain --replace --autofree ${filename} ||\ngoto "
		  "server0\n");
	free(text);

	s.name = s.append = NULL;
	text = script_text(&s);
	assert_null(strstr(text, "vfield.name"));
	assert_null(strstr(text, "(null)"));
	assert_null(strstr(text, "vfield.disks"));
	free(text);

	s.writes_disk = true;
	text = script_text(&s);
	has(text, " vfield.disks=key ||");
	free(text);
}

static void
test_disk(void **state)
{
	char *text = script_disk("n1");

	assert_non_null(text);
	assert_memory_equal(text, "#!ipxe\n", 7);
	/* a status other than 0, since after a 0 UEFI tries no other device */
	has(text, "\nexit 1\n");
	assert_null(strstr(text, "kernel"));
	free(text);
}

static void
test_pxelinux(void **state)
{
	struct script s = some_script();
	char *text;

	s.name = NULL;
	text = script_pxelinux(&s);
	has(text, "\n  APPEND vfield.image=0123456789abcdef vfield.peer=");
	has(text, "\n  KERNEL 0123456789abcdef/vmlinuz\n"
		  "  INITRD 0123456789abcdef/initrd\n");
	has(text, "\n  IPAPPEND 2\n");
	free(text);
}

static void
test_too_long(void **state)
{
	char words[SCRIPT_LINE_MAX + 1];
	struct script s = some_script();

	memset(words, 'x', sizeof words - 1);
	words[sizeof words - 1] = '\0';
	s.append = words;
	assert_null(script_text(&s));
	assert_int_equal(errno, E2BIG);
	assert_null(script_pxelinux(&s));
}

static void
test_ranges(void **state)
{
	static const struct {
		const char *text;
		/* the range's first byte and number of bytes */
		uint64_t first, length;
		int error; /* errno; 0: the range is right */
	} rows[] = {
	    {"bytes=0-0", 0, 1, 0},
	    {"bytes=0-99", 0, 100, 0},
	    {"bytes=0-100", 0, 100, 0},
	    {"bytes=7-", 7, 93, 0},
	    {"bytes=99-99", 99, 1, 0},
	    {"bytes=-1", 99, 1, 0},
	    {"bytes=-1000", 0, 100, 0},
	    {"bytes=100-", 0, 0, ERANGE},
	    {"bytes=-0", 0, 0, ERANGE},
	    {"bytes=5-3", 0, 0, EINVAL},
	    {"bytes=", 0, 0, EINVAL},
	    {"bytes=-", 0, 0, EINVAL},
	    {"bytes=1-2,4-5", 0, 0, EINVAL},
	    {"bytes=a-", 0, 0, EINVAL},
	    {"bytes= 1-2", 0, 0, EINVAL},
	    {"lines=1-2", 0, 0, EINVAL},
	    {"bytes=99999999999999999999-", 0, 0, EINVAL},
	};
	uint64_t first, length;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int result = http_range(rows[i].text, 100, &first, &length);

		assert_int_equal(result, rows[i].error == 0 ? 0 : -1);
		if (result == -1) {
			assert_int_equal(errno, rows[i].error);
			continue;
		}
		assert_int_equal(first, rows[i].first);
		assert_int_equal(length, rows[i].length);
	}
	assert_int_equal(http_range("bytes=0-", 0, &first, &length), -1);
	assert_int_equal(errno, ERANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_disk),     cmocka_unit_test(test_script),
	    cmocka_unit_test(test_pxelinux), cmocka_unit_test(test_too_long),
	    cmocka_unit_test(test_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
