/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* numbers: the nodes that the numbers of one sender stand for, and the images
 * of each; see PROTO_NODE and PROTO_HOLD.
 */
#ifndef VF_MEMBERSHIP_WIRE_NUMBERS_H
#define VF_MEMBERSHIP_WIRE_NUMBERS_H

#include "membership/wire/proto.h"

struct numbers;

struct numbers *numbers_new(void);
void numbers_free(struct numbers *n);

/* The number stands for the node from now on; without memory, for none. */
void numbers_set(struct numbers *n, uint16_t number,
		 const struct proto_node *node);
/* The node has left. */
void numbers_forget(struct numbers *n, const struct node_id *id);
/* The sender begins anew. */
void numbers_clear(struct numbers *n);
/* The node and image that number and index stand for are filled in.  False:
 * they stand for none. */
bool numbers_resolve(const struct numbers *n, struct proto_hold *h);

#endif
