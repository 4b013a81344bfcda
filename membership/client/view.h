/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* view: the nodes as the member in use has told of them, for client.c.
 *
 * A whole view follows the member's HELLO.  A node that is not in it is
 * reported as gone, but only after a while: those who lost a member announce
 * themselves anew.
 */
#ifndef VF_MEMBERSHIP_CLIENT_VIEW_H
#define VF_MEMBERSHIP_CLIENT_VIEW_H

#include "lib/loop.h"
#include "membership/client/client.h"

struct view;

/* All but nodes is passed on to ops.  NULL: ENOMEM. */
struct view *view_new(struct loop *l, const struct member_client_ops *ops,
		      void *ctx);
void view_free(struct view *h);

/* A whole view follows. */
void view_begin(struct view *h);
/* The member is lost: whom it has not named yet stays. */
void view_lost(struct view *h);

/* True: the client is to pass the node on.  False: it is this node itself
 * (self, which may be NULL), or one beyond CLIENT_NODES_MAX. */
bool view_node(struct view *h, uint16_t number, const struct proto_node *n,
	       const struct proto_node *self);
void view_holds(struct view *h, const struct proto_msg *m);
void view_gone(struct view *h, const struct node_id *id,
	       enum proto_reason reason);
/* A member that is alone proves nobody gone. */
void view_end(struct view *h, uint64_t seq, bool alone);

#endif
