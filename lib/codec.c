/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/codec.h"

#include <endian.h>
#include <string.h>

/* Moves past the next len bytes; returns where they begin, or NULL, with failed
 * set, if there are fewer.  Inline in all that read, since a router reads and
 * writes a dozen numbers for each request. */
static inline const uint8_t *
take(struct reader *r, size_t len)
{
	const uint8_t *p = r->p;

	if (r->failed || len > r->left) {
		r->failed = true;
		return NULL;
	}
	r->p += len;
	r->left -= len;
	return p;
}

/* The same of a writer. */
static inline uint8_t *
room(struct writer *w, size_t len)
{
	uint8_t *p = w->p;

	if (w->failed || len > w->left) {
		w->failed = true;
		return NULL;
	}
	w->p += len;
	w->left -= len;
	w->wrote += len;
	return p;
}

struct reader
reader_init(const void *buf, size_t len)
{
	return (struct reader){.p = buf, .left = len};
}

const void *
read_view(struct reader *r, size_t len)
{
	return take(r, len);
}

void
read_bytes(struct reader *r, void *to, size_t len)
{
	const void *p = take(r, len);

	if (len == 0)
		return;
	if (p != NULL)
		memcpy(to, p, len);
	else
		memset(to, 0, len);
}

uint8_t
read_u8(struct reader *r)
{
	const uint8_t *p = take(r, 1);

	return p != NULL ? *p : 0;
}

uint16_t
read_u16(struct reader *r)
{
	const uint8_t *p = take(r, sizeof(uint16_t));
	uint16_t v = 0;

	if (p != NULL)
		memcpy(&v, p, sizeof v);
	return be16toh(v);
}

uint32_t
read_u32(struct reader *r)
{
	const uint8_t *p = take(r, sizeof(uint32_t));
	uint32_t v = 0;

	if (p != NULL)
		memcpy(&v, p, sizeof v);
	return be32toh(v);
}

uint64_t
read_u64(struct reader *r)
{
	const uint8_t *p = take(r, sizeof(uint64_t));
	uint64_t v = 0;

	if (p != NULL)
		memcpy(&v, p, sizeof v);
	return be64toh(v);
}

bool
reader_done(const struct reader *r)
{
	return !r->failed && r->left == 0;
}

struct writer
writer_init(void *buf, size_t len)
{
	return (struct writer){.p = buf, .left = len};
}

void
write_bytes(struct writer *w, const void *from, size_t len)
{
	uint8_t *p = room(w, len);

	if (p != NULL && len > 0)
		memcpy(p, from, len);
}

void
write_u8(struct writer *w, uint8_t v)
{
	uint8_t *p = room(w, sizeof v);

	if (p != NULL)
		*p = v;
}

void
write_u16(struct writer *w, uint16_t v)
{
	uint8_t *p = room(w, sizeof v);

	v = htobe16(v);
	if (p != NULL)
		memcpy(p, &v, sizeof v);
}

void
write_u32(struct writer *w, uint32_t v)
{
	uint8_t *p = room(w, sizeof v);

	v = htobe32(v);
	if (p != NULL)
		memcpy(p, &v, sizeof v);
}

void
write_u64(struct writer *w, uint64_t v)
{
	uint8_t *p = room(w, sizeof v);

	v = htobe64(v);
	if (p != NULL)
		memcpy(p, &v, sizeof v);
}
