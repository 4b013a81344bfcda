/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of disk layouts, of the positions of their partitions, of stamps, and
 * of the kernel's word: right ones are read, wrong ones are refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "installer/kernel_word.h"
#include "installer/layout.h"
#include "installer/stamp.h"

#define MIB (UINT64_C(1) << 20)
#define ROOT "disk smallest\nroot 1G ext4 /\n"

static int
parse(const char *text, struct layout *l)
{
	char why[LAYOUT_WHY];

	return layout_parse(text, strlen(text), l, why);
}

static void
test_lines(void **state)
{
	struct layout l;

	assert_int_equal(parse("# a lab\n"
			       "disk\tby-id/ata-X_1\n"
			       "esp 256M vfat /boot/efi # EFI\n"
			       "root 12G ext4 /\n"
			       "\n"
			       "swap 1.5G swap\n"
			       "scratch rest xfs /scratch keep",
			       &l),
			 0);
	assert_string_equal(l.disk, "by-id/ata-X_1");
	assert_int_equal(l.n, 5);
	assert_string_equal(l.parts[0].name, "bios");
	assert_int_equal(l.parts[0].fs, LAYOUT_BARE);
	assert_int_equal(l.parts[1].size, 256 * MIB);
	assert_string_equal(l.parts[1].mountpoint, "/boot/efi");
	assert_int_equal(l.parts[3].fs, LAYOUT_SWAP);
	assert_int_equal(l.parts[3].size, 1536 * MIB);
	assert_true(l.parts[4].keep);
	assert_int_equal(l.parts[4].size, 0);
	assert_int_equal(parse(ROOT, &l), 0);
	assert_string_equal(l.disk, "");
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
	    {"root 1G ext4 /", "no line 'disk'"},
	    {"disk sda\n", "line 1: "},
	    {"disk by-id/../sda\n" ROOT, "line 1: "},
	    {"disk by-id/\n", "line 1: "},
	    {"disk by-path/a/b\n", "line 1: "},
	    {ROOT "disk smallest\n", "line 3: a second"},
	    {"disk smallest\nhome 1G ext4 /home\n", "no partition has"},
	    {"disk smallest\nroot 1G vfat /\n", "vfat"},
	    {"disk smallest\nroot 1G ext4 / keep\n", "line 2: "},
	    {ROOT "root 1G ext4 /b\n", "line 3: "},
	    {ROOT "bios 1G ext4 /b\n", "line 3: "},
	    {ROOT "b 1G ext4 /\n", "line 3: "},
	    {ROOT "b 1G ntfs /b\n", "line 3: "},
	    {ROOT "b 0 ext4 /b\n", "line 3: "},
	    {ROOT "b -1 ext4 /b\n", "line 3: "},
	    {ROOT "b 9999999T ext4 /b\n", "line 3: "},
	    {ROOT "b all ext4 /b\n", "line 3: "},
	    {ROOT "b rest ext4 /b\nc rest ext4 /c\n", "line 4: "},
	    {ROOT "b 1G swap /b\n", "line 3: "},
	    {ROOT "b 1G ext4 b\n", "line 3: "},
	    {ROOT "b 1G ext4 /b/../c\n", "line 3: "},
	    {ROOT "b 1G ext4 /b//c\n", "line 3: "},
	    {ROOT "b 1G ext4 /b/\n", "line 3: "},
	    {ROOT "b 1G ext4 /b;c\n", "line 3: "},
	    {ROOT "B 1G ext4 /b\n", "line 3: "},
	    {ROOT "b\"c 1G ext4 /b\n", "line 3: "},
	    {ROOT "b 1G ext4 /b keep it\n", "line 3: "},
	    {ROOT "b 1G ext4 /b keep it all\n", "line 3: "},
	    {ROOT "b 1G\n", "line 3: "},
	};
	struct layout l;
	char why[LAYOUT_WHY];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(
		    layout_parse(bad[i].text, strlen(bad[i].text), &l, why),
		    -1);
		assert_non_null(strstr(why, bad[i].why));
	}
	assert_int_equal(layout_parse(ROOT "\0", sizeof ROOT, &l, why), -1);
}

static void
test_places(void **state)
{
	struct layout l, was;
	char text[1024] = "";
	FILE *to;

	assert_int_equal(parse("disk smallest\nroot 1G ext4 /\n"
			       "scratch rest ext4 /scratch\nswap 100K swap\n",
			       &l),
			 0);
	was = l;
	assert_int_equal(layout_place(&l, 1028 * MIB), -1);
	assert_memory_equal(&l, &was, sizeof l);
	assert_int_equal(layout_place(&l, 1039 * MIB + 512), 0);
	assert_int_equal(l.parts[0].start, MIB);
	assert_int_equal(l.parts[1].start, 3 * MIB);
	assert_int_equal(l.parts[2].start, 1027 * MIB);
	assert_int_equal(l.parts[2].size, 10 * MIB);
	assert_int_equal(l.parts[3].start, 1037 * MIB);
	assert_int_equal(l.parts[3].size, MIB);
	to = fmemopen(text, sizeof text, "w");
	layout_script(&l, "GUID", to);
	fclose(to);
	assert_non_null(strstr(text, "label-id: GUID\n"));
	assert_non_null(strstr(text, "start=1027MiB, size=10MiB, "
				     "type=0FC63DAF-8483-4772-8E79-3D69D8477DE4"
				     ", name=\"vfield-scratch\"\n"));
}

static void
test_stamp(void **state)
{
	struct stamp s = {.job = UINT64_MAX, .repair = true}, back;
	char bytes[STAMP_BYTES], name[16];

	strcpy(s.host, "node07");
	memset(s.site.b, 7, sizeof s.site.b);
	for (unsigned i = 0; i < STAMP_MODULES_MAX + 1; i++) {
		snprintf(name, sizeof name, "module%u", i);
		stamp_add(&s, name);
		stamp_add(&s, name);
	}
	stamp_format(&s, bytes);
	assert_int_equal(stamp_parse(bytes, &back), 0);
	assert_int_equal(back.job, UINT64_MAX);
	assert_true(back.repair && !back.finished);
	assert_int_equal(back.ndone, STAMP_MODULES_MAX);
	assert_true(stamp_did(&back, "module39"));
	assert_false(stamp_did(&back, "module40"));
	assert_true(digest_equal(&back.site, &s.site));
	/* a stamp of which only the beginning was written is refused */
	memset(bytes + 100, 0, sizeof bytes - 100);
	assert_int_equal(stamp_parse(bytes, &back), -1);
	memset(bytes, 'a', sizeof bytes);
	assert_int_equal(stamp_parse(bytes, &back), -1);
}

static void
test_kernel_word(void **state)
{
	bool repair = true;
	uint64_t job = 0;

	assert_int_equal(
	    kernel_word("a vfield.install=install b\n", &repair, &job), 0);
	assert_true(!repair && job == 1);
	assert_int_equal(
	    kernel_word("vfield.install=install vfield.install=repair:12",
			&repair, &job),
	    0);
	assert_true(repair && job == 12);
	assert_int_equal(kernel_word("", &repair, &job), -1);
	assert_int_equal(kernel_word("xvfield.install=install", &repair, &job),
			 -1);
	assert_int_equal(kernel_word("vfield.install=wipe", &repair, &job), -1);
	assert_int_equal(kernel_word("vfield.install=install:", &repair, &job),
			 -1);
	assert_int_equal(kernel_word("vfield.install=install:0", &repair, &job),
			 -1);
	assert_int_equal(
	    kernel_word("vfield.install=install:1x", &repair, &job), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),       cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_places),      cmocka_unit_test(test_stamp),
	    cmocka_unit_test(test_kernel_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
