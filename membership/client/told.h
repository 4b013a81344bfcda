/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* told: what this node has to say of itself to its member.
 *
 * Nothing is queued: it is the difference between the node's state and what
 * this member was told, taken when the socket has room.  Pure.
 */
#ifndef VF_MEMBERSHIP_CLIENT_TOLD_H
#define VF_MEMBERSHIP_CLIENT_TOLD_H

#include "lib/bitmap.h"
#include "membership/wire/proto.h"

struct told;

struct told *told_new(void);
void told_free(struct told *t);

/* True if it differs from what it was. */
bool told_node(struct told *t, const struct proto_node *self);
/* NULL until told_node was called. */
const struct proto_node *told_self(const struct told *t);
/* `held` is looked at at each told_flush, until told_free. */
void told_hold(struct told *t, const struct digest *image,
	       const struct bitmap *held);

/* Another member, which was told nothing. */
void told_nothing(struct told *t);
/* What changed in the bitmaps is to be said now. */
void told_flush(struct told *t);
/* The last word: the node leaves. */
void told_leave(struct told *t);

/* Whole frames: bytes; 0 if there is nothing to say (now). */
size_t told_read(struct told *t, uint8_t *buf, size_t len);
/* Bytes of HOLD since this was last asked. */
size_t told_bytes(struct told *t);

#endif
