/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* self_news: writes the news of this node that the member in use was not told
 * yet.
 *
 * No news is queued: when the socket has room, the difference between the
 * node's state and what the member was told is computed.  Pure.
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

/* Notes the node's present description.  Returns true if it differs from the
 * last one. */
bool self_news_describe(struct self_news *t, const struct proto_node *self);
/* Returns the last description of the node; NULL: there was none. */
const struct proto_node *self_news_node(const struct self_news *t);
/* Notes that the bitmap `held` has the chunks that the node holds of the image.
 * The bitmap must live until self_news_describe without that image, or until
 * self_news_free. */
void self_news_held(struct self_news *t, const struct digest *image,
		    const struct bitmap *held);

/* Forgets what the member was told, so that self_news_read writes all again.
 * Called for a new member, which was told nothing yet. */
void self_news_repeat(struct self_news *t);
/* Makes self_news_read write the changes in the bitmaps, too, until all are
 * written. */
void self_news_flush(struct self_news *t);
/* Notes that the node leaves: self_news_read writes that next, and nothing
 * after it. */
void self_news_leave(struct self_news *t);

/* Writes news to buf, as whole frames of the protocol's version `spoken`, as
 * far as there is room.  Returns the number of bytes; 0: there is no news now,
 * or too little room. */
size_t self_news_read(struct self_news *t, uint32_t spoken, uint8_t *buf,
		      size_t len);
/* Returns how many bytes of frames HOLD self_news_read has written since this
 * function was last called. */
size_t self_news_bytes(struct self_news *t);

#endif
