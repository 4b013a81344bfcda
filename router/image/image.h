/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image: keeps the list of the images that are known on this node, and which of
 * their chunks are held.
 *
 * If image_holds returns true for a chunk, its bytes are right: a chunk is
 * compared with its hash before it is stored, and a chunk that an earlier run
 * left (CHUNK_FOUND) is compared when image_holds is first called for it.
 *
 * Modules of higher folders keep a struct of their own in each image, called
 * their part of it (image.routes and the fields after it).  They allocate it
 * when image_ops.opened is called, and free it when image_ops.closed is called.
 * Only the module that owns a part uses it.
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
	const struct manifest *m; /* the image's manifest; owned by the store */
	struct buffers *buffers;
	/* chunks held or found; these are announced to other nodes.  Chunks on
	 * a disk that hangs are left out */
	struct bitmap *held;
	struct bitmap *coming; /* chunks being fetched (image_expect) */
	struct bitmap *have;   /* chunks held, coming, or to be kept soon */
	/* chunks held only until newer ones passed (evict.h) */
	struct lru *passing;
	int64_t known_ns; /* when the image became known to this node */
	bool is_seed;     /* this node has the image file */
	bool leaving;     /* image_leave was called */
	int64_t left_ns;  /* when image_leave was called */
	/* the image is in use, by the rules of image_choice.h */
	bool in_use;
	/* since when a newer list of jobs has superseded the image, and no
	 * client of this node has it attached; 0: that is not so */
	int64_t old_ns;
	/* how many clients of this node have the image attached */
	uint32_t users;
	/* Parts of the image, each owned by the module of the header that is
	 * named beside it. */
	struct routes *routes; /* owner: cluster/routes.h */
	/* owner: fetch/fetch.h; a pointer for each chunk */
	struct fetch **fetching;
	/* owner: fetch/disk.h; NULL: no read waits for a disk */
	struct disk *disk;
	struct keeping *keeping; /* owner: want/keeper.h */
	struct replay *replay;   /* owner: want/replay.h */
};

struct image_ops {
	/* Called when an image was added to the list.  If the function returns
	 * -1, with errno set, the image is closed again and images_add
	 * fails. */
	int (*opened)(void *ctx, struct image *im);
	/* Called before an image is freed; also if `opened` has failed half-way
	 * or was not called. */
	void (*closed)(void *ctx, struct image *im);
	/* Called when the set of held chunks, or of images, has changed. */
	void (*changed)(void *ctx);
	/* Makes room in the store for a chunk that has arrived.  Returns false
	 * if there is no room.  Sets *passes to whether the chunk is held only
	 * until newer ones have passed. */
	bool (*admit)(void *ctx, struct image *im, uint32_t chunk,
		      bool *passes);
	/* Called when writing a chunk to the store has failed, with the errno
	 * value. */
	void (*refused)(void *ctx, int error);
	/* Called to have a thread remove a chunk from the store, if
	 * image_writes_wait returns true; image_drop_ended is to be called once
	 * the chunk is removed.  Returns false if no thread can do so now. */
	bool (*drop)(void *ctx, struct image *im, uint32_t chunk);
};

struct image_counts {
	/* chunks in a store that did not match their hashes */
	uint64_t hash_failures;
	uint64_t store_errors;
};

/* Makes an empty list. store_dir and ops must stay valid until images_free.
 * Returns NULL on ENOMEM. */
struct images *images_new(const char *store_dir, const struct image_ops *ops,
			  void *ctx);
/* Closes all images, and frees the list. */
void images_free(struct images *is);

/* Moves the image from the list of images to the list of leaving images, so
 * that nothing new is begun with it.  The caller then calls image_shrink until
 * that returns false, and image_close once image_is_idle returns true. */
void image_leave(struct image *im);
/* Returns the first of the leaving images, from which STAILQ_NEXT leads to the
 * others; NULL: there is none. */
struct image *images_leaving(const struct images *is);
/* Drops some of the image's chunks.  Returns true if there may be more to
 * drop. */
bool image_shrink(struct image *im);
/* Returns true if no buffer and no reply has bytes of the image any more.
 * Before it looks, stores the chunk that image_keep_soon has noted, if any. */
bool image_is_idle(struct image *im);

/* Opens the store of the image that the manifest m describes, and adds the
 * image to the list.  Takes m over, also on error.  image_file: path of the
 * image file if this node is to be a seed, else NULL.  Returns NULL and sets
 * errno on failure. */
struct image *images_add(struct images *is, struct manifest *m,
			 const char *image_file);
void image_close(struct image *im);

uint32_t images_count(const struct images *is);
/* Return how many bytes of memory the tables by chunk take: images_table_bytes
 * for all images, image_table_bytes for an image with nchunks chunks.  An image
 * that another node announces is added only if the tables of all images then
 * take no more than images_table_max bytes. */
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

/* Returns the path of the image file on a seed, else NULL. */
const char *image_file(const struct image *im);
/* Return how many bytes the image's store holds, or the stores of all images,
 * with those that threads are to write, and without those that threads are to
 * remove. */
uint64_t image_bytes(const struct image *im);
uint64_t images_bytes(const struct images *is);
const struct image_counts *images_counts(const struct images *is);
/* Stores the chunks that image_keep_soon has noted, of all images. */
void images_settle(struct images *is);
/* Calls buffers_trim for each image.  Returns true if it returned true for
 * any. */
bool images_trim(struct images *is);
/* Looks at the next few chunks of each image: if the plugin has found a chunk
 * damaged and removed it from the store, it is noted as not held. */
void images_look_over(struct images *is);

/* Returns true if the chunk is held, with right bytes, and can be read without
 * waiting for a disk.  A chunk that is only found (CHUNK_FOUND) is compared
 * with its hash now. */
bool image_holds(struct image *im, uint32_t chunk);
/* Returns true if this node has the chunk on a disk, so that reading it may
 * block (fetch/disk.h). */
bool image_on_disk(const struct image *im, uint32_t chunk);
/* Must be called when a read of the chunk from a disk has failed: if the chunk
 * is not in the store any more, notes that it is not held. */
void image_was_wrong(struct image *im, uint32_t chunk);
/* Logs that this node cannot read the chunk any more.  Logs at most once in ten
 * seconds, whatever the image. */
void image_warn_lost(struct image *im, uint32_t chunk, int64_t now_ns);
/* If `hangs` is true, notes that the image's disk hangs, so that chunks on it
 * do not count as held; if false, that it answers again, so that they do. */
void image_disk_hangs(struct image *im, bool hangs);
/* Makes image_close leave the image's store and buffers allocated: a thread
 * that hangs in a read may use them until the process ends. */
void image_leave_open(struct image *im);
/* Writes a chunk that was verified to the store.  Returns 0, or an errno value:
 * ENOSPC if image_ops.admit returns false. */
int image_keep(struct image *im, uint32_t chunk, const void *data);
/* Notes that the verified chunk in b is to be stored soon: at the next
 * images_settle or image_keep_soon, or when somebody looks for the chunk.
 * Takes a reference to b. */
void image_keep_soon(struct image *im, uint32_t chunk, struct buffer *b);
/* Returns true if image_keep_soon has noted a chunk that is not stored yet. */
bool image_keeps_soon(const struct image *im);
/* Removes a chunk, which must not be pinned, from the store, or has a thread do
 * so.  If no thread can now, the chunk stays. */
void image_drop(struct image *im, uint32_t chunk);

/* Returns true if writing to the image's store may block.  Then a thread writes
 * (fetch/disk.h), and neither image_keep nor image_keep_soon may be called. */
bool image_writes_wait(const struct image *im);
/* Makes room for a verified chunk that a thread is to write.  Returns 0, or -1
 * and errno; ENOSPC if image_ops.admit returns false.  After 0
 * image_write_ended must be called, with *passes. */
int image_write_begins(struct image *im, uint32_t chunk, bool *passes);
/* Notes that the thread has written the chunk, or that writing has failed;
 * error: its errno value, or 0. */
void image_write_ended(struct image *im, uint32_t chunk, bool passes,
		       int error);
/* Notes that a chunk could not be written to the store; error: why. */
void image_refused(struct image *im, int error);
/* Notes that a thread has removed the chunk from the store. */
void image_drop_ended(struct image *im, uint32_t chunk);

/* image_expect notes that a chunk is being fetched, image_expect_end that the
 * fetch of the chunk has ended, whether or not the chunk has arrived. */
void image_expect(struct image *im, uint32_t chunk);
void image_expect_end(struct image *im, uint32_t chunk);

/* image_pin notes that one more reply points at the chunk's bytes in the store,
 * image_unpin that one fewer does.  While any reply does, the chunk is pinned,
 * and must not be dropped. */
void image_pin(struct image *im, uint32_t chunk);
void image_unpin(struct image *im, uint32_t chunk);
bool image_pinned(const struct image *im, uint32_t chunk);
/* image_touch notes that the chunk was read now.  image_used returns when that
 * was last, as a number that counts the reads of the image. */
void image_touch(struct image *im, uint32_t chunk);
uint32_t image_used(const struct image *im, uint32_t chunk);

#endif
