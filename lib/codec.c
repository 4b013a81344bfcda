/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/codec.h"

#include <endian.h>
#include <string.h>

struct reader
reader_init(const void *buf, size_t len)
{
	return (struct reader){.p = buf, .left = len};
}

const void *
read_view(struct reader *r, size_t len)
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

void
read_bytes(struct reader *r, void *to, size_t len)
{
	const void *p = read_view(r, len);

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
	uint8_t v;

	read_bytes(r, &v, sizeof v);
	return v;
}

uint16_t
read_u16(struct reader *r)
{
	uint16_t v;

	read_bytes(r, &v, sizeof v);
	return be16toh(v);
}

uint32_t
read_u32(struct reader *r)
{
	uint32_t v;

	read_bytes(r, &v, sizeof v);
	return be32toh(v);
}

uint64_t
read_u64(struct reader *r)
{
	uint64_t v;

	read_bytes(r, &v, sizeof v);
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
	if (w->failed || len > w->left) {
		w->failed = true;
		return;
	}
	if (len == 0)
		return;
	memcpy(w->p, from, len);
	w->p += len;
	w->left -= len;
	w->wrote += len;
}

void
write_u8(struct writer *w, uint8_t v)
{
	write_bytes(w, &v, sizeof v);
}

void
write_u16(struct writer *w, uint16_t v)
{
	v = htobe16(v);
	write_bytes(w, &v, sizeof v);
}

void
write_u32(struct writer *w, uint32_t v)
{
	v = htobe32(v);
	write_bytes(w, &v, sizeof v);
}

void
write_u64(struct writer *w, uint64_t v)
{
	v = htobe64(v);
	write_bytes(w, &v, sizeof v);
}
