/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* store_inside: shared by the files of the store, and seen by nobody else.
 *
 * The map: a page of header, then one word per chunk.
 *
 *   bits 0-1  enum chunk_state
 *   bit  2    the bytes lie in the base, not in data
 *   bit  3    the base was read and is wrong here: do not go back to it
 *   bits 8-   generation
 *
 * Changes of a word.  Any process: FOUND to HELD, and FOUND or HELD to
 * ABSENT or to FOUND in the base, by compare and exchange against the word that
 * it read before the bytes; HELD to FOUND in the base, when its file has been
 * written to.  The router alone: everything else.  It takes the
 * chunk to ABSENT, with a new generation, before it touches the bytes, and to
 * HELD, with another, after.  So bytes between two equal words are good.
 */
#ifndef VF_LIB_STORE_INSIDE_H
#define VF_LIB_STORE_INSIDE_H

#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

#include "lib/store.h"

/* Flags for a file of the store, whoever may have put it there. */
#define OWN_FILE (O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

#define WORD_STATE 3U
#define WORD_BASE 4U
#define WORD_BASE_BAD 8U
#define WORD_GENERATION 256U

#define MAP_MAGIC "VFSTORE\n"
#define MAP_VERSION 1
#define MAP_HEADER 4096 /* bytes */

/* The map's first page, in the byte order of the machine; another order is
 * another version.  It grows at its end: where a version that does not know a
 * field has left it, it is 0. */
struct map_header {
	char magic[8];
	uint32_t version;
	uint32_t chunk_size;
	uint64_t size;
	uint32_t nchunks;
	uint32_t has_base;
	uint8_t id[DIGEST_SIZE];
	/* The file that the words speak of, whatever the link says later. */
	uint64_t base_dev, base_ino;
	/* The boot in which a router opened it; zeros: none has it open.  What
	 * an earlier boot calls HELD is a rumour. */
	uint8_t boot[16];
	_Atomic uint64_t bytes; /* length of all chunks in data */
	/* The base's stamp when its HELD chunks were last known to be right. */
	_Atomic uint64_t base_stamp;
	/* The lowest version whose programs may use this map; 0: `version`. */
	uint32_t usable_by;
};

_Static_assert(sizeof(struct map_header) <= MAP_HEADER, "one page");
_Static_assert(sizeof(_Atomic uint32_t) == 4, "words are plain words");

/* A later version may have said that this one can use its map. */
static inline bool
map_version_ok(const struct map_header *h)
{
	if (h->version > MAP_VERSION)
		return h->usable_by > 0 && h->usable_by <= MAP_VERSION;
	return h->version == MAP_VERSION;
}

struct stat;

struct store_buffer {
	SLIST_ENTRY(store_buffer) entry;
	uint8_t bytes[];
};

/* Room for whole chunks, kept from one verification to the next. */
struct store_pool {
	pthread_mutex_t lock;
	SLIST_HEAD(, store_buffer) idle; /* lock */
};

/* Where a file lies: in memory; on a disk, of which the kernel says what it has
 * in memory; elsewhere, where even a look at the file may wait. */
enum store_medium { STORE_MEMORY, STORE_DISK, STORE_AWAY };

struct store {
	struct manifest *m;
	struct map_header *map;
	_Atomic uint32_t *words;
	size_t map_len; /* bytes */
	int dir_fd;     /* the directory DIR/ID; the router's is locked */
	int data_fd;    /* -1: a store of nothing but the base */
	int base_fd;    /* -1: no base, or not one that we may read */
	enum store_medium data_medium, base_medium; /* store_find_media */
	bool router;
	struct store_pool *pool;
};

static inline enum chunk_state
store_word_state(uint32_t word)
{
	uint32_t state = word & WORD_STATE;

	return state > CHUNK_HELD ? CHUNK_ABSENT : (enum chunk_state)state;
}
static inline uint32_t
store_word(const struct store *s, uint32_t chunk)
{
	assert(chunk < s->m->nchunks);
	return atomic_load_explicit(&s->words[chunk], memory_order_acquire);
}
static inline bool
store_word_in_data(uint32_t word)
{
	return store_word_state(word) != CHUNK_ABSENT && !(word & WORD_BASE);
}

/* store_name.c: links and directories */

/* Opens a directory in another; never through a link.  make: it is made, and
 * whatever else has its name removed. */
int store_subdir(int at, const char *name, bool make);
/* Makes a symbolic link, replacing what was there. */
int store_link(int at, const char *name, const char *target);
/* Removes a file, link or empty directory. */
int store_remove(int at, const char *name);
int store_set_name(int at, const char *name, const struct digest *id);
/* Resolves a name as store_find does. */
int store_resolve(int at, const char *name, struct digest *id);

/* store_open.c: what both sides of opening take */

/* Takes m, so that there is one place that frees it.  NULL: ENOMEM. */
struct store *store_new(struct manifest *m);
/* Opens a regular file of the store's own directory.  -1; EINVAL: it is none.
 */
int store_open_own(int at, const char *name, int flags, off_t *size);
/* Opens the image of a seed, a file or disk of just the right size. */
int store_open_base(const char *path, const struct manifest *m,
		    struct stat *st);
size_t store_map_bytes(const struct manifest *m);
/* Maps the map as it lies there.  -1; EINVAL: it is not one of this image. */
int store_map(struct store *s);
/* Maps a file of the right size, whatever it has. */
int store_map_file(struct store *s, int fd);
void store_fill_header(struct map_header *h, const struct manifest *m);
/* Makes FOUND of what an earlier run left; generations go on from where they
 * were, for processes that have had the map open all along. */
void store_reuse_words(struct store *s);
/* The boot that this is; never zeros, which mean that the store is closed. */
void store_this_boot(uint8_t boot[16]);
/* A number that changes when a file is written to. */
uint64_t store_stamp(const struct stat *st);

/* store_attach.c: whether store_attach would find a router's image here */
bool store_is_open(int at, const struct digest *id);

#endif
