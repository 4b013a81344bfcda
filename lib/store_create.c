/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file opens a store for a router: it locks the store's directory, so that
 * no other router has the store open, and makes the files that are missing or
 * damaged.
 */
#include "lib/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/regain.h"
#include "lib/store_inside.h"
#include "lib/write_all.h"
static int
map_fresh(struct store *s)
{
	static const char temp[] = "map.new";
	AUTO_CLOSE int fd = -1;
	int error;

	store_remove(s->dir_fd, temp);
	fd =
	    openat(s->dir_fd, temp, O_RDWR | O_CREAT | O_EXCL | OWN_FILE, 0666);
	if (fd == -1)
		return -1;
	error = posix_fallocate(fd, 0, store_map_bytes(s->m));
	if (error != 0)
		goto fail;
	if (store_map_file(s, fd) == -1) {
		error = errno;
		goto fail;
	}
	store_fill_header(s->map, s->m);
	if (renameat(s->dir_fd, temp, s->dir_fd, "map") == 0)
		return 0;
	store_remove(s->dir_fd, "map");
	if (renameat(s->dir_fd, temp, s->dir_fd, "map") == 0)
		return 0;
	error = errno;
fail:
	store_remove(s->dir_fd, temp);
	errno = error;
	return -1;
}

static int
set_base(struct store *s, const char *image_file)
{
	AUTO_FREE char *path = NULL;
	struct stat st;
	uid_t user;

	s->map->has_base = 0;
	if (image_file == NULL) {
		store_remove(s->dir_fd, "base");
		return 0;
	}
	user = regain_root();
	path = realpath(image_file, NULL);
	regain_end(user);
	if (path == NULL)
		return -1;
	s->base_fd = store_open_base(path, s->m, &st);
	if (s->base_fd == -1 || store_link(s->dir_fd, "base", path) == -1)
		return -1;
	s->map->base_dev = st.st_dev;
	s->map->base_ino = st.st_ino;
	s->map->base_stamp = store_stamp(&st);
	s->map->has_base = 1;
	return 0;
}

static int
open_data(struct store *s, bool fresh)
{
	off_t size;

	s->data_fd = store_open_own(s->dir_fd, "data", O_RDWR | O_CREAT, &size);
	if (s->data_fd == -1 && errno == EINVAL) {
		if (store_remove(s->dir_fd, "data") == -1)
			return -1;
		s->data_fd =
		    store_open_own(s->dir_fd, "data", O_RDWR | O_CREAT, &size);
	}
	if (s->data_fd == -1)
		return -1;
	if (fresh)
		return ftruncate(s->data_fd, 0);
	if ((uint64_t)size > s->m->size)
		return ftruncate(s->data_fd, s->m->size);
	return 0;
}

/* Frees the space in the file `data` where the map has no chunk, such as the
 * space of a chunk that was only half written when the router was killed. */
static void
trim_data(struct store *s)
{
	uint32_t first = 0;

	for (uint32_t c = 0; c <= s->m->nchunks; c++) {
		if (c < s->m->nchunks && !store_word_in_data(s->words[c]))
			continue;
		if (c > first)
			fallocate(s->data_fd,
				  FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				  (off_t)first * s->m->chunk_size,
				  (off_t)(c - first) * s->m->chunk_size);
		first = c + 1;
	}
}

static int
keep_manifest(struct store *s, const char *dir)
{
	AUTO_CLOSE int fd = -1;
	AUTO_FREE char *path = NULL;
	struct manifest *found = NULL;
	char hex[DIGEST_HEX];
	bool same;
	off_t size;

	fd = store_open_own(s->dir_fd, "manifest", O_RDONLY, &size);
	if (fd != -1)
		found = manifest_read(fd, NULL);
	same = found != NULL && digest_equal(&found->id, &s->m->id);
	manifest_free(found);
	if (same)
		return 0;
	if (fd == -1 && errno == EINVAL)
		store_remove(s->dir_fd, "manifest");
	if (asprintf(&path, "%s/%s/manifest", dir,
		     digest_hex(&s->m->id, hex)) == -1)
		return -1;
	return manifest_save(s->m, path);
}

int
store_put_profile(struct store *s, const char *text, size_t len)
{
	static const char fresh[] = "profile.new";
	AUTO_CLOSE int fd = -1;

	store_remove(s->dir_fd, fresh);
	fd = openat(s->dir_fd, fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0644);
	if (fd == -1)
		return -1;
	if (write_all(fd, text, len) == -1) {
		store_remove(s->dir_fd, fresh);
		return -1;
	}
	return renameat(s->dir_fd, fresh, s->dir_fd, "profile");
}

/* Makes the directory DIR/ID and locks it.  The lock is on the directory, so
 * that it holds when files there are replaced.  Returns 0, or -1 and errno;
 * EBUSY: another router has locked the directory. */
static int
lock_dir(struct store *s, int at)
{
	char hex[DIGEST_HEX];

	s->dir_fd = store_subdir(at, digest_hex(&s->m->id, hex), true);
	if (s->dir_fd == -1)
		return -1;
	if (flock(s->dir_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		errno = EBUSY;
	return -1;
}

/* Adds the rights in `mode` to those of a file or directory.  A link is not
 * followed: a stranger may have made it. */
static void
add_rights(int at, const char *name, mode_t mode)
{
	AUTO_CLOSE int fd =
	    openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd != -1 && fstat(fd, &st) == 0 &&
	    (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) &&
	    (st.st_mode & mode) != mode)
		(void)fchmod(fd, (st.st_mode & 07777) | mode);
}

/* Lets all users read the store, as those that are made now: earlier versions
 * made stores with the rights that their umask left, and nbdkit has a user of
 * its own. */
static void
let_read(const struct store *s, int at)
{
	static const char *const files[] = {"map", "data", "manifest",
					    "profile"};

	add_rights(s->dir_fd, ".", 0755);
	add_rights(at, "names", 0755);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		add_rights(s->dir_fd, files[i], 0644);
}

static int
create(struct store *s, const char *dir, int at, const char *image_file)
{
	bool fresh = false;
	int map_fd;

	if (lock_dir(s, at) == -1)
		return -1;
	s->router = true;
	map_fd = store_map(s);
	if (map_fd == -1 && (errno == ENOENT || errno == EINVAL)) {
		fresh = true;
		map_fd = map_fresh(s);
	}
	if (map_fd == -1 || open_data(s, fresh) == -1 ||
	    set_base(s, image_file) == -1)
		return -1;
	store_reuse_words(s);
	if (!fresh)
		trim_data(s);
	if (keep_manifest(s, dir) == -1)
		return -1;
	store_this_boot(s->map->boot);
	let_read(s, at);
	return store_set_name(at, s->m->name, &s->m->id);
}

struct store *
store_create(const char *dir, struct manifest *m, const char *image_file)
{
	AUTO_CLOSE int at = -1;
	struct store *s = store_new(m);

	if (s == NULL)
		return NULL;
	if (mkdir(dir, 0777) == 0 || errno == EEXIST)
		at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at == -1 || create(s, dir, at, image_file) == -1) {
		store_close(s);
		return NULL;
	}
	return s;
}
