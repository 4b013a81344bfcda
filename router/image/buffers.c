/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/image/buffers.h"

#include <assert.h>
#include <stdlib.h>

#include "lib/cleanup.h"

#define ALIGNMENT 4096
#define KEPT 4 /* how many idle buffers buffers_trim always leaves */

struct buffers {
	uint32_t size;
	uint32_t out;
	SLIST_HEAD(, buffer) idle;
	uint32_t nidle;
	/* the least number of idle buffers since the last buffers_trim */
	uint32_t spare;
};

struct buffers *
buffers_new(uint32_t size)
{
	struct buffers *p = calloc(1, sizeof *p);

	if (p != NULL)
		p->size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	return p;
}

static void
free_one(struct buffers *p)
{
	struct buffer *b = SLIST_FIRST(&p->idle);

	SLIST_REMOVE_HEAD(&p->idle, entry);
	p->nidle--;
	free(b->data);
	free(b);
}

void
buffers_free(struct buffers *p)
{
	if (p == NULL)
		return;
	assert(p->out == 0);
	while (!SLIST_EMPTY(&p->idle))
		free_one(p);
	free(p);
}

bool
buffers_trim(struct buffers *p)
{
	for (; p->spare > KEPT; p->spare--)
		free_one(p);
	p->spare = p->nidle;
	return p->nidle + p->out > KEPT;
}

uint64_t
buffers_bytes_out(const struct buffers *p)
{
	return (uint64_t)p->out * p->size;
}

uint32_t
buffers_idle(const struct buffers *p)
{
	return p->nidle;
}

static struct buffer *
buffer_new(struct buffers *p)
{
	AUTO_FREE struct buffer *b = calloc(1, sizeof *b);

	if (b == NULL)
		return NULL;
	b->data = aligned_alloc(ALIGNMENT, p->size);
	if (b->data == NULL)
		return NULL;
	b->pool = p;
	return TAKE_PTR(b);
}

struct buffer *
buffer_get(struct buffers *p)
{
	struct buffer *b = SLIST_FIRST(&p->idle);

	if (b != NULL) {
		SLIST_REMOVE_HEAD(&p->idle, entry);
		p->nidle--;
		if (p->spare > p->nidle)
			p->spare = p->nidle;
	} else if ((b = buffer_new(p)) == NULL) {
		return NULL;
	}
	b->refs = 1;
	p->out++;
	return b;
}

struct buffer *
buffer_ref(struct buffer *b)
{
	b->refs++;
	return b;
}

void
buffer_put(struct buffer *b)
{
	if (b == NULL)
		return;
	assert(b->refs > 0);
	if (--b->refs > 0)
		return;
	SLIST_INSERT_HEAD(&b->pool->idle, b, entry);
	b->pool->nidle++;
	b->pool->out--;
}
