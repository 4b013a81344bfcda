/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto_field: gets and sets the fields of a NODE by their types.  A node sends
 * only its own fields.  A member hands on the fields of all nodes, even those
 * of types that it does not know.
 */
#ifndef VF_MEMBERSHIP_WIRE_PROTO_FIELD_H
#define VF_MEMBERSHIP_WIRE_PROTO_FIELD_H

#include "membership/wire/proto.h"

/* bytes of a field before its data: type and length */
#define PROTO_FIELD_HEAD 4

enum proto_field {
	/* removals of images: router/cluster/removed_images.h has the form */
	PROTO_FIELD_REMOVED = 1,
	/* report of a machine: proto_host.h has the form */
	PROTO_FIELD_HOST = 2,
	/* roles of a machine: proto_roles.h has the form */
	PROTO_FIELD_ROLES = 3,
};

/* Returns a pointer into n to the field's data, and sets *len to their number
 * of bytes; NULL: the node has no field of that type. */
const uint8_t *proto_field_get(const struct proto_node *n,
			       enum proto_field type, size_t *len);
/* Sets the field of that type, or, if len is 0, removes it.  Returns 0; or, if
 * all fields together would be too long, changes nothing and returns -1 with
 * errno ENOSPC. */
int proto_field_set(struct proto_node *n, enum proto_field type,
		    const void *data, size_t len);
/* Does the same.  Returns true if the node had another field of that type, or
 * none, and has this one now. */
bool proto_field_change(struct proto_node *n, enum proto_field type,
			const void *data, size_t len);

#endif
