/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/proto_flags.h"

struct proto_flags
proto_flags_of(uint16_t number, const struct proto_node *n)
{
	struct proto_flags f = {.number = number,
				.node = proto_node_flags(n),
				.nimages = n->nimages};

	for (uint8_t i = 0; i < n->nimages; i++)
		f.images[i] = proto_image_flags(&n->images[i]);
	return f;
}

bool
proto_flags_set(struct proto_node *n, const struct proto_flags *f)
{
	if (n->nimages != f->nimages)
		return false;
	proto_node_set_flags(n, f->node);
	for (uint8_t i = 0; i < n->nimages; i++)
		proto_image_set_flags(&n->images[i], f->images[i]);
	return true;
}

bool
proto_flags_only(const struct proto_node *a, const struct proto_node *b)
{
	struct proto_node as_b = *a;
	struct proto_flags f = proto_flags_of(0, b);

	return proto_flags_set(&as_b, &f) && proto_node_equal(&as_b, b);
}
