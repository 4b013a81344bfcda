/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/pread_all.h"
#include "lib/store_inside.h"

const struct manifest *
store_manifest(const struct store *s)
{
	return s->m;
}

/* Returns true if the chunk's map word is still `word`, after the bytes were
 * read.  The full barrier keeps the bytes from being read after this look. */
static bool
unchanged(const struct store *s, uint32_t chunk, uint32_t word)
{
	__sync_synchronize();
	return store_word(s, chunk) == word;
}

/* Changes a map word from `from` to `to`, and keeps count of the bytes in the
 * file `data`.  Returns false if the map word was not `from` any more, or if
 * this process only reads the map. */
static bool
change(const struct store *s, uint32_t chunk, uint32_t from, uint32_t to)
{
	uint32_t len = manifest_chunk_len(s->m, chunk);

	if (!s->marks ||
	    !atomic_compare_exchange_strong(&s->words[chunk], &from, to))
		return false;
	if (store_word_in_data(from) && !store_word_in_data(to))
		atomic_fetch_sub(&s->map->bytes, len);
	if (!store_word_in_data(from) && store_word_in_data(to))
		atomic_fetch_add(&s->map->bytes, len);
	return true;
}

static uint32_t
next_generation(uint32_t word, uint32_t flags)
{
	uint32_t generation = (word & ~(WORD_GENERATION - 1)) + WORD_GENERATION;

	return generation | (word & WORD_BASE_BAD) | flags;
}

/* Returns the map word that follows `word` when the chunk's bytes are wrong,
 * unreadable or dropped: ABSENT, or FOUND in a base that was not yet found
 * wrong. */
static uint32_t
without(const struct store *s, uint32_t word)
{
	if (word & WORD_BASE)
		return next_generation(word, CHUNK_ABSENT | WORD_BASE_BAD);
	if (s->map->has_base && !(word & WORD_BASE_BAD))
		return next_generation(word, CHUNK_FOUND | WORD_BASE);
	return next_generation(word, CHUNK_ABSENT);
}

enum chunk_state
store_state(const struct store *s, uint32_t chunk)
{
	return store_word_state(store_word(s, chunk));
}

bool
store_in_base(const struct store *s, uint32_t chunk)
{
	uint32_t word = store_word(s, chunk);

	return store_word_state(word) != CHUNK_ABSENT && (word & WORD_BASE);
}

uint64_t
store_bytes(const struct store *s)
{
	return atomic_load(&s->map->bytes);
}

static struct store_buffer *
take_buffer(const struct store *s)
{
	struct store_buffer *b;

	pthread_mutex_lock(&s->pool->lock);
	b = SLIST_FIRST(&s->pool->idle);
	if (b != NULL)
		SLIST_REMOVE_HEAD(&s->pool->idle, entry);
	pthread_mutex_unlock(&s->pool->lock);
	return b != NULL ? b : malloc(sizeof *b + s->m->chunk_size);
}

static void
give_buffer(const struct store *s, struct store_buffer *b)
{
	pthread_mutex_lock(&s->pool->lock);
	SLIST_INSERT_HEAD(&s->pool->idle, b, entry);
	pthread_mutex_unlock(&s->pool->lock);
}

static int
fd_of(const struct store *s, uint32_t word)
{
	return word & WORD_BASE ? s->base_fd : s->data_fd;
}

static off_t
start_of(const struct store *s, uint32_t chunk)
{
	return (off_t)chunk * s->m->chunk_size;
}

static int
pwrite_all(int fd, const uint8_t *buf, size_t len, off_t at)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, buf, len, at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return -1;
		buf += n;
		len -= n;
		at += n;
	}
	return 0;
}

/* Frees a chunk's space in the file `data`: a whole chunk_size also for a short
 * chunk, so that its last page is freed too.  If the file system cannot do
 * this, the space stays taken. */
static void
punch(const struct store *s, uint32_t chunk)
{
	int saved = errno;

	fallocate(s->data_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		  start_of(s, chunk), s->m->chunk_size);
	errno = saved;
}

/* Returns true if `error`, the errno value of a failed read, means that the
 * disk or the file has failed, and not, for example, that memory is short. */
static bool
medium_failed(int error)
{
	return error != ENOMEM && error != EAGAIN && error != EINVAL &&
	       error != EBADF;
}

/* Notes in the map that the bytes that `word` describes are wrong or
 * unreadable.  Does not free their space, since the router may have put the
 * chunk anew meanwhile, and these bytes would be lost. */
static void
give_up(const struct store *s, uint32_t chunk, uint32_t word)
{
	change(s, chunk, word, without(s, word));
}

/* Makes a HELD chunk FOUND.  If another process has changed the map word
 * meanwhile, that change stays. */
static void
doubt(const struct store *s, uint32_t chunk, uint32_t word)
{
	if (store_word_state(word) == CHUNK_HELD)
		change(s, chunk, word, (word & ~WORD_STATE) | CHUNK_FOUND);
}

/* Doubts the HELD chunks of the base if the image file was written to since
 * they were verified.  Returns false if it was, and this process only reads the
 * map. */
static bool
watch_base(const struct store *s)
{
	uint64_t was = atomic_load(&s->map->base_stamp), is;
	struct stat st;

	if (s->base_fd == -1 || fstat(s->base_fd, &st) == -1)
		return true;
	is = store_stamp(&st);
	if (is == was)
		return true;
	if (!s->marks)
		return false;
	for (uint32_t c = 0; c < s->m->nchunks; c++) {
		uint32_t word = store_word(s, c);

		if (word & WORD_BASE)
			doubt(s, c, word);
	}
	/* the stamp is set last, so that a process that looks before that makes
	 * the chunks FOUND, too */
	atomic_compare_exchange_strong(&s->map->base_stamp, &was, is);
	return true;
}

void
store_watch_base(const struct store *s)
{
	if (s->base_medium != STORE_AWAY)
		(void)watch_base(s);
}

/* Reads a whole FOUND chunk, and makes it HELD if its bytes are right.  Returns
 * 0 if buf has the right bytes, even if the map word has changed meanwhile.
 * Returns -1 and EBADMSG if the bytes are wrong or unreadable; the map says so
 * afterwards, unless the map word had changed or this process only reads it. */
static int
verify(const struct store *s, uint32_t chunk, uint32_t word, uint8_t *buf)
{
	uint32_t len = manifest_chunk_len(s->m, chunk);
	int fd = fd_of(s, word);

	if (fd == -1) {
		errno = ENODATA;
		return -1;
	}
	if (pread_all(fd, buf, len, start_of(s, chunk)) == -1) {
		if (!medium_failed(errno))
			return -1;
	} else if (manifest_chunk_ok(s->m, chunk, buf)) {
		change(s, chunk, word, (word & ~WORD_STATE) | CHUNK_HELD);
		return 0;
	}
	give_up(s, chunk, word);
	errno = EBADMSG;
	return -1;
}

int
store_check(const struct store *s, uint32_t chunk)
{
	struct store_buffer *b = NULL;
	int error = ENODATA, result = -1;

	for (;;) {
		uint32_t word = store_word(s, chunk);
		enum chunk_state state = store_word_state(word);

		if (state == CHUNK_HELD)
			result = 0;
		if (state != CHUNK_FOUND)
			break;
		if (b == NULL)
			b = take_buffer(s);
		if (b == NULL)
			return -1;
		result = verify(s, chunk, word, b->bytes);
		if (result == 0 || errno != EBADMSG) {
			error = errno;
			break;
		}
		error = EBADMSG;
		if (!s->marks)
			break;
	}
	if (b != NULL)
		give_buffer(s, b);
	if (result == -1)
		errno = error;
	return result;
}

/* Verifies a whole FOUND chunk and copies a part of it to buf.  If the part is
 * the whole chunk, it is read straight into buf.  Returns 0, or -1 and
 * errno. */
static int
read_found(const struct store *s, uint32_t chunk, uint32_t word,
	   uint32_t offset, void *buf, uint32_t len)
{
	struct store_buffer *b;
	int result;

	if (len == manifest_chunk_len(s->m, chunk))
		return verify(s, chunk, word, buf);
	b = take_buffer(s);
	if (b == NULL)
		return -1;
	result = verify(s, chunk, word, b->bytes);
	if (result == 0)
		memcpy(buf, b->bytes + offset, len);
	give_buffer(s, b);
	return result;
}

/* Reads a part of a HELD chunk.  Returns 0, or -1 and errno; EBADMSG: the map
 * word has changed meanwhile, and the caller is to look at it again. */
static int
read_held(const struct store *s, uint32_t chunk, uint32_t word, uint32_t offset,
	  void *buf, uint32_t len)
{
	int fd = fd_of(s, word);

	if (fd == -1) {
		errno = ENODATA;
		return -1;
	}
	if (pread_all(fd, buf, len, start_of(s, chunk) + offset) == -1) {
		if (!medium_failed(errno))
			return -1;
		give_up(s, chunk, word);
		errno = s->marks ? EBADMSG : ENODATA;
		return -1;
	}
	if ((word & WORD_BASE) && !watch_base(s)) {
		errno = ENODATA;
		return -1;
	}
	if (unchanged(s, chunk, word))
		return 0;
	errno = EBADMSG;
	return -1;
}

static inline __attribute__((always_inline)) int
read_chunk(const struct store *s, uint32_t chunk, uint32_t offset, void *buf,
	   uint32_t len, bool verifies)
{
	assert(chunk < s->m->nchunks);
	assert(offset <= manifest_chunk_len(s->m, chunk) &&
	       len <= manifest_chunk_len(s->m, chunk) - offset);
	for (;;) {
		uint32_t word = store_word(s, chunk);
		int result = -1;

		switch (store_word_state(word)) {
		case CHUNK_ABSENT:
			errno = ENODATA;
			return -1;
		case CHUNK_FOUND:
			if (!verifies && !s->marks) {
				errno = ENODATA;
				return -1;
			}
			result = read_found(s, chunk, word, offset, buf, len);
			if (!s->marks)
				return result;
			break;
		case CHUNK_HELD:
			result = read_held(s, chunk, word, offset, buf, len);
			break;
		}
		/* EBADMSG means that the map word has changed */
		if (result == 0 || errno != EBADMSG)
			return result;
	}
}

int
store_read(const struct store *s, uint32_t chunk, uint32_t offset, void *buf,
	   uint32_t len)
{
	return read_chunk(s, chunk, offset, buf, len, false);
}

int
store_read_found(const struct store *s, uint32_t chunk, uint32_t offset,
		 void *buf, uint32_t len)
{
	return read_chunk(s, chunk, offset, buf, len, true);
}

int
store_locate(const struct store *s, uint32_t chunk, off_t *offset)
{
	uint32_t word = store_word(s, chunk);
	int fd = fd_of(s, word);

	if (store_word_state(word) != CHUNK_HELD || fd == -1) {
		errno = ENODATA;
		return -1;
	}
	*offset = start_of(s, chunk);
	return fd;
}

int
store_put(struct store *s, uint32_t chunk, const void *data)
{
	if (!manifest_chunk_ok(s->m, chunk, data)) {
		errno = EBADMSG;
		return -1;
	}
	return store_put_right(s, chunk, data);
}

int
store_put_right(struct store *s, uint32_t chunk, const void *data)
{
	uint32_t word;

	assert(s->router);
	/* The chunk may be in the store already, with right bytes. */
	if (store_check(s, chunk) == 0)
		return 0;
	/* The chunk is ABSENT now, or FOUND and unreadable.  When it is ABSENT,
	 * only the router changes it. */
	do
		word = store_word(s, chunk);
	while (!change(s, chunk, word, next_generation(word, CHUNK_ABSENT)));
	word = next_generation(word, CHUNK_ABSENT);
	__sync_synchronize();
	if (pwrite_all(s->data_fd, data, manifest_chunk_len(s->m, chunk),
		       start_of(s, chunk)) == -1) {
		punch(s, chunk);
		return -1;
	}
	__sync_synchronize();
	change(s, chunk, word, next_generation(word, CHUNK_HELD));
	return 0;
}

void
store_doubt(struct store *s, uint32_t chunk)
{
	assert(s->router);
	doubt(s, chunk, store_word(s, chunk));
}

void
store_evict(struct store *s, uint32_t chunk)
{
	uint32_t word;

	assert(s->router);
	do {
		word = store_word(s, chunk);
		if (!store_word_in_data(word))
			return;
	} while (!change(s, chunk, word, without(s, word)));
	__sync_synchronize();
	punch(s, chunk);
}
