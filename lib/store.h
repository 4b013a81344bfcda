/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* store: keeps the chunks of one image that a node holds, in a directory.
 *
 * The directory is DIR/ID (ID: the image id in hexadecimal) and has
 *   manifest  the image's manifest, as encoded
 *   map       a 32-bit map word for each chunk; processes of the node map it
 *   data      the chunks at their own offsets, sparse
 *   base      on a seed: a symbolic link to the image file
 *   profile   where there is one, the image's boot profile
 * Beside it are the links DIR/names/NAME -> ../ID and DIR/default -> ID.
 *
 * A map word has the chunk's state and a generation.  A chunk that this run has
 * not verified yet is FOUND: an earlier run left it, or it lies in the image
 * file of a seed.  The router verifies such a chunk when it is first asked for,
 * and makes it HELD or, if its bytes are wrong, ABSENT.  The generation counts
 * up each time that a chunk's bytes may change.  So if a reader finds the same
 * map word before and after it has read the bytes, they are good.
 *
 * Processes one router creates a store and writes to it (it holds a lock on
 *           DIR/ID); any number of processes attach to it as readers, which
 *           open all files for reading only and need no other right.
 * Threads   all functions that take a const store may be called from any
 *           thread at once.
 * Errors    a function that fails returns -1 or NULL and sets errno:
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

/* The least budget, in bytes, that a node's stores may be given: chunks that
 * the node passes on to other nodes have to stay for a while. */
#define STORE_BUDGET_MIN (8ULL << 20)

enum chunk_state { CHUNK_ABSENT, CHUNK_FOUND, CHUNK_HELD };

struct store;

/* Creates the store of an image, or reuses the one of an earlier run, whose
 * chunks become FOUND.  image_file, if not NULL, becomes the base: its chunks
 * are FOUND too.  Takes m over, also on error.  Returns NULL and sets errno on
 * failure: EINVAL if image_file does not have the size that m says. */
struct store *store_create(const char *dir, struct manifest *m,
			   const char *image_file);
/* Attaches to the store of an image, for reading, while a router has it open.
 * `name` is looked up as store_find does, and may be any text from outside.
 * Fails with ENOENT if there is no such image, or no router has its store open.
 * (A router that was killed still counts, until the machine restarts.) */
struct store *store_attach(const char *dir, const char *name);
/* Makes a store that is private to this process and has no directory: all its
 * chunks lie in image_file, its base.  Takes m over, also on error.  Returns
 * NULL and sets errno on failure. */
struct store *store_open_image(const char *image_file, struct manifest *m);
void store_close(struct store *s);

/* For the router: makes the image of m the default image.  A NAME that several
 * of the router's images have means none of them from then on, but for one
 * case: if `said` is true, since an administrator has chosen the image, the
 * image's own NAME means this image. */
int store_set_default(const char *dir, const struct manifest *m, bool said);
/* For the router: removes the store of an image that the router does not have
 * open, and the links that lead to it.  Returns 0, or -1 and errno. */
int store_forget(const char *dir, const struct digest *id);
/* An image that has a store in a store directory, but that no router has open.
 */
struct store_left {
	struct digest id;
	uint64_t bytes; /* bytes that the file `data` takes */
	/* when the store was last written to, in seconds since 1970 */
	int64_t used_s;
};
/* Lists up to `max` images in dir that no router has open, in the order of
 * used_s.  Returns their number, or -1 and errno. */
int store_left(const char *dir, struct store_left *list, int max);
/* Cuts `bytes` bytes off the end of the file `data` in the store l. Returns 1
 * if some data is left; 0 if none was left and the image was removed; -1 and
 * errno on failure. */
int store_left_shrink(const char *dir, struct store_left *l, uint64_t bytes);
/* Finds the id of the image that a name, an id, NAME@ID or "" (the default
 * image) means.  Returns 0, or -1 and errno; ENOENT: no such image; ENOTUNIQ:
 * several images have ids that begin with the digits after the @. */
int store_find(const char *dir, const char *name, struct digest *id);
/* Calls fn for each image that can be attached, in the order of their names.
 * fn gets the image's NAME, or its NAME@ID if NAME does not mean that image.
 * If fn returns anything but 0, the listing ends and returns that value. */
int store_list(const char *dir,
	       int (*fn)(void *ctx, const char *name, const struct digest *id),
	       void *ctx);

const struct manifest *store_manifest(const struct store *s);
enum chunk_state store_state(const struct store *s, uint32_t chunk);

/* Reads len bytes at `offset` within a chunk.  A router verifies the chunk
 * first if it is FOUND; to a reader such a chunk is one that is not held yet,
 * since the router is to verify it once for all.  Returns 0, or -1 and errno;
 * ENODATA: the chunk is not held, or not any more, or cannot be read. */
int store_read(const struct store *s, uint32_t chunk, uint32_t offset,
	       void *buf, uint32_t len);
/* Does the same, and verifies a FOUND chunk also for a reader, each time. */
int store_read_found(const struct store *s, uint32_t chunk, uint32_t offset,
		     void *buf, uint32_t len);
/* Verifies the chunk now if it is FOUND, and if this is the router's store or a
 * private one makes it HELD.  Returns 0 if the chunk's bytes are right, else -1
 * and errno, such as ENODATA or EBADMSG. */
int store_check(const struct store *s, uint32_t chunk);

/* Makes the HELD chunks in the base FOUND again if the image file was written
 * to since they were verified.  Does nothing if looking at the file may block,
 * because the file lies on another machine.  (store_read does this by
 * itself.) */
void store_watch_base(const struct store *s);

/* --- functions for the router only --- */

/* Finds out whether reading the store's files may block, because of a disk or
 * another machine.  Returns false if all files lie in memory.  Until this
 * function was called, store_on_disk, store_waits and store_writes_wait return
 * false. */
bool store_find_media(struct store *s);
/* Returns true if the chunk is FOUND or HELD and lies in a file that is not in
 * memory. */
bool store_on_disk(const struct store *s, uint32_t chunk);
/* Returns true if the chunk is FOUND or HELD, and sending or verifying it now
 * may block, because of a disk or another machine. */
bool store_waits(const struct store *s, uint32_t chunk);
/* Returns true if writing a chunk to the store, or dropping one, may block. */
bool store_writes_wait(const struct store *s);

/* Verifies the whole chunk at `data`, and stores it.  Returns 0, or -1 and
 * errno; EBADMSG: the bytes are wrong; ENOSPC or any other errno: they are
 * right, but could not be kept. */
int store_put(struct store *s, uint32_t chunk, const void *data);
/* Stores the whole chunk at `data` without verifying it, since the caller has
 * just done so by manifest_chunk_ok.  Returns 0, or -1 and errno. */
int store_put_right(struct store *s, uint32_t chunk, const void *data);
/* Keeps the image's boot profile (boot_profile.h) as DIR/ID/profile, which the
 * plugin serves.  Returns 0, or -1 and errno. */
int store_put_profile(struct store *s, const char *text, size_t len);
/* Makes a HELD chunk that could not be read FOUND again, so that the next
 * reader verifies it. */
void store_doubt(struct store *s, uint32_t chunk);
/* Drops a chunk and frees its space.  A chunk that lies in the base stays. */
void store_evict(struct store *s, uint32_t chunk);
bool store_in_base(const struct store *s, uint32_t chunk);
/* Returns the path of the base, malloc'ed, or NULL if there is no base or the
 * path cannot be read. */
char *store_base(const struct store *s);
/* For sendfile: returns the descriptor of the file in which a HELD chunk lies,
 * and sets *offset to where it begins there.  Returns -1 and ENODATA if the
 * chunk is not held.  The result is valid until the chunk is evicted.  Chunks
 * that lie in the same file are as far from each other there as in the
 * image. */
int store_locate(const struct store *s, uint32_t chunk, off_t *offset);
/* Returns how many bytes the chunks in the file `data` have together; chunks in
 * the base are not counted. */
uint64_t store_bytes(const struct store *s);

#endif
