/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk: reads of what a node has of an image outside its memory.
 *
 * A file under a dead mount, or on a disk that is gone, is waited for without
 * an end.  So the loop reads only what lies in memory (store_waits), and a few
 * threads of each image all else: one image's disk holds up no other's.
 *
 * A disk of which nothing has come for DISK_PATIENCE_NS, though it was asked,
 * is slow: what it was asked for is to be had elsewhere, and nothing more is
 * asked of it.  After DISK_HANGS_NS it is said to hang.  The first read that
 * ends, well or not, makes it well again:
 *
 *   WELL --no answer--> SLOW --none for longer--> HANGS
 *     ^-------------------'---an answer---------------'
 *
 * Threads  all functions are the loop's.
 * Memory   a read that hangs keeps its buffer, so DISK_THREADS of them at most.
 */
#ifndef VF_ROUTER_FETCH_DISK_H
#define VF_ROUTER_FETCH_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"
#include "router/image/buffers.h"

#define DISK_THREADS 4 /* chosen: a disk orders what it is asked at once */
/* Chosen: a disk that spins up, or that many read, is slow for less. */
#define DISK_PATIENCE_NS 1000000000LL
#define DISK_HANGS_NS 3000000000LL

struct disk;
struct image;

struct disk_ops {
	/* A read has ended.  0: the buffer has right bytes.  ENODATA: the chunk
	 * is not held any more.  ETIMEDOUT: the disk is slow, and the buffer
	 * may be written to as long as the disk refers to it.  Else an errno
	 * value of the read. */
	void (*done)(void *ctx, void *owner, int error);
	/* The image's disk hangs; it has answered again. */
	void (*hangs)(void *ctx, struct image *im, bool hangs);
};

/* NULL and errno.  im and ops are kept. */
struct disk *disk_new(struct loop *l, struct image *im,
		      const struct disk_ops *ops, void *ctx);
/* Waits for reads that have begun, and drops all, but for those of a disk that
 * is slow: then -1, and the store and the buffers of those reads must live as
 * long as the process. */
int disk_free(struct disk *d);

/* Begins to read a chunk into a buffer, to which the disk refers meanwhile.
 * -1: the disk is slow, or ENOMEM. */
int disk_read(struct disk *d, uint32_t chunk, struct buffer *b, void *owner);

/* Ends all reads for their owners, with that error. */
void disk_cancel(struct disk *d, int error);

#endif
