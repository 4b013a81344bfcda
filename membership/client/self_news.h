/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* self_news: news of this node that the member in use was not told yet.
 *
 * Nothing is queued: the news is the difference between the node's state and
 * what the member was told, computed when the socket has room.  Pure.
 *
 *             describe         read          describe, repeat
 *   UNKNOWN ───────────► DUE ──────► SAID ───────────────────► DUE
 *   DUE, SAID ── leave ──► LEAVING ── read ──► LEFT ◄── leave ── UNKNOWN
 *
 * In DUE the node's description is still to be sent; in SAID it was sent, and
 * news of chunks may follow.
 */
#ifndef VF_MEMBERSHIP_CLIENT_SELF_NEWS_H
#define VF_MEMBERSHIP_CLIENT_SELF_NEWS_H

#include "lib/bitmap.h"
#include "membership/wire/proto.h"

struct self_news;

struct self_news *self_news_new(void);
void self_news_free(struct self_news *t);

/* Notes how the node is described now.  Returns whether this differs from the
 * last description. */
bool self_news_describe(struct self_news *t, const struct proto_node *self);
/* Returns the last description of the node; NULL: there was none. */
const struct proto_node *self_news_node(const struct self_news *t);
/* Notes that the bitmap `held` has the chunks that the node holds of the image.
 * The bitmap must live until self_news_describe without that image, or until
 * self_news_free. */
void self_news_held(struct self_news *t, const struct digest *image,
		    const struct bitmap *held);

/* Forgets what was put already, so that self_news_read puts all news again: a
 * new member was told nothing. */
void self_news_repeat(struct self_news *t);
/* Lets self_news_read put the changes in the bitmaps until all are put. */
void self_news_flush(struct self_news *t);
/* Notes that the node leaves: self_news_read puts this next, and nothing after
 * it. */
void self_news_leave(struct self_news *t);

/* Puts news into buf, as whole frames of the protocol's version `spoken`, as
 * far as there is room.  Returns the number of bytes; 0: there is no news now,
 * or too little room. */
size_t self_news_read(struct self_news *t, uint32_t spoken, uint8_t *buf,
		      size_t len);
/* Returns the number of bytes of HOLD frames that self_news_read has put since
 * this function was last called. */
size_t self_news_bytes(struct self_news *t);

#endif
