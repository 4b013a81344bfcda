/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk: reads chunks of an image from this node's disk.
 *
 * A read of a file may never end, if its mount is dead or its disk is gone.  So
 * the router's loop reads only chunks that lie in memory (store_waits).  All
 * others are read by a few threads, which each image has for itself: if the
 * disk of one image hangs, neither the loop nor another image has to wait.
 *
 * A disk at which reads are open, and which has ended none for
 * DISK_PATIENCE_NS, is SLOW: its open reads are answered with ETIMEDOUT, so
 * that peers are asked for the chunks, and disk_read refuses new reads.  A disk
 * that has ended none for DISK_HANGS_NS HANGS, and disk_ops.hangs is called.
 * The first read that ends, with or without an error, makes the disk WELL
 * again:
 *
 *   WELL --no answer--> SLOW --none for longer--> HANGS
 *     ^-------------------'---an answer---------------'
 *
 * Threads  all functions and callbacks run in the loop's thread.
 * Memory   a read that hangs keeps its buffer; these are DISK_THREADS buffers
 *          for each image at most.
 */
#ifndef VF_ROUTER_FETCH_DISK_H
#define VF_ROUTER_FETCH_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"
#include "router/image/buffers.h"

#define DISK_THREADS 4 /* number of threads for each image; arbitrary */
/* If reads are open, a disk is SLOW when none has ended for DISK_PATIENCE_NS,
 * and HANGS when none has for DISK_HANGS_NS.  Arbitrary. */
#define DISK_PATIENCE_NS 1000000000LL
#define DISK_HANGS_NS 3000000000LL

struct disk;
struct image;

struct disk_ops {
	/* Called when the read that was begun for `owner` has ended.  error is
	 * 0 if the buffer has right bytes.  ENODATA: the chunk is not held any
	 * more.  ETIMEDOUT: the disk is slow, and a thread may write to the
	 * buffer until the read gives up its reference.  Any other value is the
	 * errno value of the failed read, or the one that disk_cancel was
	 * given. */
	void (*done)(void *ctx, void *owner, int error);
	/* Called when the image's disk begins to hang (`hangs` is true), and
	 * when it has answered again. */
	void (*hangs)(void *ctx, struct image *im, bool hangs);
};

/* Makes the disk of an image; im and ops must stay valid until disk_free.
 * Returns NULL and sets errno on failure. */
struct disk *disk_new(struct loop *l, struct image *im,
		      const struct disk_ops *ops, void *ctx);
/* Drops the reads that no thread has begun, waits for the others, and frees the
 * disk.  No callback is called.  Returns 0; or -1 if the disk is slow, or a
 * thread does not end within DISK_PATIENCE_NS: threads may then still read, and
 * the image's store and the buffers of these reads must stay valid until the
 * process ends. */
int disk_free(struct disk *d);

/* Begins to read a chunk into b, and keeps a reference to b until the read has
 * ended.  When it has, disk_ops.done is called with `owner`.  Returns 0; or -1
 * if the disk is not WELL, or memory is short. */
int disk_read(struct disk *d, uint32_t chunk, struct buffer *b, void *owner);

/* Calls disk_ops.done with `error` for all reads that have not ended. */
void disk_cancel(struct disk *d, int error);

#endif
