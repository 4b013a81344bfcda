/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vfield/added_images.h"
#include "lib/path_in.h"
#include "vfield/corosync_conf.h"
#include "vfield/image_make.h"
#include "vfield/run_dir.h"
#include "vfield/store_place.h"

#define GIB (UINT64_C(1) << 30)

static void
test_names(void **state)
{
	static const struct {
		const char *file, *name;
	} cases[] = {
	    {"/srv/debian.squashfs", "debian"},
	    {"debian-12.img", "debian-12"},
	    {"/srv.d/plain", "plain"},
	    {"a b,c.img", "a_b_c"},
	    {".hidden", "_hidden"},
	    {"-x.img", "_x"},
	    {"a.tar.xz", "a.tar"},
	    {"/", "_"},
	};
	char name[MANIFEST_NAME_MAX + 1];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(image_make_name(cases[i].file, name), 0);
		assert_string_equal(name, cases[i].name);
		assert_true(manifest_name_ok(name, strlen(name)));
	}
}

/* No image name is made from a file's name that would have to be cut, or to
 * have characters replaced: two files could get the same name. */
static void
test_no_name(void **state)
{
	char name[MANIFEST_NAME_MAX + 1], file[MANIFEST_NAME_MAX + 2];

	memset(file, 'x', sizeof file - 1);
	file[sizeof file - 1] = '\0';
	assert_int_equal(image_make_name(file, name), -1);
	file[MANIFEST_NAME_MAX] = '\0';
	assert_int_equal(image_make_name(file, name), 0);
	assert_string_equal(name, file);
	assert_int_equal(image_make_name("\xd0\xb0.img", name), -1);
}

static void
test_budget(void **state)
{
	/* the budget is half of the memory, if the file system has as much room
	 * as that */
	assert_int_equal(store_place_budget(8 * GIB, 16 * GIB, 0), 4 * GIB);
	/* the bytes that the stores have already are added to the budget */
	assert_int_equal(store_place_budget(8 * GIB, 16 * GIB, GIB), 5 * GIB);
	assert_int_equal(store_place_budget(8 * GIB, 1000, 0), 900);
	assert_int_equal(store_place_budget(UINT64_MAX, 10 * GIB, 0), 9 * GIB);
	assert_int_equal(store_place_budget(0, 10 * GIB, 7), 7);
}

static void
test_added(void **state)
{
	char dir[] = "/tmp/vf.unit.XXXXXX";
	struct added_images a;

	assert_non_null(mkdtemp(dir));
	added_images_read(dir, &a);
	assert_int_equal(a.files.n, 0);
	added_images_free(&a);

	assert_int_equal(added_images_append(dir, "/a b", "/a b.vfm"), 0);
	assert_int_equal(added_images_append(dir, "/c", "/d"), 0);
	assert_int_equal(added_images_append(dir, "/c\n/e", "/d"), -1);
	added_images_read(dir, &a);
	assert_int_equal(a.files.n, 2);
	assert_string_equal(a.files.v[0], "/a b");
	assert_string_equal(a.manifests.v[0], "/a b.vfm");
	assert_string_equal(a.files.v[1], "/c");
	assert_string_equal(a.manifests.v[1], "/d");
	added_images_free(&a);

	added_images_remove(dir);
	assert_int_equal(rmdir(dir), 0);
}

static bool
configured(const char *text)
{
	char path[] = "/tmp/vf.unit.XXXXXX";
	int fd = mkstemp(path);
	bool yes;

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	yes = corosync_configured(path);
	unlink(path);
	return yes;
}

static void
test_corosync(void **state)
{
	assert_false(corosync_configured("/nowhere/corosync.conf"));
	assert_false(configured(""));
	assert_false(configured("totem {\n\tversion: 2\n}\n"));
	assert_false(configured("\t\tring0_addr: 127.0.0.1\n"));
	assert_false(configured("# ring0_addr: 192.0.2.1\n"));
	assert_false(configured("ring0_addr:\nring0_addr_x: 192.0.2.1\n"));
	assert_true(configured("  ring0_addr : 192.0.2.1 \n"));
	assert_true(configured("ring1_addr:node7"));
	assert_true(configured("ring0_addr: ::1\nring0_addr: fd00::1\n"));
	assert_true(configured("interface {\n bindnetaddr: 192.0.2.0\n}\n"));
}

static void
test_directories(void **state)
{
	char dir[] = "/tmp/vf.unit.XXXXXX";
	char *deep, *middle;

	assert_non_null(mkdtemp(dir));
	middle = path_in(dir, "a");
	deep = path_in(dir, "a/b//c/");
	assert_int_equal(make_directories(deep, 0700), 0);
	assert_int_equal(make_directories(deep, 0700), 0);
	assert_int_equal(rmdir(deep), 0);
	deep[strlen(deep) - 4] = '\0';
	assert_int_equal(rmdir(deep), 0);
	assert_int_equal(rmdir(middle), 0);
	assert_int_equal(rmdir(dir), 0);
	free(middle);
	free(deep);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),    cmocka_unit_test(test_no_name),
	    cmocka_unit_test(test_budget),   cmocka_unit_test(test_added),
	    cmocka_unit_test(test_corosync), cmocka_unit_test(test_directories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
