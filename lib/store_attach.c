/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file opens a store for a reader.  A reader creates nothing, and finds
 * only stores that a router has opened since the machine booted. */
#include "lib/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/store_inside.h"
/* Opens the base, if the link `base` still leads to the file that the router
 * has opened. */
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
	s->base_fd = store_open_base(path, s->m, &st);
	if (s->base_fd != -1 &&
	    (st.st_dev != s->map->base_dev || st.st_ino != s->map->base_ino)) {
		close(s->base_fd);
		s->base_fd = -1;
	}
}

/* Reads the manifest in the directory sub.  Returns NULL and sets errno on
 * failure; EINVAL: the manifest has another id. */
static struct manifest *
read_manifest(int sub, const struct digest *id)
{
	AUTO_CLOSE int fd = -1;
	struct manifest *m;
	off_t size;

	fd = store_open_own(sub, "manifest", O_RDONLY, &size);
	if (fd == -1)
		return NULL;
	m = manifest_read(fd, NULL);
	if (m == NULL || digest_equal(&m->id, id))
		return m;
	manifest_free(m);
	errno = EINVAL;
	return NULL;
}

/* Returns true if a router has opened the store since the machine booted, even
 * if that router was killed since. */
static bool
is_open(const struct map_header *h)
{
	uint8_t boot[16];

	store_this_boot(boot);
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
		fd = store_open_own(sub, "map", O_RDONLY, &size);
	return fd != -1 && pread(fd, &h, sizeof h, 0) == sizeof h &&
	       is_open(&h);
}

static int
attach(struct store *s)
{
	off_t size;

	if (store_map(s) == -1)
		return -1;
	if (!is_open(s->map)) {
		errno = ENOENT;
		return -1;
	}
	s->data_fd = store_open_own(s->dir_fd, "data", O_RDONLY, &size);
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
	p = mmap(NULL, store_map_bytes(m), PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		goto fail;
	s->map = p;
	s->map_len = store_map_bytes(m);
	s->marks = true;
	s->words = (_Atomic uint32_t *)((char *)p + MAP_HEADER);
	s->base_fd = store_open_base(image_file, m, &st);
	if (s->base_fd == -1)
		goto fail;
	s->map->base_stamp = store_stamp(&st);
	s->map->has_base = 1;
	store_reuse_words(s);
	return s;
fail:
	store_close(s);
	return NULL;
}
