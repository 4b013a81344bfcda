/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* store: where a node keeps the chunks that it holds of one image.
 *
 * A directory DIR/ID (ID: the image id in hexadecimal) with
 *   manifest  the image's manifest, as encoded
 *   map       one 32-bit word per chunk, mapped by all the node's processes
 *   data      the chunks at their own offsets, sparse
 *   base      on a seed: a symbolic link to the image file
 *   profile   where there is one, the image's boot profile
 * and beside it DIR/names/NAME -> ../ID and DIR/default -> ID.
 *
 * A word is a state and a generation.  FOUND is data that this run has not
 * verified yet: what an earlier run left, or the image file of a seed.
 * Whoever reads such a chunk first verifies it and makes it HELD, or ABSENT.
 * The generation counts up each time that a chunk's bytes may change, so a
 * reader that finds the same word before and after has read good bytes.
 *
 * Processes one router creates and writes (it holds a lock on DIR/ID);
 *           any number attach, read and verify.
 * Threads   all functions that take a const store may be called from any
 *           thread at once.
 * Errors    -1 or NULL and errno:
 *           ENODATA  the chunk is not held
 *           EBADMSG  the bytes do not have the chunk's hash
 *           EBUSY    another router has this store open
 *           EINVAL   the map or manifest on disk is not one of ours
 */
#ifndef VF_LIB_STORE_H
#define VF_LIB_STORE_H

#include <stdint.h>
#include <sys/types.h>

#include "lib/manifest.h"

/* Bytes; no node's budget is less: what it passes on has to stay a while. */
#define STORE_BUDGET_MIN (8ULL << 20)

enum chunk_state { CHUNK_ABSENT, CHUNK_FOUND, CHUNK_HELD };

struct store;

/* Create, or reuse what an earlier run left: its chunks become FOUND.
 * image_file, if not NULL, becomes the base: its chunks are FOUND too (but a
 * size that is not the manifest's is EINVAL).  Takes m over, also on error. */
struct store *store_create(const char *dir, struct manifest *m,
			   const char *image_file);
/* Attaches a reader to an image that a router created, as store_find finds it.
 * ENOENT if there is none, or no router has it open (one that was killed
 * counts as having it open until the machine restarts).  `name` comes from
 * outside: it is checked. */
struct store *store_attach(const char *dir, const char *name);
/* A store of nothing but an image file, private to this process. */
struct store *store_open_image(const char *image_file, struct manifest *m);
void store_close(struct store *s);

/* The router's: make the image the one that the empty name means.  A name that
 * several of the router's images have means this one, if it was said to be the
 * default, and else none of them. */
int store_set_default(const char *dir, const struct manifest *m, bool said);
/* The router's: removes what is kept of an image that it does not have open,
 * and the names that lead to it. */
int store_forget(const char *dir, const struct digest *id);
/* An image that lies in a store's directory, and that no router has open. */
struct store_left {
	struct digest id;
	uint64_t bytes; /* kept in data */
	int64_t used_s; /* since 1970: when it was last written to */
};
/* Stores that lie in dir, max at most, the oldest first; -1 and errno. */
int store_left(const char *dir, struct store_left *list, int max);
/* Frees so much of one.  1: there is more; 0: all of it is gone; -1: errno. */
int store_left_shrink(const char *dir, struct store_left *l, uint64_t bytes);
/* The image that a name, an id, NAME@ID or "" (default) means.  ENOENT: none;
 * ENOTUNIQ: several, whose ids begin so. */
int store_find(const char *dir, const char *name, struct digest *id);
/* Calls fn for each image that can be attached, in order of name, which is
 * NAME@ID where NAME does not mean it; a fn that does not return 0 ends it and
 * its value is returned. */
int store_list(const char *dir,
	       int (*fn)(void *ctx, const char *name, const struct digest *id),
	       void *ctx);

const struct manifest *store_manifest(const struct store *s);
enum chunk_state store_state(const struct store *s, uint32_t chunk);

/* Read len bytes at `offset` within a chunk, if it is held.  A FOUND chunk
 * is verified first.  ENODATA: not held (any more). */
int store_read(const struct store *s, uint32_t chunk, uint32_t offset,
	       void *buf, uint32_t len);
/* Verify a FOUND chunk now; 0 once it is HELD.  ENODATA, EBADMSG. */
int store_check(const struct store *s, uint32_t chunk);

/* Chunks that were HELD in an image file which was written to become FOUND
 * again.  store_read looks by itself; where a look may wait it alone does. */
void store_watch_base(const struct store *s);

/* Functions for the router alone. */

/* Finds out whether reads of the store's files may wait.  False: all lie in
 * memory.  Nothing may wait, for the functions below, before this is called. */
bool store_find_media(struct store *s);
/* The chunk is here, FOUND or HELD, and not in a file in memory. */
bool store_on_disk(const struct store *s, uint32_t chunk);
/* The chunk is here, and to send or verify it now may wait for a disk. */
bool store_waits(const struct store *s, uint32_t chunk);

/* Verify a whole chunk and keep it.  EBADMSG: the data is wrong.
 * ENOSPC and every other errno: the data is right, but could not be kept. */
int store_put(struct store *s, uint32_t chunk, const void *data);
/* Stores as store_put does, with data that manifest_chunk_ok has found right
 * just now. */
int store_put_right(struct store *s, uint32_t chunk, const void *data);
/* Keep the image's boot profile (boot_profile.h), for the plugin to serve as
 * DIR/ID/profile. */
int store_put_profile(struct store *s, const char *text, size_t len);
/* A HELD chunk could not be read: it is FOUND again, for the next reader to
 * verify. */
void store_doubt(struct store *s, uint32_t chunk);
/* Drop a chunk and free its space.  A chunk of the base is not dropped. */
void store_evict(struct store *s, uint32_t chunk);
bool store_in_base(const struct store *s, uint32_t chunk);
/* The path of the base, malloc'ed.  NULL: none, or errno. */
char *store_base(const struct store *s);
/* Says where a HELD chunk's bytes lie, for sendfile.  Valid until the chunk is
 * evicted; its neighbours in the same fd lie at their own offsets. */
int store_locate(const struct store *s, uint32_t chunk, off_t *offset);
/* Bytes kept in data (the base not counted). */
uint64_t store_bytes(const struct store *s);

#endif
