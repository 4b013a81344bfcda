/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* store_inside: declares what the files that implement store.h share; no other
 * file includes it.
 *
 * The map is a page with a header, then one map word for each chunk:
 *
 *   bits 0-1  enum chunk_state
 *   bit  2    the bytes lie in the base, not in data
 *   bit  3    the bytes in the base are wrong: do not try them again
 *   bits 8-   generation
 *
 * The router alone has the map mapped for writing.  Its threads change a map
 * word by compare and exchange against the map word that they had read before
 * they read the bytes: FOUND to HELD; FOUND or HELD to ABSENT, or to FOUND in
 * the base; HELD to FOUND for a chunk in the base, when the image file has been
 * written to.  The router's loop makes all other changes.  It takes the chunk
 * to ABSENT, with a new generation, before it touches the bytes, and to HELD,
 * with another one, after that.  So bytes that were read between two looks at
 * the same map word are good.
 */
#ifndef VF_LIB_STORE_INSIDE_H
#define VF_LIB_STORE_INSIDE_H

#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

#include "lib/store.h"

/* Flags with which a file of the store is opened, since a stranger may have put
 * something else in its place. */
#define OWN_FILE (O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

#define WORD_STATE 3U
#define WORD_BASE 4U
#define WORD_BASE_BAD 8U
#define WORD_GENERATION 256U

#define MAP_MAGIC "VFSTORE\n"
#define MAP_VERSION 1
#define MAP_HEADER 4096 /* bytes of the file `map` before the map words */

/* The map's first page, in the byte order of the machine; in a map of the other
 * byte order `version` does not match.  New fields are added at the end: in a
 * map that an older version has made they are 0. */
struct map_header {
	char magic[8];
	uint32_t version;
	uint32_t chunk_size;
	uint64_t size;
	uint32_t nchunks;
	uint32_t has_base;
	uint8_t id[DIGEST_SIZE];
	/* Device and inode of the image file that the map words describe, since
	 * the link `base` may lead elsewhere later. */
	uint64_t base_dev, base_ino;
	/* The machine's boot (store_this_boot) in which a router opened the
	 * store; zeros: no router has it open.  Chunks that were HELD in an
	 * earlier boot are verified again. */
	uint8_t boot[16];
	_Atomic uint64_t bytes; /* bytes of all chunks in the file `data` */
	/* store_stamp of the base when its HELD chunks were last known to be
	 * right. */
	_Atomic uint64_t base_stamp;
	/* The lowest version of a program that may use this map; 0: only
	 * programs of the same `version` may. */
	uint32_t usable_by;
};

_Static_assert(sizeof(struct map_header) <= MAP_HEADER, "one page");
_Static_assert(sizeof(_Atomic uint32_t) == 4, "words are plain words");

/* Returns true if this program may use the map: the map has the same version,
 * or a later one whose usable_by allows it. */
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

/* Buffers for a whole chunk each, kept from one verification to the next. */
struct store_pool {
	pthread_mutex_t lock;
	/* buffers that are not in use; guarded by lock */
	SLIST_HEAD(, store_buffer) idle;
};

/* Where a file lies.  STORE_MEMORY: in memory.  STORE_DISK: on a disk of this
 * machine; the kernel tells which parts of the file are in memory.  STORE_AWAY:
 * elsewhere, such as on another machine, so that even asking for that may
 * block. */
enum store_medium { STORE_MEMORY, STORE_DISK, STORE_AWAY };

struct store {
	struct manifest *m;
	struct map_header *map;
	_Atomic uint32_t *words;
	size_t map_len; /* bytes of the file `map`, which is mapped */
	int dir_fd;     /* the directory DIR/ID; locked if `router` */
	int data_fd;    /* the file `data`; -1: the store has only a base */
	/* the base; -1: there is none, or it cannot be opened */
	int base_fd;
	/* where the files `data` and `base` lie; set by store_find_media */
	enum store_medium data_medium, base_medium;
	bool router;
	bool marks; /* this process may write chunks' states into the map */
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

/* --- functions of store_name.c: links and directories --- */

/* Opens the directory `name` in the directory `at`; never follows a link.  If
 * `make` is true and there is no such directory, makes it, in place of any file
 * or link of that name.  Returns a descriptor, or -1 and errno. */
int store_subdir(int at, const char *name, bool make);
/* Makes a symbolic link to target, in place of whatever has that name.  Returns
 * 0, or -1 and errno. */
int store_link(int at, const char *name, const char *target);
/* Removes a file, link or empty directory of that name.  Returns 0, or -1 and
 * errno. */
int store_remove(int at, const char *name);
int store_set_name(int at, const char *name, const struct digest *id);
/* Finds the id that a name means, as store_find does. */
int store_resolve(int at, const char *name, struct digest *id);

/* --- functions of store_open.c, for store_create.c and store_attach.c --- */

/* Returns a store of m's image with no file open.  Takes m over: it is freed on
 * error, or else by store_close.  Returns NULL if there is no memory (ENOMEM).
 */
struct store *store_new(struct manifest *m);
/* Opens a regular file of the store's own directory and sets *size.  Returns a
 * descriptor, or -1 and errno; EINVAL: the name is not that of a regular file.
 */
int store_open_own(int at, const char *name, int flags, off_t *size);
/* Opens a seed's image, a file or disk, and sets *st.  Returns a descriptor, or
 * -1 and errno; EINVAL: path is neither file nor disk, or does not have exactly
 * the size that m says. */
int store_open_base(const char *path, const struct manifest *m,
		    struct stat *st);
size_t store_map_bytes(const struct manifest *m);
/* Maps the existing file `map`, and changes nothing in it.  Returns 0, or -1
 * and errno; EINVAL: the file is no map of this image. */
int store_map(struct store *s);
/* Maps fd, a file of the right size, as the store's map.  Does not look at its
 * bytes. */
int store_map_file(struct store *s, int fd);
void store_fill_header(struct map_header *h, const struct manifest *m);
/* Makes each chunk FOUND that an earlier run left or that lies in the base.
 * The generations are counted on, not begun anew, since other processes may
 * have the map open. */
void store_reuse_words(struct store *s);
/* Sets `boot` to an identifier of the machine's present boot.  It is never all
 * zeros, which mean that no router has the store open. */
void store_this_boot(uint8_t boot[16]);
/* Returns a number that changes when the file is written to. */
uint64_t store_stamp(const struct stat *st);

/* Returns true if a router has the image open, so that store_attach would find
 * it (store_attach.c). */
bool store_is_open(int at, const struct digest *id);

#endif
