/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/proto_field.h"

#include <errno.h>
#include <string.h>

#include "lib/codec.h"

struct place {
	/* offset of the field, or of the place where it would be inserted */
	size_t at;
	size_t all; /* bytes of the field with its head; 0: there is no field */
};

/* Returns where the field of that type stands, or where it would be inserted,
 * since fields stand in ascending order of type. */
static struct place
find(const struct proto_node *n, unsigned type)
{
	struct reader r = reader_init(n->fields, n->nfields);
	struct place p = {0};

	while (p.at < n->nfields) {
		unsigned its = read_u16(&r);
		size_t len = read_u16(&r);

		(void)read_view(&r, len);
		if (r.failed || its > type)
			break;
		if (its == type) {
			p.all = PROTO_FIELD_HEAD + len;
			break;
		}
		p.at += PROTO_FIELD_HEAD + len;
	}
	return p;
}

const uint8_t *
proto_field_get(const struct proto_node *n, enum proto_field type, size_t *len)
{
	struct place p = find(n, type);

	if (p.all == 0)
		return NULL;
	*len = p.all - PROTO_FIELD_HEAD;
	return n->fields + p.at + PROTO_FIELD_HEAD;
}

int
proto_field_set(struct proto_node *n, enum proto_field type, const void *data,
		size_t len)
{
	struct place p = find(n, type);
	size_t all = len > 0 ? PROTO_FIELD_HEAD + len : 0;
	uint8_t *at = n->fields + p.at;
	struct writer w;

	if (n->nfields - p.all + all > PROTO_FIELDS_MAX) {
		errno = ENOSPC;
		return -1;
	}
	memmove(at + all, at + p.all, n->nfields - p.at - p.all);
	n->nfields += all - p.all;
	if (all == 0)
		return 0;
	w = writer_init(at, all);
	write_u16(&w, type);
	write_u16(&w, len);
	write_bytes(&w, data, len);
	return 0;
}

bool
proto_field_change(struct proto_node *n, enum proto_field type,
		   const void *data, size_t len)
{
	size_t had = 0;
	const uint8_t *was = proto_field_get(n, type, &had);

	if (had == len && (len == 0 || memcmp(was, data, len) == 0))
		return false;
	return proto_field_set(n, type, data, len) == 0;
}
