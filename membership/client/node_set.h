/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* node_set: the nodes that a client has reported, so that after a change of
 * member it can tell which of them the new one does not have.
 */
#ifndef VF_MEMBERSHIP_CLIENT_NODE_SET_H
#define VF_MEMBERSHIP_CLIENT_NODE_SET_H

#include "membership/wire/proto.h"

struct node_set;

struct node_set *node_set_new(uint32_t max);
void node_set_free(struct node_set *k);

/* A whole view follows: nothing of it has been seen. */
void node_set_begin(struct node_set *k);
/* The view has this node.  -1: the set is full. */
int node_set_add(struct node_set *k, const struct node_id *id);
bool node_set_has(const struct node_set *k, const struct node_id *id);
bool node_set_remove(struct node_set *k, const struct node_id *id);
/* Nodes not seen since node_set_begin are removed and reported: how many. */
uint32_t node_set_retire(struct node_set *k,
			 void (*gone)(void *ctx, const struct node_id *id),
			 void *ctx);

#endif
