/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* self_news: news of this node that its member was not told yet.
 *
 * Nothing is queued: the news is the difference between the node's state and
 * what this member was told, taken when the socket has room.  Pure.
 *
 *             describe         read          describe, repeat
 *   UNKNOWN ───────────► DUE ──────► SAID ───────────────────► DUE
 *   DUE, SAID ── leave ──► LEAVING ── read ──► LEFT ◄── leave ── UNKNOWN
 *
 * DUE is a description of the node that is to be said; news of chunks follows
 * in SAID.
 */
#ifndef VF_MEMBERSHIP_CLIENT_SELF_NEWS_H
#define VF_MEMBERSHIP_CLIENT_SELF_NEWS_H

#include "lib/bitmap.h"
#include "membership/wire/proto.h"

struct self_news;

struct self_news *self_news_new(void);
void self_news_free(struct self_news *t);

/* The node as it is now.  True: it differs from what it was. */
bool self_news_describe(struct self_news *t, const struct proto_node *self);
/* The node as it was last described; NULL: never. */
const struct proto_node *self_news_node(const struct self_news *t);
/* `held` is looked at at each self_news_flush, until self_news_free. */
void self_news_held(struct self_news *t, const struct digest *image,
		    const struct bitmap *held);

/* Has all news said again, to a new member that was told nothing. */
void self_news_repeat(struct self_news *t);
/* Changes in the bitmaps are to be said now. */
void self_news_flush(struct self_news *t);
/* The node leaves, which is its last word. */
void self_news_leave(struct self_news *t);

/* Whole frames are put into buf: bytes; 0: there is nothing to say now. */
size_t self_news_read(struct self_news *t, uint32_t spoken, uint8_t *buf,
		      size_t len);
/* The bytes of HOLD since this function was last called. */
size_t self_news_bytes(struct self_news *t);

#endif
