/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* numbers: remembers, for the frames of one sender, for which node each number
 * stands, and the ids of that node's images in their order.  A frame NODE sets
 * both, and frames HOLD refer to them.
 */
#ifndef VF_MEMBERSHIP_WIRE_NUMBERS_H
#define VF_MEMBERSHIP_WIRE_NUMBERS_H

#include "membership/wire/proto.h"

struct numbers;

struct numbers *numbers_new(void);
void numbers_free(struct numbers *n);

/* Makes the number stand for the node; if there is no memory, for no node. */
void numbers_set(struct numbers *n, uint16_t number,
		 const struct proto_node *node);
/* Forgets the number of a node that has left. */
void numbers_forget(struct numbers *n, const struct node_id *id);
/* Forgets all numbers, since the sender begins anew. */
void numbers_clear(struct numbers *n);
/* Sets h->node and h->image to what h->number and h->index stand for.  Returns
 * false if they stand for nothing. */
bool numbers_resolve(const struct numbers *n, struct proto_hold *h);

#endif
