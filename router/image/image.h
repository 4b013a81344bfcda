/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image: the images that are known here, and which chunks of each are held.
 *
 * A chunk for which image_holds returns true has right bytes: a chunk is
 * compared with its hash before it is kept, and one that an earlier run left
 * (CHUNK_FOUND) when image_holds is first called for it.
 *
 * Some modules of higher folders keep a part in each image.  They allocate
 * their parts when image_ops.opened is called and free them when
 * image_ops.closed is; only the module that owns a part looks into it.
 */
#ifndef VF_ROUTER_IMAGE_IMAGE_H
#define VF_ROUTER_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "lib/bitmap.h"
#include "lib/manifest.h"
#include "lib/store.h"
#include "router/image/buffers.h"
#include "router/policy/lru.h"

struct images;
struct routes;
struct disk;
struct fetch;
struct keeping;
struct replay;

struct image {
	/* in the list of images, in the order in which they became known */
	STAILQ_ENTRY(image) entry;
	struct store *store;
	const struct manifest *m; /* owned by the store */
	struct buffers *buffers;
	/* chunks held or found, which are announced to other nodes; without
	 * those on a disk that hangs */
	struct bitmap *held;
	struct bitmap *coming; /* chunks being fetched (image_expect) */
	struct bitmap *have;   /* chunks held, coming, or to be kept soon */
	/* chunks held only until newer ones passed (evict.h) */
	struct lru *passing;
	bool is_seed;    /* this node has the image file */
	bool leaving;    /* see image_leave */
	int64_t left_ns; /* when image_leave was called */
	bool in_use;     /* by the rules of image_choice.h */
	/* this node's clients that have the image attached */
	uint32_t users;
	/* Parts, each owned by the module that is named beside it. */
	struct routes *routes;   /* cluster/routes.h */
	struct fetch **fetching; /* fetch/fetch.h; a pointer for each chunk */
	/* fetch/disk.h; NULL: no read waits for a disk */
	struct disk *disk;
	struct keeping *keeping; /* want/keeper.h */
	struct replay *replay;   /* want/replay.h */
};

struct image_ops {
	/* Called when an image was added to the list.  If it returns -1, with
	 * errno set, the image is closed again and images_add fails. */
	int (*opened)(void *ctx, struct image *im);
	/* Called before an image is freed, also where `opened` has failed
	 * half-way or was not called. */
	void (*closed)(void *ctx, struct image *im);
	/* Called when the set of held chunks, or of images, has changed. */
	void (*changed)(void *ctx);
	/* Makes room for a chunk that has arrived.  Returns false if there is
	 * none. Sets *passes: whether the chunk is held only until newer ones
	 * have passed. */
	bool (*admit)(void *ctx, struct image *im, uint32_t chunk,
		      bool *passes);
	/* Called when the medium did not take a chunk, with the errno value. */
	void (*refused)(void *ctx, int error);
};

struct image_counts {
	uint64_t hash_failures; /* chunks of a store whose bytes were wrong */
	uint64_t store_errors;
};

/* Makes an empty list. store_dir and ops must stay valid until images_free.
 * Returns NULL on ENOMEM. */
struct images *images_new(const char *store_dir, const struct image_ops *ops,
			  void *ctx);
/* Closes all images, and frees the list. */
void images_free(struct images *is);

/* Takes the image out of the list, so that nothing new is begun with it, and
 * puts it among those that leave.  The caller then calls image_shrink until it
 * returns false, and image_close once image_is_idle is true. */
void image_leave(struct image *im);
/* Returns the first image that leaves, NULL: there is none; the others follow
 * by STAILQ_NEXT. */
struct image *images_leaving(const struct images *is);
/* Drops some of the image's chunks.  Returns true if there may be more to
 * drop. */
bool image_shrink(struct image *im);
/* Returns true if no buffer and no reply has bytes of the image any more.  A
 * chunk that image_keep_soon has put off is kept first. */
bool image_is_idle(struct image *im);

/* Opens the store of the image that m describes, and adds the image to the
 * list.  Takes m over, also on error.  image_file: the file that makes this
 * node a seed, or NULL.  Returns NULL and sets errno on failure. */
struct image *images_add(struct images *is, struct manifest *m,
			 const char *image_file);
void image_close(struct image *im);

uint32_t images_count(const struct images *is);
/* Return bytes of memory that tables take: images_table_bytes those of all
 * images, image_table_bytes those of an image with nchunks chunks.  An image
 * that another node announces is only added if all tables then take no more
 * than images_table_max. */
uint64_t images_table_bytes(const struct images *is);
uint64_t image_table_bytes(uint64_t nchunks);
uint64_t images_table_max(void);

/* Returns the image that became known first; NULL: none is known. */
struct image *images_first(const struct images *is);
#define IMAGES_FOREACH(im, is)                                                 \
	for ((im) = images_first(is); (im) != NULL;                            \
	     (im) = STAILQ_NEXT(im, entry))
/* Returns the image with that id; NULL: none is known. */
struct image *image_by_id(const struct images *is, const struct digest *id);

/* Returns how many bytes the stores of all images hold. */
uint64_t images_bytes(const struct images *is);
const struct image_counts *images_counts(const struct images *is);
/* Keeps the chunks of all images that image_keep_soon has put off. */
void images_settle(struct images *is);
/* Calls buffers_trim for each image.  Returns true if it returned true for
 * any. */
bool images_trim(struct images *is);
/* Checks the next few chunks of each image: one that the plugin has found
 * damaged and removed from the store is no longer held. */
void images_look_over(struct images *is);

/* Returns true if the chunk is held, with right bytes, and can be read without
 * waiting for a disk.  A chunk that is only found (CHUNK_FOUND) is compared
 * with its hash now. */
bool image_holds(struct image *im, uint32_t chunk);
/* Returns true if the chunk is here on a disk, so that a read of it may wait
 * (fetch/disk.h). */
bool image_on_disk(const struct image *im, uint32_t chunk);
/* To be called when a read of the chunk from disk has failed: if the chunk is
 * not in the store any more, it is no longer held. */
void image_was_wrong(struct image *im, uint32_t chunk);
/* Logs that the chunk cannot be read here any more, once in ten seconds for all
 * images. */
void image_warn_lost(struct image *im, uint32_t chunk, int64_t now_ns);
/* Notes that the image's disk hangs, so that the chunks on it are not held
 * until it answers again, or that it has answered (hangs is false). */
void image_disk_hangs(struct image *im, bool hangs);
/* Has image_close leave the image's store and buffers in memory until the
 * process ends, since a thread still reads from the store into a buffer. */
void image_leave_open(struct image *im);
/* Writes a chunk whose hash was found right to the store.  Returns 0 or an
 * errno value, ENOSPC if image_ops.admit finds no room. */
int image_keep(struct image *im, uint32_t chunk, const void *data);
/* Puts off the keeping of a chunk until images_settle, or until the chunk is
 * looked for.  Takes a reference to b. */
void image_keep_soon(struct image *im, uint32_t chunk, struct buffer *b);
/* Returns true if image_keep_soon has put off a chunk. */
bool image_keeps_soon(const struct image *im);
/* Drops a chunk, which must not be pinned, from the store. */
void image_drop(struct image *im, uint32_t chunk);

/* image_expect notes that a chunk is being fetched, image_expect_end that the
 * fetch of the chunk has ended, whether or not the chunk has arrived. */
void image_expect(struct image *im, uint32_t chunk);
void image_expect_end(struct image *im, uint32_t chunk);

/* Count the replies that point at a chunk's bytes in the store, up and down.
 * While there are some the chunk is pinned, and must not be dropped. */
void image_pin(struct image *im, uint32_t chunk);
void image_unpin(struct image *im, uint32_t chunk);
bool image_pinned(const struct image *im, uint32_t chunk);
/* image_touch notes that a chunk is read, and numbers the reads of the image:
 * image_used returns the number of the chunk's last read. */
void image_touch(struct image *im, uint32_t chunk);
uint32_t image_used(const struct image *im, uint32_t chunk);

#endif
