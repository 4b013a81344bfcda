/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file has what a router and a reader both need to open a store.  A map
 * that is found on disk is checked field by field, since it will be trusted.
 * It must have its full length, since reading mapped memory beyond the file's
 * end raises SIGBUS.  A bad map is never repaired in place, since processes may
 * have it mapped: a new file is given its name (store_create.c). */
#include "lib/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/regain.h"
#include "lib/store_inside.h"

size_t
store_map_bytes(const struct manifest *m)
{
	return MAP_HEADER + (size_t)m->nchunks * sizeof(uint32_t);
}

void
store_this_boot(uint8_t boot[16])
{
	AUTO_CLOSE int fd =
	    open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	memset(boot, 1, 16);
	/* the file has the 36 characters of a UUID; the first 16 are unique
	 * enough */
	if (fd != -1 && read(fd, boot, 16) < 0)
		memset(boot, 1, 16);
}

struct store *
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

int
store_open_own(int at, const char *name, int flags, off_t *size)
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

int
store_map_file(struct store *s, int fd)
{
	int prot = s->router ? PROT_READ | PROT_WRITE : PROT_READ;
	void *p = mmap(NULL, store_map_bytes(s->m), prot, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return -1;
	s->map = p;
	s->map_len = store_map_bytes(s->m);
	s->marks = s->router;
	s->words = (_Atomic uint32_t *)((char *)p + MAP_HEADER);
	return 0;
}

void
store_fill_header(struct map_header *h, const struct manifest *m)
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

	store_fill_header(&want, m);
	return memcmp(h->magic, want.magic, sizeof want.magic) == 0 &&
	       map_version_ok(h) && h->chunk_size == want.chunk_size &&
	       h->size == want.size && h->nchunks == want.nchunks &&
	       memcmp(h->id, want.id, sizeof want.id) == 0;
}

int
store_map(struct store *s)
{
	AUTO_CLOSE int fd = -1;
	off_t size;
	int error;

	fd = store_open_own(s->dir_fd, "map", s->router ? O_RDWR : O_RDONLY,
			    &size);
	if (fd == -1)
		return -1;
	if ((uint64_t)size != store_map_bytes(s->m)) {
		errno = EINVAL;
		return -1;
	}
	if (s->router) {
		/* writing to a mapped hole on a full disk would raise SIGBUS */
		error = posix_fallocate(fd, 0, size);
		if (error != 0) {
			errno = error;
			return -1;
		}
	}
	if (store_map_file(s, fd) == -1)
		return -1;
	if (header_ok(s->map, s->m))
		return 0;
	munmap(s->map, s->map_len);
	s->map = NULL;
	errno = EINVAL;
	return -1;
}

int
store_open_base(const char *path, const struct manifest *m, struct stat *st)
{
	/* a router that is not root yet may open what root alone can read */
	const uid_t user = regain_root();
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	uint64_t size;

	regain_end(user);
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

void
store_reuse_words(struct store *s)
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
