/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/remove_tree.h"

static void
make_file(int at, const char *name)
{
	int fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_int_not_equal(fd, -1);
	close(fd);
}

/* All kinds of files go, 200 directories deep; what links point to stays. */
static void
a_tree(void **state)
{
	char top[] = "/tmp/vf-remove.XXXXXX", path[128], outside[64];
	int fd, next;

	assert_non_null(mkdtemp(top));
	snprintf(outside, sizeof outside, "%s/outside", top);
	snprintf(path, sizeof path, "%s/tree", top);
	assert_int_equal(mkdir(outside, 0700), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	fd = open(outside, O_RDONLY | O_DIRECTORY);
	make_file(fd, "file");
	close(fd);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	for (unsigned i = 0; i < 200; i++) {
		make_file(fd, "file");
		assert_int_equal(symlinkat(outside, fd, "link"), 0);
		assert_int_equal(mkfifoat(fd, "fifo", 0600), 0);
		assert_int_equal(mkdirat(fd, "dir", 0700), 0);
		next = openat(fd, "dir", O_RDONLY | O_DIRECTORY);
		close(fd);
		fd = next;
	}
	close(fd);
	remove_tree(path);
	assert_int_equal(access(path, F_OK), -1);

	assert_int_equal(symlink(outside, path), 0);
	remove_tree(path);
	assert_int_equal(access(path, F_OK), -1);
	snprintf(path, sizeof path, "%s/file", outside);
	assert_int_equal(access(path, F_OK), 0);

	remove_tree(path);
	assert_int_equal(access(path, F_OK), -1);
	remove_tree(path);
	remove_tree(top);
	assert_int_equal(access(top, F_OK), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
