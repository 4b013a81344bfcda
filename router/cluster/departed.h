/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* departed: nodes that are gone, remembered for a while for who asks.
 *
 * A node that is back, under its old id or as a machine of the same name and
 * address, is forgotten here.  Where there is no room the oldest goes first.
 */
#ifndef VF_ROUTER_CLUSTER_DEPARTED_H
#define VF_ROUTER_CLUSTER_DEPARTED_H

#include <stdint.h>

#include "membership/wire/proto.h"

/* Chosen: a large room that is switched off within a minute. */
#define DEPARTED_MAX 256
/* Chosen: an hour, in which somebody asks where a machine is. */
#define DEPARTED_KEEP_NS 3600000000000LL

struct departed {
	struct node_id id;
	char name[MANIFEST_NAME_MAX + 1];
	struct address nbd;
	enum proto_reason reason;
	int64_t at_ns; /* when it went */
};

/* {0} is empty. */
struct departed_list {
	uint32_t n;
	struct departed at[DEPARTED_MAX]; /* the oldest first */
};

void departed_add(struct departed_list *l, const struct proto_node *n,
		  enum proto_reason reason, int64_t now_ns);
/* Logs why a node is gone. */
void departed_log(const struct proto_node *n, enum proto_reason reason);
/* The node is there. */
void departed_back(struct departed_list *l, const struct proto_node *n);
/* Nodes that went too long ago are forgotten. */
void departed_expire(struct departed_list *l, int64_t now_ns);

#endif
