/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* view: keeps the nodes that the member in use has reported, for client.c.
 *
 * After its HELLO a member reports a whole view.  Nodes that are not in this
 * view are reported as gone, but only after CLIENT_SWEEP_MS, since nodes that
 * have lost their member need some time to find another.
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
/* Notes that the connection to the member is lost: nodes that the member has
 * not reported yet will not be reported as gone because of that. */
void view_lost(struct view *h);

/* Adds the node that the frame m, a NODE, describes; or gives a node that was
 * added before the flags that m, a FLAGS, has.  Sets *n to that node.  Returns
 * true if the client is to report the node; false if it is the client's own
 * node (self; NULL: none was announced), if CLIENT_NODES_MAX nodes were
 * reported already, if the node of a FLAGS is not known, or if the number of a
 * NODE is PROTO_NUMBER_TWIN, which is reported by member_client_ops.twin. */
bool view_node(struct view *h, const struct proto_msg *m,
	       const struct proto_node *self, struct proto_node *n);
void view_holds(struct view *h, const struct proto_msg *m);
void view_gone(struct view *h, const struct node_id *id,
	       enum proto_reason reason);
/* Ends a view.  Nodes that are missing in it will be reported as gone, unless
 * the member is `alone`: a member that has lost its group proves no node gone.
 */
void view_end(struct view *h, uint64_t seq, bool alone);

#endif
