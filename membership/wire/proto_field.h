/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto_field: the fields of a NODE by their types.  A node hands on its own
 * alone; members pass on all, also those that they do not know.
 */
#ifndef VF_MEMBERSHIP_WIRE_PROTO_FIELD_H
#define VF_MEMBERSHIP_WIRE_PROTO_FIELD_H

#include "membership/wire/proto.h"

#define PROTO_FIELD_HEAD 4 /* bytes: type and length */

enum proto_field {
	PROTO_FIELD_REMOVED = 1, /* router/cluster/removed.h */
};

/* The field's data, within n; NULL: the node has none of that type. */
const uint8_t *proto_field_get(const struct proto_node *n,
			       enum proto_field type, size_t *len);
/* Sets a field, or, where it is empty, takes it away.  -1, ENOSPC: all fields
 * together are too long, and nothing has changed. */
int proto_field_set(struct proto_node *n, enum proto_field type,
		    const void *data, size_t len);

#endif
