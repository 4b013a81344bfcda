/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk: reads, writes and drops chunks of an image on this node's disk.
 *
 * A read or write of a file may never end, if its mount is dead or its disk is
 * gone.  So the router's loop reads only chunks that lie in memory
 * (store_waits), and writes only to stores that do (store_writes_wait).  All
 * else is done by a few threads, which each image has for itself: if the disk
 * of one image hangs, neither the loop nor another image has to wait.  One
 * thread writes and drops, in the order in which it was told to.
 *
 * Reads are one side of a disk, writes and drops the other.  A side at which
 * jobs are open, and which has ended none for DISK_PATIENCE_NS, is SLOW: its
 * open reads and writes are answered with ETIMEDOUT, so that peers are asked
 * for the chunks, and new ones are refused.  A side that has ended none for
 * DISK_HANGS_NS HANGS, and disk_ops.hangs is called.  The first job that ends,
 * with or without an error, makes the side WELL again:
 *
 *   WELL --no answer--> SLOW --none for longer--> HANGS
 *     ^-------------------'---an answer---------------'
 *
 * Threads  all functions and callbacks run in the loop's thread.
 * Memory   a job that hangs keeps its buffer; these are DISK_THREADS + 1
 * buffers for each image at most.
 */
#ifndef VF_ROUTER_FETCH_DISK_H
#define VF_ROUTER_FETCH_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"
#include "router/image/buffers.h"

#define DISK_THREADS 4 /* threads that read, for each image; arbitrary */
/* arbitrary, both; see above */
#define DISK_PATIENCE_NS 1000000000LL
#define DISK_HANGS_NS 3000000000LL

enum disk_side { DISK_READS, DISK_WRITES, DISK_SIDES };

struct disk;
struct image;

struct disk_ops {
	/* Called when the read or write that was begun for `owner` has ended.
	 * error is 0 if the buffer has right bytes, or they are written.
	 * ENODATA: the chunk is not held any more.  ETIMEDOUT: the side is
	 * slow, and a thread may use the buffer until it gives up its
	 * reference.  Any other value is the errno value of what has failed, or
	 * the one that disk_cancel was given. */
	void (*done)(void *ctx, void *owner, int error);
	/* Called once for each write, before `done`, when no thread will write
	 * the chunk any more; error: an errno value, or 0: it is written. */
	void (*written)(void *ctx, struct image *im, uint32_t chunk,
			bool passes, int error);
	/* Called when a thread has dropped the chunk. */
	void (*dropped)(void *ctx, struct image *im, uint32_t chunk);
	/* Called when a side of the image's disk begins to hang (hangs is
	 * true), and when it has answered again. */
	void (*hangs)(void *ctx, struct image *im, enum disk_side side,
		      bool hangs);
};

/* Makes the disk of an image; im and ops must stay valid until disk_free.
 * Returns NULL and sets errno on failure. */
struct disk *disk_new(struct loop *l, struct image *im,
		      const struct disk_ops *ops, void *ctx);
/* Drops the jobs that no thread has begun, waits for the others, and frees the
 * disk.  No callback is called.  Returns 0; or -1 if a side is slow, or a
 * thread does not end within DISK_PATIENCE_NS: threads may then still be at
 * work, and the image's store and the buffers of their jobs must stay valid
 * until the process ends. */
int disk_free(struct disk *d);

/* Begins to read a chunk into b, and keeps a reference to b until the read has
 * ended.  When it has, disk_ops.done is called with `owner`.  Returns 0; or -1
 * if that side is not WELL, or memory is short. */
int disk_read(struct disk *d, uint32_t chunk, struct buffer *b, void *owner);
/* Begins to write the chunk in b, which was verified, as disk_read begins to
 * read one.  `passes` is handed to disk_ops.written. */
int disk_write(struct disk *d, uint32_t chunk, struct buffer *b, bool passes,
	       void *owner);
/* Begins to drop a chunk; calls disk_ops.dropped in the end, unless the disk is
 * freed before.  Returns as disk_read does. */
int disk_drop(struct disk *d, uint32_t chunk);

/* Returns for how long the side has answered nothing, if it HANGS, else 0. */
int64_t disk_hangs_ns(const struct disk *d, enum disk_side side);
/* Returns true if both sides are WELL. */
bool disk_is_well(const struct disk *d);

/* Calls disk_ops.done with `error` for all reads and writes that have not
 * ended. */
void disk_cancel(struct disk *d, int error);

#endif
