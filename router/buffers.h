/* buffers: chunk-sized memory that is reused, counted by reference.
 *
 * A buffer carries a chunk from a peer's reply to the store, and to those
 * readers whose chunk the store could not keep.  Freed buffers stay with the
 * pool, so that a warm router allocates nothing on the read path.
 */
#ifndef VF_ROUTER_BUFFERS_H
#define VF_ROUTER_BUFFERS_H

#include <stdint.h>

struct buffers;

struct buffer {
	struct buffers *pool;
	struct buffer *next; /* the pool's */
	uint32_t refs;
	uint8_t *data;
};

struct buffers *buffers_new(uint32_t size);
/* All buffers must have come back. */
void buffers_free(struct buffers *p);

/* Bytes of those that are not with the pool. */
uint64_t buffers_bytes_out(const struct buffers *p);

/* One reference; NULL, ENOMEM. */
struct buffer *buffer_get(struct buffers *p);
struct buffer *buffer_ref(struct buffer *b);
void buffer_put(struct buffer *b);

#endif
