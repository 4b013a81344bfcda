/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* heard: what the member in use has told of the nodes, for client.c.
 *
 * A whole view follows its HELLO.  Who is not in it is said to be gone, but
 * only after a while: those who lost a member announce themselves anew.
 */
#ifndef VF_MEMBERSHIP_CLIENT_HEARD_H
#define VF_MEMBERSHIP_CLIENT_HEARD_H

#include "lib/loop.h"
#include "membership/client/client.h"

struct heard;

/* NULL: ENOMEM.  What is heard goes to ops, but for nodes. */
struct heard *heard_new(struct loop *l, const struct member_client_ops *ops,
			void *ctx);
void heard_free(struct heard *h);

/* A whole view follows. */
void heard_begin(struct heard *h);
/* The member is lost: whom it has not named yet stays. */
void heard_lost(struct heard *h);

/* True: it is for the client to pass on.  Not this node itself, which may be
 * NULL, nor one beyond CLIENT_NODES_MAX. */
bool heard_node(struct heard *h, uint16_t number, const struct proto_node *n,
		const struct proto_node *self);
void heard_holds(struct heard *h, const struct proto_msg *m);
void heard_gone(struct heard *h, const struct node_id *id);
/* One that is alone proves nobody gone. */
void heard_view(struct heard *h, uint64_t seq, bool alone);

#endif
