/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk: reads the chunks of an image that this node has on a disk.
 *
 * A read of a file under a dead mount, or on a disk that is gone, may never
 * end.  So the loop reads only chunks that lie in memory (store_waits), and a
 * few threads for each image read the others: the disk of one image holds up
 * neither the loop nor another image.
 *
 * A disk that owes reads and has ended none for DISK_PATIENCE_NS is SLOW: its
 * reads are answered with ETIMEDOUT, so that peers are asked for the chunks,
 * and disk_read refuses new ones.  After DISK_HANGS_NS it HANGS, and
 * disk_ops.hangs is called.  The first read that ends, with or without an
 * error, makes the disk WELL again:
 *
 *   WELL --no answer--> SLOW --none for longer--> HANGS
 *     ^-------------------'---an answer---------------'
 *
 * Threads  all functions and callbacks run in the loop's thread.
 * Memory   a read that hangs keeps its buffer: DISK_THREADS for an image at
 *          most.
 */
#ifndef VF_ROUTER_FETCH_DISK_H
#define VF_ROUTER_FETCH_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"
#include "router/image/buffers.h"

#define DISK_THREADS 4 /* threads for each image; arbitrary */
/* A disk that owes reads is SLOW when none has ended for DISK_PATIENCE_NS, and
 * HANGS when none has for DISK_HANGS_NS.  Arbitrary. */
#define DISK_PATIENCE_NS 1000000000LL
#define DISK_HANGS_NS 3000000000LL

struct disk;
struct image;

struct disk_ops {
	/* Called when the read of `owner` has ended.  error is 0: the buffer
	 * has right bytes.  ENODATA: the chunk is not held any more.
	 * ETIMEDOUT: the disk is slow, and a thread may write to the buffer as
	 * long as the read has its reference.  Any other: the errno value of
	 * the failed read, or the one that was given to disk_cancel. */
	void (*done)(void *ctx, void *owner, int error);
	/* Called when the image's disk begins to hang (hangs is true), and when
	 * it has answered again. */
	void (*hangs)(void *ctx, struct image *im, bool hangs);
};

/* Makes the disk of an image; im and ops must stay valid until disk_free.
 * Returns NULL and sets errno on failure. */
struct disk *disk_new(struct loop *l, struct image *im,
		      const struct disk_ops *ops, void *ctx);
/* Waits for the reads that have begun, drops the others, and frees the disk.
 * No callback is called.  Returns 0; or -1 if the disk is slow: threads may
 * then still read, and the image's store and the buffers of these reads must
 * live as long as the process. */
int disk_free(struct disk *d);

/* Begins to read a chunk into b, and takes a reference to b until the read has
 * ended; disk_ops.done then gets `owner`.  Returns -1 if the disk is not WELL,
 * or memory is short. */
int disk_read(struct disk *d, uint32_t chunk, struct buffer *b, void *owner);

/* Calls disk_ops.done with `error` for the owners of all reads that have not
 * ended. */
void disk_cancel(struct disk *d, int error);

#endif
