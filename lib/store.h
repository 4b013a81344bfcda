/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* store: the directory in which a node keeps the chunks that it holds of one
 * image.
 *
 * The directory is DIR/ID (ID: the image id in hexadecimal) and has
 *   manifest  the image's manifest, as encoded
 *   map       a 32-bit map word for each chunk; processes of the node map it
 *   data      the chunks at their own offsets, sparse
 *   base      on a seed: a symbolic link to the image file
 *   profile   where there is one, the image's boot profile
 * Beside it are the links DIR/names/NAME -> ../ID and DIR/default -> ID.
 *
 * A map word has the chunk's state and a generation.  FOUND is a chunk that
 * this run has not verified yet: an earlier run left it, or it lies in the
 * image file of a seed.  The first reader of such a chunk verifies it and makes
 * it HELD, or ABSENT.  The generation counts up each time that a chunk's bytes
 * may change, so a reader that finds the same map word before and after it has
 * read the bytes has read good ones.
 *
 * Processes one router creates a store and writes to it (it holds a lock on
 *           DIR/ID); any number of processes attach to it, read and verify.
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

/* The least number of bytes that a node's store may have: a chunk that the node
 * passes on to other nodes has to stay for a while. */
#define STORE_BUDGET_MIN (8ULL << 20)

enum chunk_state { CHUNK_ABSENT, CHUNK_FOUND, CHUNK_HELD };

struct store;

/* Creates the store of an image, or reuses the one of an earlier run, whose
 * chunks become FOUND. image_file, if not NULL, becomes the base: its chunks
 * are FOUND too.  Fails with EINVAL if image_file does not have the size that m
 * says.  Takes m over, also on error. */
struct store *store_create(const char *dir, struct manifest *m,
			   const char *image_file);
/* Attaches a reader to an image that a router created; `name` is looked up as
 * by store_find, and checked, since it comes from outside.  Fails with ENOENT
 * if there is no such image, or no router has it open (a router that was killed
 * counts as having it open until the machine restarts). */
struct store *store_attach(const char *dir, const char *name);
/* Opens an image file as the base of a store without other files, which is
 * private to this process.  Takes m over, also on error. */
struct store *store_open_image(const char *image_file, struct manifest *m);
void store_close(struct store *s);

/* For the router: makes the image of m the default image.  A NAME that several
 * of the router's images have means from then on this image, if it has that
 * NAME and `said` is true (an administrator has chosen the image); else such a
 * NAME means none of them. */
int store_set_default(const char *dir, const struct manifest *m, bool said);
/* For the router: removes the files of an image that it does not have open, and
 * the names that lead to them. */
int store_forget(const char *dir, const struct digest *id);
/* An image that has a store in a store directory, but that no router has open.
 */
struct store_left {
	struct digest id;
	uint64_t bytes; /* bytes that the file data takes */
	/* when the store was last written to, in seconds since 1970 */
	int64_t used_s;
};
/* Lists up to max images in dir that no router has open, in the order of
 * used_s.  Returns their number, or -1 and errno. */
int store_left(const char *dir, struct store_left *list, int max);
/* Cuts `bytes` bytes off the end of the file data of image l.  Returns 1 if
 * some data is left; 0 if none was left and the image was removed; -1 and errno
 * on failure. */
int store_left_shrink(const char *dir, struct store_left *l, uint64_t bytes);
/* Finds the id of the image that a name, an id, NAME@ID or "" (the default
 * image) means.  Returns 0, or -1 and errno; ENOENT: no such image; ENOTUNIQ:
 * several images have ids that begin with the digits after the @. */
int store_find(const char *dir, const char *name, struct digest *id);
/* Calls fn for each image that can be attached, in the order of their names;
 * name is NAME, or NAME@ID where NAME does not mean that image.  If a call
 * returns anything but 0, the listing ends and returns that value. */
int store_list(const char *dir,
	       int (*fn)(void *ctx, const char *name, const struct digest *id),
	       void *ctx);

const struct manifest *store_manifest(const struct store *s);
enum chunk_state store_state(const struct store *s, uint32_t chunk);

/* Reads len bytes at `offset` within a chunk, which is verified first if it is
 * FOUND.  Returns 0, or -1 and errno; ENODATA: the chunk is not held, or not
 * any more. */
int store_read(const struct store *s, uint32_t chunk, uint32_t offset,
	       void *buf, uint32_t len);
/* Verifies the chunk now if it is FOUND.  Returns 0 if the chunk is HELD then,
 * else -1 and errno, such as ENODATA or EBADMSG. */
int store_check(const struct store *s, uint32_t chunk);

/* Makes the HELD chunks of the base FOUND again if the image file was written
 * to since they were verified.  Does nothing where a look at the file may wait
 * for another machine.  (store_read looks at the file by itself.) */
void store_watch_base(const struct store *s);

/* Functions for the router alone. */

/* Finds out whether reads of the store's files may wait for a disk or another
 * machine.  Returns false if all files lie in memory.  Before this function is
 * called, store_on_disk and store_waits return false. */
bool store_find_media(struct store *s);
/* Returns true if the chunk is FOUND or HELD and lies in a file that is not in
 * memory. */
bool store_on_disk(const struct store *s, uint32_t chunk);
/* Returns true if the chunk is FOUND or HELD, and to send or verify it now may
 * wait for a disk or another machine. */
bool store_waits(const struct store *s, uint32_t chunk);

/* Verifies a whole chunk and keeps it.  Returns 0, or -1 and errno; EBADMSG:
 * the data is wrong; ENOSPC or any other errno: the data is right, but could
 * not be kept. */
int store_put(struct store *s, uint32_t chunk, const void *data);
/* Keeps a whole chunk without verifying it: the caller has just found the data
 * right by manifest_chunk_ok.  Returns 0, or -1 and errno. */
int store_put_right(struct store *s, uint32_t chunk, const void *data);
/* Keeps the image's boot profile (boot_profile.h) as DIR/ID/profile, which the
 * plugin serves. */
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
/* Returns the descriptor of the file in which a HELD chunk lies, and sets
 * *offset to its place there, for sendfile; returns -1 and ENODATA if the chunk
 * is not held.  The result is valid until the chunk is evicted.  Chunks that
 * lie in the same file have the distances there that they have in the image. */
int store_locate(const struct store *s, uint32_t chunk, off_t *offset);
/* Returns the number of bytes of all chunks in the file data; chunks in the
 * base do not count. */
uint64_t store_bytes(const struct store *s);

#endif
