/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file finds out where a store's bytes lie, and whether reading them may
 * block: because of a disk, or of another machine whose file system is mounted.
 * If the disk or the machine is gone, such a read never ends. */
#include <errno.h>
#include <linux/magic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/store_inside.h"

#ifndef SYS_cachestat
/* number of the system call cachestat (since Linux 6.5) on all architectures
 * but Alpha */
#define SYS_cachestat 451
#endif

struct cache_range {
	uint64_t at, len;
};

/* The same as struct cachestat in Linux's linux/mman.h. */
struct cache_state {
	uint64_t cached, dirty, writeback, evicted,
	    recently_evicted; /* numbers of pages, all five */
};

/* Returns on which medium a file lies.  A file system counts as a disk if it
 * supports RWF_NOWAIT, by which a read takes bytes only from the kernel's
 * cache. */
static enum store_medium
medium_of(int fd)
{
	uint8_t byte;
	struct iovec v = {.iov_base = &byte, .iov_len = 1};
	struct statfs fs;

	if (fd == -1)
		return STORE_MEMORY;
	if (fstatfs(fd, &fs) == -1)
		return STORE_AWAY;
	if (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)
		return STORE_MEMORY;
	return preadv2(fd, &v, 1, 0, RWF_NOWAIT) >= 0 || errno == EAGAIN
		   ? STORE_DISK
		   : STORE_AWAY;
}

bool
store_find_media(struct store *s)
{
	s->data_medium = medium_of(s->data_fd);
	s->base_medium = medium_of(s->base_fd);
	return s->data_medium != STORE_MEMORY || s->base_medium != STORE_MEMORY;
}

static enum store_medium
medium_at(const struct store *s, uint32_t word)
{
	return word & WORD_BASE ? s->base_medium : s->data_medium;
}

bool
store_on_disk(const struct store *s, uint32_t chunk)
{
	uint32_t word = store_word(s, chunk);

	return store_word_state(word) != CHUNK_ABSENT &&
	       medium_at(s, word) != STORE_MEMORY;
}

bool
store_writes_wait(const struct store *s)
{
	return s->data_medium != STORE_MEMORY;
}

/* For kernels that have no cachestat: returns true if len bytes can be read
 * without blocking. */
static bool
reads_at_once(int fd, uint64_t at, uint64_t len)
{
	char scratch[16384];
	struct iovec v = {.iov_base = scratch};

	while (len > 0) {
		ssize_t n;

		v.iov_len = len < sizeof scratch ? len : sizeof scratch;
		n = preadv2(fd, &v, 1, at, RWF_NOWAIT);
		if (n <= 0)
			return false;
		at += n;
		len -= n;
	}
	return true;
}

static bool
is_cached(const struct store *s, uint32_t chunk, int fd)
{
	uint64_t page = sysconf(_SC_PAGESIZE);
	struct cache_range r = {.at = (uint64_t)chunk * s->m->chunk_size,
				.len = manifest_chunk_len(s->m, chunk)};
	struct cache_state c = {.cached = 0};

	if (syscall(SYS_cachestat, fd, &r, &c, 0) == 0)
		return c.cached >= (r.len + page - 1) / page;
	return errno == ENOSYS && reads_at_once(fd, r.at, r.len);
}

bool
store_waits(const struct store *s, uint32_t chunk)
{
	uint32_t word = store_word(s, chunk);
	enum store_medium medium = medium_at(s, word);

	if (medium == STORE_MEMORY || store_word_state(word) == CHUNK_ABSENT)
		return false;
	return medium == STORE_AWAY || store_word_state(word) != CHUNK_HELD ||
	       !is_cached(s, chunk, word & WORD_BASE ? s->base_fd : s->data_fd);
}
