/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/remove_tree.h"
#include "tests/fixture/store_dir.h"

static void
a_found_store_is_verified(void **state)
{
	struct store *s = create(NULL), *r;
	uint8_t part[20];
	char path[256];

	for (uint32_t c = 0; c < N; c++)
		if (c != 2)
			put(s, c);
	path_of(s, "data", path);
	store_close(s);
	flip(path, 1 * CHUNK + 5);
	/* a store that no router has open cannot be attached, since no process
	 * keeps its map up to date */
	assert_null(store_attach(dir, "usual"));
	assert_int_equal(errno, ENOENT);

	s = create(NULL);
	r = store_attach(dir, "usual");
	assert_int_equal(store_bytes(s), 3 * CHUNK + LAST);
	assert_int_equal(store_state(s, 0), CHUNK_FOUND);
	assert_int_equal(store_state(s, 2), CHUNK_ABSENT);
	/* a reader verifies what the router has not, and changes nothing */
	for (uint32_t c = 0; c < 4; c++)
		assert_int_equal(get(r, c, 10, 20), ENODATA);
	assert_int_equal(store_read_found(r, 0, 10, part, 20), 0);
	assert_true(right(part, 10, 20));
	assert_int_equal(store_read_found(r, 1, 10, part, 20), -1);
	assert_int_equal(errno, EBADMSG);
	assert_int_equal(store_check(r, 1), -1);
	assert_int_equal(store_check(r, 3), 0);
	for (uint32_t c = 0; c < 4; c++)
		assert_int_equal(store_state(s, c),
				 c == 2 ? CHUNK_ABSENT : CHUNK_FOUND);
	assert_int_equal(get(s, 0, 10, 20), 0);
	assert_int_equal(store_state(s, 0), CHUNK_HELD);
	assert_int_equal(get(r, 0, 10, 20), 0);
	assert_int_equal(get(s, 1, 10, 20), ENODATA);
	assert_int_equal(store_state(s, 1), CHUNK_ABSENT);
	assert_int_equal(get(s, 2, 10, 20), ENODATA);
	assert_int_equal(store_check(s, 3), 0);
	assert_int_equal(store_state(s, 3), CHUNK_HELD);
	assert_int_equal(get(s, N - 1, 0, LAST), 0);
	assert_int_equal(store_bytes(s), 2 * CHUNK + LAST);
	assert_int_equal(put(s, 1), 0);
	store_close(r);
	store_close(s);

	/* chunks that were not verified in a run are still FOUND in the next
	 * one */
	store_close(create(NULL));
	s = create(NULL);
	assert_int_equal(store_check(s, 3), 0);
	store_close(s);

	/* chunks that were cut off the data file are lost */
	assert_int_equal(truncate(path, CHUNK + 7), 0);
	s = create(NULL);
	assert_int_equal(store_check(s, 0), 0);
	assert_int_equal(store_check(s, 1), -1);
	assert_int_equal(errno, EBADMSG);
	assert_int_equal(get(s, 3, 0, CHUNK), ENODATA);
	assert_int_equal(put(s, 3), 0);
	store_close(s);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0666), 0);
	s = create(NULL);
	assert_int_equal(get(s, 3, 0, CHUNK), ENODATA);
	assert_int_equal(put(s, 3), 0);
	assert_int_equal(get(s, 3, 0, CHUNK), 0);
	store_close(s);
}

/* functions that damage the file of a map between two runs */
static void
map_shorter(int fd)
{
	assert_int_equal(ftruncate(fd, 4096 + 4), 0);
}

static void
map_empty(int fd)
{
	assert_int_equal(ftruncate(fd, 0), 0);
}

static void
map_longer(int fd)
{
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
}

static void
map_zeros(int fd)
{
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(ftruncate(fd, 4096 + 4 * N), 0);
}

static void
map_magic(int fd)
{
	assert_int_equal(pwrite(fd, "X", 1, 0), 1);
}

static void
map_more_chunks(int fd)
{
	uint32_t n = 1U << 30;

	assert_int_equal(pwrite(fd, &n, 4, 24), 4);
}

static void
map_other_id(int fd)
{
	assert_int_equal(pwrite(fd, "XXXX", 4, 40), 4);
}

/* Sets a map's fields `version` and `usable_by`, at the offsets that
 * lib/store_inside.h gives them. */
static void
set_versions(int fd, uint32_t version, uint32_t usable_by)
{
	assert_int_equal(pwrite(fd, &version, 4, 8), 4);
	assert_int_equal(pwrite(fd, &usable_by, 4, 112), 4);
}

static void
map_later(int fd)
{
	set_versions(fd, 2, 0);
}

static void
map_much_later(int fd)
{
	set_versions(fd, 9, 2);
}

static void
map_earlier(int fd)
{
	set_versions(fd, 0, 1);
}

/* A map that a program of a later version has written is used if the map says
 * that programs of this version can use it. */
static void
a_later_map_that_is_usable(void **state)
{
	struct store *s = create(NULL);
	char path[256];
	int fd;

	put(s, 1);
	path_of(s, "map", path);
	store_close(s);
	fd = open(path, O_RDWR);
	set_versions(fd, 9, 1);
	close(fd);
	s = create(NULL);
	assert_int_equal(get(s, 1, 0, 1), 0);
	store_close(s);
}

static void
a_map_that_is_not_ours_is_replaced(void **state)
{
	static void (*const spoil[])(int) = {
	    map_shorter, map_empty,       map_longer,   map_zeros,
	    map_magic,   map_more_chunks, map_other_id, map_later,
	    map_earlier, map_much_later,
	};

	for (size_t i = 0; i < sizeof spoil / sizeof *spoil; i++) {
		struct store *s = create(NULL), *r;
		char path[256];
		int fd;

		put(s, 1);
		path_of(s, "map", path);
		store_close(s);
		fd = open(path, O_RDWR);
		spoil[i](fd);
		close(fd);
		assert_null(store_attach(dir, "usual"));
		assert_int_equal(errno, EINVAL);
		s = create(NULL);
		r = store_attach(dir, "usual");
		assert_non_null(r);
		assert_int_equal(get(r, 1, 0, 1), ENODATA);
		assert_int_equal(put(s, 1), 0);
		assert_int_equal(get(r, 1, 0, 1), 0);
		store_close(r);
		store_close(s);
	}
}

/* A map with a right header and random map words does no harm, except that
 * chunks are missing. */
static void
wild_words(void **state)
{
	for (uint32_t round = 0; round < 200; round++) {
		struct store *s = create(round % 2 ? image : NULL);
		uint32_t words[N], rng = round + 1;
		char path[256];
		int fd;

		put(s, round % N);
		path_of(s, "map", path);
		store_close(s);
		for (uint32_t c = 0; c < N; c++)
			words[c] = rng = rng * 1664525 + 1013904223;
		fd = open(path, O_RDWR);
		assert_int_equal(pwrite(fd, words, sizeof words, 4096),
				 sizeof words);
		close(fd);
		s = create(round % 3 ? image : NULL);
		for (uint32_t c = 0; c < N; c++) {
			int error = get(s, c, 3, 50);

			assert_true(error == 0 || error == ENODATA);
			assert_true(round % 3 == 0 || error == 0);
			assert_int_equal(put(s, c), 0);
			assert_int_equal(get(s, c, 3, 50), 0);
			store_evict(s, c);
		}
		assert_int_equal(store_bytes(s), 0);
		store_close(s);
	}
}

static void
directories_that_are_not(void **state)
{
	struct store *s = create(NULL);
	char path[256], sub[256], names[200], other[200];
	struct stat st;

	path_of(s, "manifest", path);
	path_of(s, "", sub);
	sub[strlen(sub) - 1] = '\0';
	store_close(s);

	/* the manifest is a link to a file that is no manifest */
	assert_int_equal(unlink(path), 0);
	manifest_free(make_image("usual", CHUNK, 33));
	assert_int_equal(symlink("/etc/passwd", path), 0);
	s = create(NULL);
	assert_int_equal(get(s, 0, 0, 1), ENODATA);
	store_close(store_attach(dir, "usual"));
	store_close(s);

	/* links in place of directories are not followed, but replaced; the
	 * rights of what they point to stay */
	remove_tree(dir);
	assert_int_equal(mkdir(dir, 0777), 0);
	snprintf(other, sizeof other, "%s/other", dir);
	assert_int_equal(mkdir(other, 0700), 0);
	assert_int_equal(symlink("other", sub), 0);
	snprintf(names, sizeof names, "%s/names", dir);
	assert_int_equal(symlink("other", names), 0);
	assert_null(store_attach(dir, "usual"));
	s = create(NULL);
	assert_int_equal(put(s, 0), 0);
	s = (store_close(s), create(NULL));
	store_close(s);
	assert_int_equal(stat(other, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	remove_tree(dir);
}

static void
the_base_is_verified(void **state)
{
	struct store *s, *r;
	struct manifest *m = usual();
	char path[256];

	flip(image, 2 * CHUNK);
	s = store_create(dir, m, image);
	assert_non_null(s);
	r = store_attach(dir, "usual");
	assert_int_equal(store_bytes(s), 0);
	assert_int_equal(store_state(r, 0), CHUNK_FOUND);
	assert_true(store_in_base(s, 0));
	assert_int_equal(get(s, 0, 5, 5), 0);
	assert_int_equal(store_state(r, 0), CHUNK_HELD);
	store_evict(s, 0);
	assert_int_equal(get(r, 0, 5, 5), 0);
	assert_int_equal(get(s, N - 1, 0, LAST), 0);
	assert_int_equal(get(r, N - 1, 0, LAST), 0);

	/* a chunk that is wrong in the base is fetched from a peer, and is not
	 * read from the base again */
	assert_int_equal(get(s, 2, 5, 5), ENODATA);
	assert_int_equal(store_state(s, 2), CHUNK_ABSENT);
	assert_false(store_in_base(s, 2));
	assert_int_equal(put(s, 2), 0);
	assert_int_equal(get(r, 2, 5, 5), 0);
	assert_int_equal(store_bytes(s), CHUNK);
	store_evict(s, 2);
	assert_int_equal(store_state(s, 2), CHUNK_ABSENT);
	store_close(r);

	/* the link to the base must lead to the file that the router had opened
	 */
	path_of(s, "base", path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	r = store_attach(dir, "usual");
	assert_int_equal(get(s, 1, 0, 1), 0);
	assert_int_equal(get(r, 1, 0, 1), ENODATA);
	store_close(r);
	store_close(s);

	/* without the base the chunks that were only there are absent */
	s = create(NULL);
	for (uint32_t c = 0; c < N; c++)
		assert_int_equal(store_state(s, c), CHUNK_ABSENT);
	store_close(s);
}

static void
wrong_data_falls_back_to_the_base(void **state)
{
	struct store *s = create(NULL);
	char path[256];

	put(s, 0);
	put(s, 1);
	path_of(s, "data", path);
	store_close(s);
	flip(path, CHUNK + 1);
	s = create(image);
	assert_false(store_in_base(s, 0));
	assert_true(store_in_base(s, 2));
	assert_int_equal(get(s, 1, 0, CHUNK), 0);
	assert_true(store_in_base(s, 1));
	store_evict(s, 0);
	assert_true(store_in_base(s, 0));
	assert_int_equal(get(s, 0, 0, CHUNK), 0);
	assert_int_equal(store_bytes(s), 0);
	store_close(s);
}

static void
a_base_of_another_size(void **state)
{
	struct manifest *m = usual();

	assert_int_equal(truncate(image, CHUNK), 0);
	assert_null(store_create(dir, m, image));
	assert_int_equal(errno, EINVAL);
	assert_null(store_create(dir, usual(), "/"));
	assert_null(store_create(dir, usual(), "/nonexistent"));
	assert_int_equal(errno, ENOENT);
	assert_null(store_create("/nonexistent/dir", usual(), NULL));
	assert_null(store_open_image("/nonexistent", usual()));
	assert_int_equal(errno, ENOENT);
}

static void
a_base_that_shrinks(void **state)
{
	struct store *s = create(image);

	assert_int_equal(store_check(s, 3), 0);
	assert_int_equal(truncate(image, CHUNK), 0);
	assert_int_equal(get(s, 3, 0, 10), ENODATA);
	assert_int_equal(get(s, 2, 0, 10), ENODATA);
	assert_int_equal(get(s, 0, 0, 10), 0);
	assert_int_equal(put(s, 3), 0);
	assert_int_equal(get(s, 3, 0, 10), 0);
	store_close(s);
}

/* Makes an empty file `name` in the directory of the file at `path`, whose name
 * is `was`. */
static void
make_beside(const char *path, const char *was, const char *name)
{
	char other[256];
	int fd;

	snprintf(other, sizeof other, "%.*s%s",
		 (int)(strlen(path) - strlen(was)), path, name);
	fd = open(other, O_WRONLY | O_CREAT, 0666);
	assert_int_not_equal(fd, -1);
	close(fd);
}

static void
what_a_crash_left_is_forgotten(void **state)
{
	struct store *s = create(image);
	struct manifest *m = usual();
	struct digest id = m->id;
	char path[256];

	manifest_free(m);
	path_of(s, "map", path);
	store_close(s);
	make_beside(path, "map", "map.new");
	make_beside(path, "map", "profile.new");
	make_beside(path, "map", "manifest.a1B2c3");
	make_beside(path, "map", "manifest.mine");
	assert_int_equal(store_forget(dir, &id), -1);
	assert_int_equal(errno, ENOTEMPTY);
	assert_int_equal(access(path, F_OK), -1);
	*strrchr(path, '/') = '\0';
	strcat(path, "/manifest.mine");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(store_forget(dir, &id), 0);
	*strrchr(path, '/') = '\0';
	assert_int_equal(access(path, F_OK), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_found_store_is_verified),
	    TEST(a_map_that_is_not_ours_is_replaced),
	    TEST(a_later_map_that_is_usable),
	    TEST(wild_words),
	    TEST(directories_that_are_not),
	    TEST(the_base_is_verified),
	    TEST(wrong_data_falls_back_to_the_base),
	    TEST(a_base_of_another_size),
	    TEST(a_base_that_shrinks),
	    TEST(what_a_crash_left_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
