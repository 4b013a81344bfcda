/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* node_set: remembers the nodes that a client has reported.  So the client can
 * tell, when it has moved to another member, which of them that member does not
 * have.
 */
#ifndef VF_MEMBERSHIP_CLIENT_NODE_SET_H
#define VF_MEMBERSHIP_CLIENT_NODE_SET_H

#include "membership/wire/proto.h"

struct node_set;

struct node_set *node_set_new(uint32_t max);
void node_set_free(struct node_set *k);

/* Begins a new view: from now on no node of the set counts as seen in it, until
 * node_set_add is called for the node. */
void node_set_begin(struct node_set *k);
/* Adds a node, and notes that the current view has it.  Returns 0, or -1 and
 * ENOSPC: the set is full. */
int node_set_add(struct node_set *k, const struct node_id *id);
bool node_set_has(const struct node_set *k, const struct node_id *id);
bool node_set_remove(struct node_set *k, const struct node_id *id);
/* Removes the nodes that were not added since node_set_begin, calls `gone` for
 * each, and returns their number. */
uint32_t node_set_retire(struct node_set *k,
			 void (*gone)(void *ctx, const struct node_id *id),
			 void *ctx);

#endif
