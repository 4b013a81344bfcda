/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* buffers: chunk-sized memory that is reused, counted by reference.
 *
 * A buffer carries a chunk from a peer's reply to the store, and to those
 * readers whose chunk the store could not keep.  Freed buffers stay with the
 * pool, so that a warm router allocates nothing on the read path, until
 * buffers_trim finds that they have not been wanted for a while: a stream's are
 * as much memory as a small machine's programs.
 */
#ifndef VF_ROUTER_IMAGE_BUFFERS_H
#define VF_ROUTER_IMAGE_BUFFERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct buffers;

struct buffer {
	struct buffers *pool;
	SLIST_ENTRY(buffer) entry; /* idle, in the pool */
	uint32_t refs;
	uint8_t *data;
};

struct buffers *buffers_new(uint32_t size);
/* All buffers must have come back. */
void buffers_free(struct buffers *p);

/* Gives back to the kernel what was not needed since the last call, but for a
 * few.  True: there is more, perhaps for the next call. */
bool buffers_trim(struct buffers *p);

/* Bytes of the buffers that are not with the pool. */
uint64_t buffers_bytes_out(const struct buffers *p);

/* Buffers that are with the pool. */
uint32_t buffers_idle(const struct buffers *p);

/* A buffer with one reference; NULL, ENOMEM. */
struct buffer *buffer_get(struct buffers *p);
struct buffer *buffer_ref(struct buffer *b);
void buffer_put(struct buffer *b);

#endif
