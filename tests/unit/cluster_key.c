/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authority/cluster_key.h"
#include "authority/psk_file.h"

static char path[] = "/tmp/vf-cluster-key.XXXXXX";

static void
file_has(const char *text, mode_t mode)
{
	FILE *f;

	unlink(path);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

#define DIGITS                                                                 \
	"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static void
only_keys_are_read(void **state)
{
	static const char *const wrong[] = {
	    "",
	    "\n",
	    "nonsense\n",
	    DIGITS "0\n",
	    DIGITS "\n" DIGITS "\n" DIGITS "\n",
	    DIGITS "\nnonsense\n",
	};
	struct cluster_keys ks;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		file_has(wrong[i], 0400);
		assert_int_equal(cluster_keys_read(path, &ks), -1);
		assert_int_equal(errno, EINVAL);
	}
	file_has(DIGITS "\n", 0440);
	assert_int_equal(cluster_keys_read(path, &ks), -1);
	assert_int_equal(errno, EPERM);
	/* as typed by hand: with another end of lines, or none */
	file_has(DIGITS "\r\n\n" DIGITS, 0400);
	assert_int_equal(cluster_keys_read(path, &ks), 0);
	assert_int_equal(ks.n, 2);
	assert_int_equal(ks.key[1].b[31], 0xff);
}

static void
keys_are_kept(void **state)
{
	struct cluster_keys ks = {.n = 2}, got;
	struct stat st;

	for (size_t i = 0; i < 2; i++)
		assert_int_equal(cluster_key_make(&ks.key[i]), 0);
	assert_memory_not_equal(&ks.key[0], &ks.key[1], sizeof ks.key[0]);
	assert_int_equal(cluster_keys_write(path, &ks), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0400);
	assert_int_equal(cluster_keys_read(path, &got), 0);
	assert_int_equal(got.n, 2);
	assert_memory_equal(got.key, ks.key, sizeof ks.key);
}

static const struct write_anew_as mine = {0600, -1, -1};

/* status of the last file that rename() was given a new name for */
static struct stat renamed;

/* Takes the place of libc's rename in this program. */
int
rename(const char *from, const char *to)
{
	return lstat(from, &renamed) == -1
		   ? -1
		   : renameat(AT_FDCWD, from, AT_FDCWD, to);
}

static void
no_file_of_keys_changes_its_readers(void **state)
{
	struct cluster_keys ks = {.n = 1, .key = {{{1}}}};
	const bool root = geteuid() == 0;
	const struct write_anew_as as = {0640, root ? 12345 : getuid(),
					 root ? 23456 : getgid()};
	struct stat st;

	assert_int_equal(
	    cluster_keys_write_for(path, &ks, CLUSTER_USE_NBD, &as), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, as.mode);
	assert_int_equal(st.st_uid, as.uid);
	assert_int_equal(st.st_gid, as.gid);
	assert_int_equal(renamed.st_ino, st.st_ino);
	assert_int_equal(renamed.st_mode, st.st_mode);
	assert_int_equal(renamed.st_uid, st.st_uid);
	assert_int_equal(renamed.st_gid, st.st_gid);
}

static void
each_use_has_its_key(void **state)
{
	struct cluster_keys ks = {.n = 2, .key = {{{1}}, {{2}}}};
	struct psk nbd[CLUSTER_KEYS_MAX], member[CLUSTER_KEYS_MAX];
	struct stat st;

	assert_int_equal(
	    cluster_keys_write_for(path, &ks, CLUSTER_USE_NBD, &mine), 0);
	assert_int_equal(psk_file_read(path, nbd), 2);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(
	    cluster_keys_write_for(path, &ks, CLUSTER_USE_MEMBER, &mine), 0);
	assert_int_equal(psk_file_read(path, member), 2);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(nbd[i].identity, member[i].identity);
		assert_memory_not_equal(&nbd[i].key, &member[i].key,
					sizeof nbd[i].key);
		assert_memory_not_equal(&nbd[i].key, &ks.key[i],
					sizeof nbd[i].key);
	}
	assert_string_not_equal(nbd[0].identity, nbd[1].identity);
}

static void
only_derived_keys_are_read(void **state)
{
	static const char *const wrong[] = {
	    "",
	    "who\n",
	    "who:00\n",
	    "a-name-that-is-longer-than-ours:" DIGITS "\n",
	    "who:" DIGITS "\nwho:\n",
	};
	struct psk psk[CLUSTER_KEYS_MAX];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		file_has(wrong[i], 0600);
		assert_int_equal(psk_file_read(path, psk), 0);
	}
	unlink(path);
	assert_int_equal(psk_file_read(path, psk), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_keys_are_read),
	    cmocka_unit_test(keys_are_kept),
	    cmocka_unit_test(each_use_has_its_key),
	    cmocka_unit_test(no_file_of_keys_changes_its_readers),
	    cmocka_unit_test(only_derived_keys_are_read),
	};
	int ret;

	close(mkstemp(path));
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return ret;
}
