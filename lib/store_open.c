/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Opening a store: what is found on disk is checked field by field, since the
 * map will be trusted, and mapped memory that is not there is a signal.  A map
 * that is not good is never repaired in place: processes may have it mapped.
 * A new one takes its name. */
#include "lib/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/store_inside.h"
#include "lib/write_all.h"

#define OWN_FILE (O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

static size_t
map_bytes(const struct manifest *m)
{
	return MAP_HEADER + (size_t)m->nchunks * sizeof(uint32_t);
}

/* Never zeros: those mean that the store is closed. */
static void
this_boot(uint8_t boot[16])
{
	AUTO_CLOSE int fd =
	    open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	memset(boot, 1, 16);
	/* 36 characters of a UUID: its first 16 will do */
	if (fd != -1 && read(fd, boot, 16) < 0)
		memset(boot, 1, 16);
}

/* Takes m, so that there is one place that frees it. */
static struct store *
store_new(struct manifest *m)
{
	struct store *s = calloc(1, sizeof *s);
	struct store_pool *pool = calloc(1, sizeof *pool);

	if (s == NULL || pool == NULL) {
		free(s);
		free(pool);
		manifest_free(m);
		errno = ENOMEM;
		return NULL;
	}
	pthread_mutex_init(&pool->lock, NULL);
	s->m = m;
	s->pool = pool;
	s->dir_fd = s->data_fd = s->base_fd = -1;
	return s;
}

static void
free_pool(struct store_pool *pool)
{
	struct store_buffer *b;

	while ((b = SLIST_FIRST(&pool->idle)) != NULL) {
		SLIST_REMOVE_HEAD(&pool->idle, entry);
		free(b);
	}
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

static void
close_fd(int fd)
{
	if (fd != -1)
		close(fd);
}

void
store_close(struct store *s)
{
	int saved = errno;

	if (s == NULL)
		return;
	if (s->router && s->map != NULL)
		memset(s->map->boot, 0, sizeof s->map->boot);
	if (s->map != NULL)
		munmap(s->map, s->map_len);
	close_fd(s->data_fd);
	close_fd(s->base_fd);
	close_fd(s->dir_fd);
	free_pool(s->pool);
	manifest_free(s->m);
	free(s);
	errno = saved;
}

/* A regular file in the store's own directory, or EINVAL. */
static int
open_own(int at, const char *name, int flags, off_t *size)
{
	AUTO_CLOSE int fd = openat(at, name, flags | OWN_FILE, 0666);
	struct stat st;

	if (fd == -1) {
		if (errno == ELOOP || errno == EISDIR || errno == ENXIO)
			errno = EINVAL;
		return -1;
	}
	if (fstat(fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	*size = st.st_size;
	return TAKE_FD(fd);
}

static int
map_file(struct store *s, int fd)
{
	void *p = mmap(NULL, map_bytes(s->m), PROT_READ | PROT_WRITE,
		       MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return -1;
	s->map = p;
	s->map_len = map_bytes(s->m);
	s->words = (_Atomic uint32_t *)((char *)p + MAP_HEADER);
	return 0;
}

static void
fill_header(struct map_header *h, const struct manifest *m)
{
	memcpy(h->magic, MAP_MAGIC, sizeof h->magic);
	h->version = MAP_VERSION;
	h->chunk_size = m->chunk_size;
	h->size = m->size;
	h->nchunks = m->nchunks;
	memcpy(h->id, m->id.b, sizeof h->id);
}

static bool
header_ok(const struct map_header *h, const struct manifest *m)
{
	struct map_header want;

	fill_header(&want, m);
	return memcmp(h->magic, want.magic, sizeof want.magic) == 0 &&
	       h->version == want.version && h->chunk_size == want.chunk_size &&
	       h->size == want.size && h->nchunks == want.nchunks &&
	       memcmp(h->id, want.id, sizeof want.id) == 0;
}

/* The map as it lies there.  EINVAL: it is not one of this image. */
static int
map_existing(struct store *s)
{
	AUTO_CLOSE int fd = -1;
	off_t size;
	int error;

	fd = open_own(s->dir_fd, "map", O_RDWR, &size);
	if (fd == -1)
		return -1;
	if ((uint64_t)size != map_bytes(s->m)) {
		errno = EINVAL;
		return -1;
	}
	if (s->router) {
		/* a hole that the disk has no room for would be a SIGBUS */
		error = posix_fallocate(fd, 0, size);
		if (error != 0) {
			errno = error;
			return -1;
		}
	}
	if (map_file(s, fd) == -1)
		return -1;
	if (header_ok(s->map, s->m))
		return 0;
	munmap(s->map, s->map_len);
	s->map = NULL;
	errno = EINVAL;
	return -1;
}

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
	error = posix_fallocate(fd, 0, map_bytes(s->m));
	if (error != 0)
		goto fail;
	if (map_file(s, fd) == -1) {
		error = errno;
		goto fail;
	}
	fill_header(s->map, s->m);
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

/* The image of a seed: a file or disk of just the right size. */
static int
open_base(const char *path, const struct manifest *m, struct stat *st)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	uint64_t size;

	if (fd == -1 || fstat(fd, st) == -1)
		return -1;
	size = st->st_size;
	if (S_ISBLK(st->st_mode) && ioctl(fd, BLKGETSIZE64, &size) == -1)
		return -1;
	if ((!S_ISBLK(st->st_mode) && !S_ISREG(st->st_mode)) ||
	    size != m->size) {
		errno = EINVAL;
		return -1;
	}
	return TAKE_FD(fd);
}

uint64_t
store_stamp(const struct stat *st)
{
	uint64_t ns = (uint64_t)st->st_mtim.tv_sec * 1000000000 +
		      (uint64_t)st->st_mtim.tv_nsec;

	return ns * 31 + (uint64_t)st->st_size;
}

static int
set_base(struct store *s, const char *image_file)
{
	AUTO_FREE char *path = NULL;
	struct stat st;

	s->map->has_base = 0;
	if (image_file == NULL) {
		store_remove(s->dir_fd, "base");
		return 0;
	}
	path = realpath(image_file, NULL);
	if (path == NULL)
		return -1;
	s->base_fd = open_base(path, s->m, &st);
	if (s->base_fd == -1 || store_link(s->dir_fd, "base", path) == -1)
		return -1;
	s->map->base_dev = st.st_dev;
	s->map->base_ino = st.st_ino;
	s->map->base_stamp = store_stamp(&st);
	s->map->has_base = 1;
	return 0;
}

char *
store_base(const struct store *s)
{
	char path[PATH_MAX];
	ssize_t len = readlinkat(s->dir_fd, "base", path, sizeof path - 1);

	if (!s->map->has_base || len == -1)
		return NULL;
	path[len] = '\0';
	return strdup(path);
}

/* A reader's: the file that the router means, or none. */
static void
find_base(struct store *s)
{
	char path[4096];
	ssize_t len;
	struct stat st;

	if (!s->map->has_base)
		return;
	len = readlinkat(s->dir_fd, "base", path, sizeof path - 1);
	if (len == -1)
		return;
	path[len] = '\0';
	s->base_fd = open_base(path, s->m, &st);
	if (s->base_fd != -1 &&
	    (st.st_dev != s->map->base_dev || st.st_ino != s->map->base_ino)) {
		close(s->base_fd);
		s->base_fd = -1;
	}
}

static int
open_data(struct store *s, bool fresh)
{
	off_t size;

	s->data_fd = open_own(s->dir_fd, "data", O_RDWR | O_CREAT, &size);
	if (s->data_fd == -1 && errno == EINVAL) {
		if (store_remove(s->dir_fd, "data") == -1)
			return -1;
		s->data_fd =
		    open_own(s->dir_fd, "data", O_RDWR | O_CREAT, &size);
	}
	if (s->data_fd == -1)
		return -1;
	if (fresh)
		return ftruncate(s->data_fd, 0);
	if ((uint64_t)size > s->m->size)
		return ftruncate(s->data_fd, s->m->size);
	return 0;
}

/* Chunks that an earlier run left in data are FOUND; generations go on from
 * where they were, for processes that have had the map open all along. */
static void
reuse_words(struct store *s)
{
	const uint32_t flags = WORD_GENERATION - 1;
	uint64_t bytes = 0;

	for (uint32_t c = 0; c < s->m->nchunks; c++) {
		uint32_t old = atomic_load(&s->words[c]), word;

		word = (old & ~flags) + WORD_GENERATION;
		if (store_word_in_data(old)) {
			word |= CHUNK_FOUND;
			bytes += manifest_chunk_len(s->m, c);
		} else if (s->map->has_base) {
			word |= CHUNK_FOUND | WORD_BASE;
		}
		atomic_store(&s->words[c], word);
	}
	atomic_store(&s->map->bytes, bytes);
}

/* Frees what data has beyond what the words speak of: a put that was cut
 * short, a map that was lost. */
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

	fd = open_own(s->dir_fd, "manifest", O_RDONLY, &size);
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

/* DIR/ID, made and locked.  The lock is on the directory, so that it holds
 * whatever becomes of the files. */
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

static int
create(struct store *s, const char *dir, int at, const char *image_file)
{
	bool fresh = false;
	int map_fd;

	if (lock_dir(s, at) == -1)
		return -1;
	s->router = true;
	map_fd = map_existing(s);
	if (map_fd == -1 && (errno == ENOENT || errno == EINVAL)) {
		fresh = true;
		map_fd = map_fresh(s);
	}
	if (map_fd == -1 || open_data(s, fresh) == -1 ||
	    set_base(s, image_file) == -1)
		return -1;
	reuse_words(s);
	if (!fresh)
		trim_data(s);
	if (keep_manifest(s, dir) == -1)
		return -1;
	this_boot(s->map->boot);
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

/* The manifest in DIR/ID, which must be the one of that id. */
static struct manifest *
read_manifest(int sub, const struct digest *id)
{
	AUTO_CLOSE int fd = -1;
	struct manifest *m;
	off_t size;

	fd = open_own(sub, "manifest", O_RDONLY, &size);
	if (fd == -1)
		return NULL;
	m = manifest_read(fd, NULL);
	if (m == NULL || digest_equal(&m->id, id))
		return m;
	manifest_free(m);
	errno = EINVAL;
	return NULL;
}

/* Opened by a router of this boot, be it that it has died since. */
static bool
is_open(const struct map_header *h)
{
	uint8_t boot[16];

	this_boot(boot);
	return memcmp(h->boot, boot, sizeof boot) == 0;
}

bool
store_is_open(int at, const struct digest *id)
{
	AUTO_CLOSE int sub = -1;
	AUTO_CLOSE int fd = -1;
	struct map_header h;
	char hex[DIGEST_HEX];
	off_t size;

	sub = store_subdir(at, digest_hex(id, hex), false);
	if (sub != -1)
		fd = open_own(sub, "map", O_RDONLY, &size);
	return fd != -1 && pread(fd, &h, sizeof h, 0) == sizeof h &&
	       is_open(&h);
}

static int
attach(struct store *s)
{
	off_t size;

	if (map_existing(s) == -1)
		return -1;
	if (!is_open(s->map)) {
		errno = ENOENT;
		return -1;
	}
	s->data_fd = open_own(s->dir_fd, "data", O_RDONLY, &size);
	if (s->data_fd == -1)
		return -1;
	find_base(s);
	return 0;
}

struct store *
store_attach(const char *dir, const char *name)
{
	AUTO_CLOSE int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_CLOSE int sub = -1;
	char hex[DIGEST_HEX];
	struct digest id;
	struct manifest *m;
	struct store *s;

	if (at == -1 || store_resolve(at, name, &id) == -1)
		return NULL;
	sub = store_subdir(at, digest_hex(&id, hex), false);
	m = sub == -1 ? NULL : read_manifest(sub, &id);
	s = m == NULL ? NULL : store_new(m);
	if (s == NULL)
		return NULL;
	s->dir_fd = TAKE_FD(sub);
	if (attach(s) == -1) {
		store_close(s);
		return NULL;
	}
	return s;
}

struct store *
store_open_image(const char *image_file, struct manifest *m)
{
	struct store *s = store_new(m);
	struct stat st;
	void *p;

	if (s == NULL)
		return NULL;
	p = mmap(NULL, map_bytes(m), PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		goto fail;
	s->map = p;
	s->map_len = map_bytes(m);
	s->words = (_Atomic uint32_t *)((char *)p + MAP_HEADER);
	s->base_fd = open_base(image_file, m, &st);
	if (s->base_fd == -1)
		goto fail;
	s->map->base_stamp = store_stamp(&st);
	s->map->has_base = 1;
	reuse_words(s);
	return s;
fail:
	store_close(s);
	return NULL;
}
