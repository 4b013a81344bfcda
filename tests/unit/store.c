/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fixture/store_dir.h"

static void
put_read_evict(void **state)
{
	struct store *s = create(NULL), *reader = store_attach(dir, "usual");
	uint8_t wrong[CHUNK] = {1};
	off_t offset;

	assert_non_null(reader);
	for (uint32_t c = 0; c < N; c++) {
		assert_int_equal(store_state(s, c), CHUNK_ABSENT);
		assert_int_equal(get(s, c, 0, 1), ENODATA);
		assert_int_equal(store_check(s, c), -1);
		assert_int_equal(errno, ENODATA);
		assert_int_equal(store_put(s, c, wrong), -1);
		assert_int_equal(errno, EBADMSG);
		assert_int_equal(store_state(s, c), CHUNK_ABSENT);
		assert_int_equal(store_locate(s, c, &offset), -1);
		assert_int_equal(put(s, c), 0);
		/* putting a chunk that is held already is no error */
		assert_int_equal(put(s, c), 0);
		assert_int_equal(store_state(reader, c), CHUNK_HELD);
		assert_int_equal(store_check(reader, c), 0);
		assert_false(store_in_base(s, c));
		assert_true(store_locate(reader, c, &offset) >= 0);
		assert_int_equal(offset, c * CHUNK);
	}
	assert_int_equal(store_bytes(s), (N - 1) * CHUNK + LAST);
	assert_int_equal(get(reader, 1, 17, 1000), 0);
	assert_int_equal(get(reader, 1, CHUNK, 0), 0);
	assert_int_equal(get(reader, N - 1, 0, LAST), 0);
	store_evict(s, 1);
	store_evict(s, 1);
	store_evict(s, N - 1);
	assert_int_equal(get(reader, 1, 17, 1000), ENODATA);
	assert_int_equal(get(reader, N - 1, LAST - 1, 1), ENODATA);
	assert_int_equal(get(reader, 2, 0, CHUNK), 0);
	assert_int_equal(store_bytes(s), (N - 2) * CHUNK);
	assert_int_equal(put(s, 1), 0);
	assert_int_equal(get(reader, 1, 17, 1000), 0);
	store_close(reader);
	store_close(s);
}

static void
evicting_frees_space(void **state)
{
	struct store *s = create(NULL);
	char path[256];
	struct stat full, after;

	for (uint32_t c = 0; c < N; c++)
		put(s, c);
	path_of(s, "data", path);
	assert_int_equal(stat(path, &full), 0);
	for (uint32_t c = 0; c < N; c++)
		store_evict(s, c);
	assert_int_equal(stat(path, &after), 0);
	assert_true(full.st_blocks >= (blkcnt_t)(N * CHUNK / 512));
	assert_int_equal(after.st_blocks, 0);
	store_close(s);
}

static void
names_and_ids(void **state)
{
	static const char *const bad[] = {
	    "other",
	    "..",
	    ".",
	    "../",
	    "../../etc",
	    "/",
	    "/etc/passwd",
	    ".new-link",
	    "usual/",
	    "./usual",
	    "usual/manifest",
	    "0000000000000000000000000000000000000000000000000000000000000000"};
	struct store *s = create(NULL), *r;
	struct digest id = store_manifest(s)->id;
	char hex[DIGEST_HEX], longest[5000];

	assert_null(store_attach(dir, ""));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(store_set_default(dir, store_manifest(s), false), 0);
	assert_int_equal(store_set_default(dir, store_manifest(s), false), 0);
	for (int i = 0; i < 3; i++) {
		r = store_attach(dir, i == 0   ? ""
				      : i == 1 ? "usual"
					       : digest_hex(&id, hex));
		assert_non_null(r);
		assert_true(digest_equal(&store_manifest(r)->id, &id));
		store_close(r);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_null(store_attach(dir, bad[i]));
		assert_int_equal(errno, ENOENT);
	}
	memset(longest, 'a', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	assert_null(store_attach(dir, longest));
	assert_null(store_attach("/nonexistent", "usual"));
	store_close(s);
}

static int
collect(void *ctx, const char *name, const struct digest *id)
{
	char *all = ctx;

	strcat(all, name);
	strcat(all, " ");
	return strcmp(name, "last") == 0 ? 7 : 0;
}

static void
lists_in_order(void **state)
{
	static const char *const names[] = {"zebra", "ant", "last"};
	struct store *s[3];
	char all[100] = "", path[200];

	assert_int_equal(store_list("/nonexistent", collect, all), 0);
	for (int i = 0; i < 3; i++) {
		s[i] =
		    store_create(dir, make_image(names[i], CHUNK, 1 + i), NULL);
		assert_non_null(s[i]);
	}
	/* files that belong to no store are not listed */
	snprintf(path, sizeof path, "%s/names/evil", dir);
	assert_int_equal(symlink("../../../etc", path), 0);
	snprintf(path, sizeof path, "%s/names/file", dir);
	close(open(path, O_CREAT | O_WRONLY, 0666));
	snprintf(path, sizeof path, "%s/names/.hidden", dir);
	assert_int_equal(symlink("x", path), 0);
	assert_null(store_attach(dir, "evil"));
	assert_null(store_attach(dir, "file"));
	assert_int_equal(store_list(dir, collect, all), 7);
	assert_string_equal(all, "ant last ");
	for (int i = 0; i < 3; i++)
		store_close(s[i]);
	/* stores that cannot be attached are not listed */
	*all = '\0';
	assert_int_equal(store_list(dir, collect, all), 0);
	assert_string_equal(all, "");
}

static void
newest_name_wins(void **state)
{
	struct store *old = create(NULL);
	struct store *new =
	    store_create(dir, make_image("usual", CHUNK, 77), NULL);
	struct store *r = store_attach(dir, "usual");

	assert_int_equal(store_manifest(r)->size, 77);
	store_close(r);
	store_close(new);
	store_close(old);
}

static void
one_router_at_a_time(void **state)
{
	struct store *s = create(NULL);

	assert_null(store_create(dir, usual(), NULL));
	assert_int_equal(errno, EBUSY);
	assert_int_equal(put(s, 0), 0); /* the first store still works */
	store_close(s);
	s = create(NULL);
	store_close(s);
}

static void
nothing_but_an_image(void **state)
{
	struct store *s = store_open_image(image, usual());

	for (uint32_t c = 0; c < N; c++)
		assert_int_equal(get(s, c, 1, 99), 0);
	store_close(s);
}

static void
an_empty_image(void **state)
{
	struct store *s, *r;

	s = store_create(dir, make_image("none", CHUNK, 0), image);
	assert_non_null(s);
	r = store_attach(dir, "none");
	assert_non_null(r);
	assert_int_equal(store_manifest(r)->nchunks, 0);
	assert_int_equal(store_bytes(r), 0);
	store_close(r);
	store_close(s);
	s = store_create(dir, make_image("none", CHUNK, 0), NULL);
	assert_non_null(s);
	store_close(s);
	s = store_open_image(image, make_image("none", CHUNK, 0));
	assert_non_null(s);
	store_close(s);
}

/* The limit on file sizes makes writes to the store fail, as a full disk
 * does. */
static void
a_full_disk(void **state)
{
	struct store *s = create(NULL);
	struct rlimit was, small;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	small = (struct rlimit){2 * CHUNK + 100, was.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(put(s, 1), 0);
	assert_int_equal(put(s, 2), -1);
	assert_int_equal(errno, EFBIG);
	assert_int_equal(put(s, 4), -1);
	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(store_state(s, 2), CHUNK_ABSENT);
	assert_int_equal(get(s, 2, 0, 1), ENODATA);
	assert_int_equal(get(s, 1, 0, CHUNK), 0);
	assert_int_equal(store_bytes(s), CHUNK);
	assert_int_equal(put(s, 2), 0);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(put_read_evict),       TEST(evicting_frees_space),
	    TEST(names_and_ids),        TEST(lists_in_order),
	    TEST(newest_name_wins),     TEST(one_router_at_a_time),
	    TEST(nothing_but_an_image), TEST(an_empty_image),
	    TEST(a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
