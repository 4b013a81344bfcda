/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* departed: a list of the nodes that have gone, kept for a while so that the
 * status can show them.
 *
 * A node that comes back is removed from the list, be it under its old id, or
 * under a new one but with the same name and address.  If the list is full, the
 * node that went first is removed to make room.
 */
#ifndef VF_ROUTER_CLUSTER_DEPARTED_H
#define VF_ROUTER_CLUSTER_DEPARTED_H

#include <stdint.h>

#include "membership/wire/proto.h"

/* Most nodes in the list.  Arbitrary: as many as a large room has machines,
 * since all may go at once. */
#define DEPARTED_MAX 256
/* Time for which a node stays in the list.  Arbitrary: an hour, within which
 * somebody may ask where a machine is. */
#define DEPARTED_KEEP_NS 3600000000000LL

struct departed {
	struct node_id id;
	char name[MANIFEST_NAME_MAX + 1];
	struct address nbd;
	enum proto_reason reason;
	int64_t at_ns; /* when the node left or was lost */
};

/* A list that is all zero is empty. */
struct departed_list {
	uint32_t n;
	/* sorted: the node that went first comes first */
	struct departed at[DEPARTED_MAX];
};

void departed_add(struct departed_list *l, const struct proto_node *n,
		  enum proto_reason reason, int64_t now_ns);
/* Logs that node n is gone, and why. */
void departed_log(const struct proto_node *n, enum proto_reason reason);
/* Removes node n from the list, because it is there again. */
void departed_back(struct departed_list *l, const struct proto_node *n);
/* Removes the nodes that went more than DEPARTED_KEEP_NS ago. */
void departed_expire(struct departed_list *l, int64_t now_ns);

#endif
