/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* signed_frames: writes frames SIGNED, which carry the words that the trusted
 * key has signed.
 */
#ifndef VF_MEMBERSHIP_WIRE_SIGNED_FRAMES_H
#define VF_MEMBERSHIP_WIRE_SIGNED_FRAMES_H

#include "authority/words.h"
#include "membership/wire/outbuf.h"

/* Writes the words whose number is above *from (words_next) to `room`, as far
 * as they fit, and moves *from on.  Writes none if room->spoken is below
 * version 3, which has no SIGNED. */
static inline void
signed_frames_read(const struct words *ws, uint64_t *from, struct outbuf *room)
{
	struct proto_msg m = {.type = PROTO_SIGNED};
	uint64_t next = *from;

	if (room->spoken < PROTO_SIGNED_SINCE)
		return;
	while ((m.word = words_next(ws, &next, &m.nword)) != NULL &&
	       outbuf_put(room, &m))
		*from = next;
}

/* Returns true if signed_frames_read would have a word to write. */
static inline bool
signed_frames_behind(const struct words *ws, uint64_t from, uint32_t spoken)
{
	size_t len;

	return spoken >= PROTO_SIGNED_SINCE &&
	       words_next(ws, &from, &len) != NULL;
}

#endif
