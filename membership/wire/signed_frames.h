/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* signed_frames: the words that the trusted key has signed, as frames. */
#ifndef VF_MEMBERSHIP_WIRE_SIGNED_FRAMES_H
#define VF_MEMBERSHIP_WIRE_SIGNED_FRAMES_H

#include "authority/words.h"
#include "membership/wire/outbuf.h"

/* For a side that speaks version 3 at least: words that were taken after *from,
 * its place since then, are put into room, as far as they fit. */
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

/* There is something to read. */
static inline bool
signed_frames_behind(const struct words *ws, uint64_t from, uint32_t spoken)
{
	size_t len;

	return spoken >= PROTO_SIGNED_SINCE &&
	       words_next(ws, &from, &len) != NULL;
}

#endif
