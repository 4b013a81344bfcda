/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image: the images that are known here, and which chunks of each are held.
 *
 * Chunks are right: what is kept was compared with its hash before, and what an
 * earlier run left (FOUND) is compared when somebody looks for it.
 *
 * Layers above keep parts of their own in an image.  They attach them when
 * image_ops.opened tells them of it, and free them when image_ops.closed does;
 * each is opaque to all but its module.
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
	/* images are in the order in which they became known */
	STAILQ_ENTRY(image) entry;
	struct store *store;
	const struct manifest *m; /* the store's */
	struct buffers *buffers;
	struct bitmap *held;   /* HELD or FOUND, on no disk that hangs: told */
	struct bitmap *coming; /* being fetched: image_expect */
	struct bitmap *have;   /* held, coming, or to be kept soon */
	struct lru *passing;   /* held until newer ones pass: evict.h */
	bool is_seed;          /* the image file is here */
	bool leaving;          /* see image_leave */
	int64_t left_ns;       /* when image_leave was called */
	bool in_use;           /* image_choice.h */
	uint32_t users;        /* clients here: image_choice.h */
	/* Parts, each of one module. */
	struct routes *routes;   /* cluster/routes.h */
	struct fetch **fetching; /* fetch/fetch.h, by chunk */
	struct disk *disk;       /* fetch/disk.h; NULL: all lies in memory */
	struct keeping *keeping; /* want/keeper.h */
	struct replay *replay;   /* want/replay.h */
};

struct image_ops {
	/* The image stands in the list.  -1 and errno: it is closed again. */
	int (*opened)(void *ctx, struct image *im);
	/* The image is about to go; `opened` may have failed half-way. */
	void (*closed)(void *ctx, struct image *im);
	/* The set of chunks that are held has changed. */
	void (*changed)(void *ctx);
	/* Asks for room for a chunk that has come. False: there is none.
	 * *passes: the chunk is held until newer ones pass. */
	bool (*admit)(void *ctx, struct image *im, uint32_t chunk,
		      bool *passes);
	/* The medium did not take a chunk, for that errno value. */
	void (*refused)(void *ctx, int error);
};

struct image_counts {
	uint64_t hash_failures; /* chunks found in a store that were wrong */
	uint64_t store_errors;
};

/* NULL: ENOMEM.  store_dir and ops are kept. */
struct images *images_new(const char *store_dir, const struct image_ops *ops,
			  void *ctx);
/* Closes all images. */
void images_free(struct images *is);

/* The image is in no list any more, so nobody begins anything with it; it is
 * closed by image_close once image_is_idle.  Bytes of chunks are dropped
 * meanwhile, some with each call of image_shrink, until it returns false. */
void image_leave(struct image *im);
/* The first that leaves; the others follow by STAILQ_NEXT. */
struct image *images_leaving(const struct images *is);
bool image_shrink(struct image *im);
/* No buffer and no reply has anything of it, and nothing is to be kept. */
bool image_is_idle(struct image *im);

/* Opens an image and adds it.  Takes m over, also on error: NULL, errno. */
struct image *images_add(struct images *is, struct manifest *m,
			 const char *image_file);
void image_close(struct image *im);

uint32_t images_count(const struct images *is);
/* Bytes of memory for the tables of all images, and of one of so many chunks;
 * and how much those that others announce may take in all. */
uint64_t images_table_bytes(const struct images *is);
uint64_t image_table_bytes(uint64_t nchunks);
uint64_t images_table_max(void);

/* The image that became known first; NULL: none is known. */
struct image *images_first(const struct images *is);
#define IMAGES_FOREACH(im, is)                                                 \
	for ((im) = images_first(is); (im) != NULL;                            \
	     (im) = STAILQ_NEXT(im, entry))
/* NULL: there is none of that id. */
struct image *image_by_id(const struct images *is, const struct digest *id);

/* Bytes kept in the stores of all images. */
uint64_t images_bytes(const struct images *is);
const struct image_counts *images_counts(const struct images *is);
/* Keeps what was put off, of all images. */
void images_settle(struct images *is);
/* Gives buffers back to the kernel.  True: there are more (buffers_trim). */
bool images_trim(struct images *is);
/* Looks at the next few chunks of each image for such as the plugin has found
 * damaged. */
void images_look_over(struct images *is);

/* The chunk is held and right, and can be read without waiting: one that was
 * only found is compared now. */
bool image_holds(struct image *im, uint32_t chunk);
/* The chunk is here, where a read of it may wait (fetch/disk.h). */
bool image_on_disk(const struct image *im, uint32_t chunk);
/* A chunk was read on disk, and is not held after all. */
void image_was_wrong(struct image *im, uint32_t chunk);
/* The image's disk hangs: what lies there is not held for others, until it
 * answers again. */
void image_disk_hangs(struct image *im, bool hangs);
/* A thread goes on reading: store and buffers are left to the process's end. */
void image_leave_open(struct image *im);
/* Keeps a chunk whose hash has been found right; 0 or why not. */
int image_keep(struct image *im, uint32_t chunk, const void *data);
/* Keeps it by images_settle, or as soon as somebody looks for the chunk.  Takes
 * a reference of its own. */
void image_keep_soon(struct image *im, uint32_t chunk, struct buffer *b);
/* Whether a chunk will be kept here soon. */
bool image_keeps_soon(const struct image *im);
void image_drop(struct image *im, uint32_t chunk);

/* Notes that a chunk is being fetched; and that it is no longer, come or not.
 */
void image_expect(struct image *im, uint32_t chunk);
void image_expect_end(struct image *im, uint32_t chunk);

/* Replies that point at a chunk of the store pin it. */
void image_pin(struct image *im, uint32_t chunk);
void image_unpin(struct image *im, uint32_t chunk);
bool image_pinned(const struct image *im, uint32_t chunk);
/* A chunk is read.  Reads are counted; image_used says by which one it last
 * was. */
void image_touch(struct image *im, uint32_t chunk);
uint32_t image_used(const struct image *im, uint32_t chunk);

#endif
