/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* view: keeps the nodes that the member in use has reported, for client.c.
 *
 * After its HELLO a member reports a whole view.  A node that is not in this
 * view is reported as gone, but only after CLIENT_SWEEP_MS: nodes that have
 * lost their member announce themselves anew in that time.
 */
#ifndef VF_MEMBERSHIP_CLIENT_VIEW_H
#define VF_MEMBERSHIP_CLIENT_VIEW_H

#include "lib/loop.h"
#include "membership/client/client.h"

struct view;

/* Returns a view that calls ops for all that is reported, except ops->node,
 * which its owner calls.  NULL: ENOMEM. */
struct view *view_new(struct loop *l, const struct member_client_ops *ops,
		      void *ctx);
void view_free(struct view *h);

/* Begins a whole view, which the member reports next. */
void view_begin(struct view *h);
/* Notes that the member is lost: no node is reported as gone because the member
 * has not named it. */
void view_lost(struct view *h);

/* Adds a node, which the member calls by `number`.  Returns whether the client
 * is to report it; false: the node is this node itself (self; NULL: not known),
 * or one beyond CLIENT_NODES_MAX. */
bool view_node(struct view *h, uint16_t number, const struct proto_node *n,
	       const struct proto_node *self);
void view_holds(struct view *h, const struct proto_msg *m);
void view_gone(struct view *h, const struct node_id *id,
	       enum proto_reason reason);
/* Ends a view.  Nodes that are missing in it will be reported as gone, unless
 * the member is alone, which proves no node gone. */
void view_end(struct view *h, uint64_t seq, bool alone);

#endif
