/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "mkimage/fstab.h"

static void
read_text(const char *text, struct fstab *f)
{
	FILE *from = fmemopen((char *)text, strlen(text), "r");

	assert_non_null(from);
	fstab_read(from, f);
	fclose(from);
}

static void
test_lines(void **state)
{
	struct fstab f;

	read_text("# a comment\n"
		  "UUID=1-2 /var/log btrfs rw,subvol=/@log,noatime 0 0\n"
		  "UUID=\"1-2\" / btrfs subvolid=256 0 0\n"
		  "server:/home /home nfs defaults 0 0\n"
		  "/dev/sda2 none swap sw 0 0\n"
		  "tmpfs /tmp tmpfs defaults 0 0\n"
		  "LABEL=a\\040b /srv ext4 noauto 0 2\n"
		  "/srv/opt /opt none bind 0 0\n"
		  "nonsense\n",
		  &f);
	assert_int_equal(f.bad, 1);
	assert_int_equal(fstab_of(&f, "/home")->kind, FSTAB_NETWORK);
	assert_int_equal(fstab_of(&f, "/tmp")->kind, FSTAB_OTHER);
	assert_int_equal(fstab_of(&f, "/opt")->kind, FSTAB_BIND);
	assert_string_equal(fstab_of(&f, "/")->source, "UUID=1-2");
	assert_string_equal(fstab_of(&f, "/")->subvolume, "subvolid=256");
	assert_string_equal(fstab_of(&f, "/var/log")->subvolume,
			    "subvol=/@log");
	assert_string_equal(fstab_of(&f, "/srv")->source, "LABEL=a b");
	assert_true(fstab_of(&f, "/srv")->asked_for);
	assert_null(fstab_of(&f, "/srv")->subvolume);
	assert_string_equal(f.lines[0].target, "/");
	assert_string_equal(f.lines[f.n - 1].target, "/var/log");
	fstab_free(&f);
}

static void
test_means(void **state)
{
	static const struct part p = {.number = 2,
				      .uuid = "ab-cd",
				      .label = "my home",
				      .partuuid = "12-34",
				      .partlabel = "Home"};
	static const struct {
		const char *source, *disk;
		bool means;
	} cases[] = {
	    {"UUID=AB-CD", NULL, true},
	    {"UUID=ab", NULL, false},
	    {"LABEL=my home", NULL, true},
	    {"LABEL=My home", NULL, false},
	    {"PARTUUID=12-34", NULL, true},
	    {"PARTLABEL=Home", NULL, true},
	    {"/dev/disk/by-uuid/ab-cd", NULL, true},
	    {"/dev/disk/by-label/my\\x20home", NULL, true},
	    {"/dev/disk/by-partuuid/12-34", NULL, true},
	    {"/dev/disk/by-partlabel/Home", NULL, true},
	    {"/dev/sda2", "/dev/sda", true},
	    {"/dev/sda2", "/dev/sdb", false},
	    {"/dev/sda2", NULL, false},
	    {"/dev/sda12", "/dev/sda1", false},
	    {"/dev/nvme0n1p2", "/dev/nvme0n1", true},
	    {"/dev/disk/by-id/ata-X-part2", "/dev/disk/by-id/ata-X", true},
	    {"/dev/mapper/vg-home2", "/dev/mapper/vg-home", false},
	    {"/dev/vg/home2", "/dev/vg/home", false},
	    {"/dev/md2", "/dev/md", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fstab_line l = {.source = (char *)cases[i].source};

		if (fstab_means(&l, &p, cases[i].disk) != cases[i].means)
			fail_msg("%s", cases[i].source);
	}
}

static void
test_unknown_value(void **state)
{
	static const struct part p = {.number = 1};
	struct fstab_line l = {.source = "UUID="};

	assert_false(fstab_means(&l, &p, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_means),
	    cmocka_unit_test(test_unknown_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
