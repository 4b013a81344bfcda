/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/nbd/nbd_wire.h"

#include <errno.h>
#include <string.h>

#define MAGIC_INIT 0x4e42444d41474943ULL   /* "NBDMAGIC" */
#define MAGIC_OPTION 0x49484156454f5054ULL /* "IHAVEOPT" */
#define MAGIC_OPTION_REPLY 0x0003e889045565a9ULL
#define MAGIC_REQUEST 0x25609513U
#define MAGIC_SIMPLE 0x67446698U
#define MAGIC_CHUNK 0x668e33efU

#define CHUNK_DONE (1U << 0)
#define EXPORT_ZEROES 124

bool
nbd_wire_option(const uint8_t *b, struct nbd_option *o)
{
	struct reader r = reader_init(b, NBD_OPTION_SIZE);
	uint64_t magic = read_u64(&r);

	o->option = read_u32(&r);
	o->len = read_u32(&r);
	return magic == MAGIC_OPTION;
}

bool
nbd_wire_go(const void *data, size_t len, struct nbd_go *g)
{
	struct reader r = reader_init(data, len);
	unsigned n;

	memset(g, 0, sizeof *g);
	g->name_len = read_u32(&r);
	g->name = read_view(&r, g->name_len);
	n = read_u16(&r);
	for (unsigned i = 0; i < n && !r.failed; i++)
		switch (read_u16(&r)) {
		case NBD_INFO_NAME:
			g->wants_name = true;
			break;
		case NBD_INFO_BLOCK_SIZE:
			g->wants_block_size = true;
			break;
		}
	return reader_done(&r);
}

bool
nbd_wire_meta(const void *data, size_t len, struct nbd_meta *m)
{
	struct reader r = reader_init(data, len);

	memset(m, 0, sizeof *m);
	m->name_len = read_u32(&r);
	m->name = read_view(&r, m->name_len);
	m->nqueries = read_u32(&r);
	for (uint32_t i = 0; i < m->nqueries && !r.failed; i++) {
		uint32_t n = read_u32(&r);
		const char *query = read_view(&r, n);

		if (query == NULL)
			break;
		if (n == strlen(NBD_ALLOCATION) &&
		    memcmp(query, NBD_ALLOCATION, n) == 0)
			m->allocation = true;
		if (n == strlen("base:") && memcmp(query, "base:", n) == 0)
			m->base = true;
	}
	return reader_done(&r);
}

void
nbd_wire_greeting(struct writer *w)
{
	write_u64(w, MAGIC_INIT);
	write_u64(w, MAGIC_OPTION);
	write_u16(w, NBD_FLAG_FIXED_NEWSTYLE | NBD_FLAG_NO_ZEROES);
}

static uint16_t
export_flags(const struct nbd_agreed *a)
{
	return NBD_FLAG_HAS_FLAGS | NBD_FLAG_READ_ONLY |
	       NBD_FLAG_CAN_MULTI_CONN | NBD_FLAG_SEND_CACHE |
	       (a->structured ? NBD_FLAG_SEND_DF : 0);
}

void
nbd_wire_export(struct writer *w, const struct nbd_agreed *a)
{
	static const uint8_t zeroes[EXPORT_ZEROES];

	write_u64(w, a->size);
	write_u16(w, export_flags(a));
	if (a->zeroes)
		write_bytes(w, zeroes, sizeof zeroes);
}

void
nbd_wire_option_reply(struct writer *w, uint32_t option, uint32_t type,
		      uint32_t len)
{
	write_u64(w, MAGIC_OPTION_REPLY);
	write_u32(w, option);
	write_u32(w, type);
	write_u32(w, len);
}

void
nbd_wire_info_export(struct writer *w, const struct nbd_agreed *a)
{
	write_u16(w, NBD_INFO_EXPORT);
	write_u64(w, a->size);
	write_u16(w, export_flags(a));
}

void
nbd_wire_info_block_size(struct writer *w, uint32_t preferred, uint32_t max)
{
	write_u16(w, NBD_INFO_BLOCK_SIZE);
	write_u32(w, 1);
	write_u32(w, preferred);
	write_u32(w, max);
}

bool
nbd_wire_command(const uint8_t *b, struct nbd_command *c)
{
	struct reader r = reader_init(b, NBD_REQUEST_SIZE);
	uint32_t magic = read_u32(&r);

	c->flags = read_u16(&r);
	c->type = read_u16(&r);
	c->cookie = read_u64(&r);
	c->offset = read_u64(&r);
	c->len = read_u32(&r);
	return magic == MAGIC_REQUEST;
}

/* Returns true if the command has only flags that were advertised and that it
 * may have; any other flag is an error (proto.md, "Command flags"). */
static bool
flags_ok(const struct nbd_command *c, const struct nbd_agreed *a)
{
	unsigned allowed = 0;

	if (c->type == NBD_CMD_READ && a->structured)
		allowed = NBD_CMD_FLAG_DF;
	if (c->type == NBD_CMD_BLOCK_STATUS)
		allowed = NBD_CMD_FLAG_REQ_ONE;
	return (c->flags & ~allowed) == 0;
}

static int
check_range(const struct nbd_command *c, const struct nbd_agreed *a,
	    uint32_t most)
{
	if (!flags_ok(c, a) || c->len == 0)
		return EINVAL;
	if (c->offset > a->size || c->len > a->size - c->offset)
		return EINVAL;
	if (c->len > most)
		return c->flags & NBD_CMD_FLAG_DF ? EOVERFLOW : EINVAL;
	return 0;
}

int
nbd_wire_check(const struct nbd_command *c, const struct nbd_agreed *a,
	       uint32_t read_max)
{
	switch (c->type) {
	case NBD_CMD_READ:
	case NBD_CMD_CACHE:
		return check_range(c, a, read_max);
	case NBD_CMD_BLOCK_STATUS:
		if (!a->allocation)
			return EINVAL;
		return check_range(c, a, UINT32_MAX);
	case NBD_CMD_WRITE:
	case NBD_CMD_TRIM:
	case NBD_CMD_WRITE_ZEROES:
		return EPERM;
	default:
		return EINVAL;
	}
}

/* Returns NBD's error value for an errno value: the same number, or EIO's for
 * an errno value that NBD does not have (proto.md, "Error values"). */
static uint32_t
error_value(int error)
{
	switch (error) {
	case 0:
	case EPERM:
	case EIO:
	case ENOMEM:
	case EINVAL:
	case ENOSPC:
	case EOVERFLOW:
	case EOPNOTSUPP:
	case ESHUTDOWN:
		return error;
	default:
		return EIO;
	}
}

uint32_t
nbd_wire_simple(uint8_t *to, uint64_t cookie, int error)
{
	struct writer w = writer_init(to, NBD_HEAD_MAX);

	write_u32(&w, MAGIC_SIMPLE);
	write_u32(&w, error_value(error));
	write_u64(&w, cookie);
	return w.wrote;
}

static void
write_chunk(struct writer *w, uint64_t cookie, bool last, uint16_t type,
	    uint32_t len)
{
	write_u32(w, MAGIC_CHUNK);
	write_u16(w, last ? CHUNK_DONE : 0);
	write_u16(w, type);
	write_u64(w, cookie);
	write_u32(w, len);
}

uint32_t
nbd_wire_data(uint8_t *to, uint64_t cookie, bool last, uint64_t offset,
	      uint32_t len)
{
	struct writer w = writer_init(to, NBD_HEAD_MAX);

	write_chunk(&w, cookie, last, NBD_REPLY_OFFSET_DATA, 8 + len);
	write_u64(&w, offset);
	return w.wrote;
}

uint32_t
nbd_wire_end(uint8_t *to, uint64_t cookie, int error)
{
	struct writer w = writer_init(to, NBD_HEAD_MAX);

	if (error == 0) {
		write_chunk(&w, cookie, true, NBD_REPLY_NONE, 0);
		return w.wrote;
	}
	write_chunk(&w, cookie, true, NBD_REPLY_ERROR, 6);
	write_u32(&w, error_value(error));
	write_u16(&w, 0); /* length of the error text, which is empty */
	return w.wrote;
}

uint32_t
nbd_wire_allocated(uint8_t *to, uint64_t cookie, uint32_t len)
{
	struct writer w = writer_init(to, NBD_HEAD_MAX);

	write_chunk(&w, cookie, true, NBD_REPLY_BLOCK_STATUS, 12);
	write_u32(&w, NBD_ALLOCATION_ID);
	write_u32(&w, len);
	write_u32(&w, 0); /* flags: neither a hole nor known to be zero */
	return w.wrote;
}
