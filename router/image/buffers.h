/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* buffers: keeps pools of chunk-sized buffers, which are counted by reference
 * and used again.
 *
 * A buffer carries a chunk from a peer's reply to the store, and to readers
 * that are served before the chunk is stored, or for whom the store has no
 * room.  Buffers without a reference stay in the pool, so that a router that
 * has run for a while allocates nothing on the read path.  buffers_trim frees
 * buffers that were not needed lately, since after a long read they take as
 * much memory as all programs of a small machine.
 */
#ifndef VF_ROUTER_IMAGE_BUFFERS_H
#define VF_ROUTER_IMAGE_BUFFERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct buffers;

struct buffer {
	struct buffers *pool;
	SLIST_ENTRY(buffer) entry; /* in the pool's list while refs is 0 */
	uint32_t refs;
	uint8_t *data;
};

struct buffers *buffers_new(uint32_t size);
/* Frees the pool.  No buffer of it may have a reference any more. */
void buffers_free(struct buffers *p);

/* Frees the buffers that were idle all the time since the last call, except a
 * few that always stay.  Returns true if more than these few are left, so that
 * a later call may free some. */
bool buffers_trim(struct buffers *p);

/* Returns the size in bytes of all buffers that have a reference. */
uint64_t buffers_bytes_out(const struct buffers *p);

/* Returns how many buffers lie idle in the pool. */
uint32_t buffers_idle(const struct buffers *p);

/* Returns a buffer with one reference; NULL: ENOMEM. */
struct buffer *buffer_get(struct buffers *p);
struct buffer *buffer_ref(struct buffer *b);
void buffer_put(struct buffer *b);

#endif
