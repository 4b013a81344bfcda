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

/* Returns a view that calls the callbacks hold, gone and view of ops; the
 * view's owner calls the others.  Returns NULL if there is no memory (ENOMEM).
 */
struct view *view_new(struct loop *l, const struct member_client_ops *ops,
		      void *ctx);
void view_free(struct view *h);

/* Begins a whole view, whose nodes the member is about to report. */
void view_begin(struct view *h);
/* Notes that the connection to the member is lost: nodes that the member had
 * not named are not reported as gone. */
void view_lost(struct view *h);

/* Adds a node, for which the member's frames HOLD use `number`.  Returns
 * whether the client is to report the node: false if it is this node itself
 * (`self`, or NULL if not known), or one beyond CLIENT_NODES_MAX. */
bool view_node(struct view *h, uint16_t number, const struct proto_node *n,
	       const struct proto_node *self);
void view_holds(struct view *h, const struct proto_msg *m);
void view_gone(struct view *h, const struct node_id *id,
	       enum proto_reason reason);
/* Ends a view.  Nodes that are missing in it will be reported as gone, unless
 * the member is `alone`: a member that has lost its group proves no node gone.
 */
void view_end(struct view *h, uint64_t seq, bool alone);

#endif
