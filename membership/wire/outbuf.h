/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* outbuf: writes frames to the part of a buffer that is still free. */
#ifndef VF_MEMBERSHIP_WIRE_OUTBUF_H
#define VF_MEMBERSHIP_WIRE_OUTBUF_H

#include "membership/wire/proto.h"

struct outbuf {
	uint8_t *buf;    /* where the next frame goes */
	size_t left;     /* bytes from there to the buffer's end */
	uint32_t spoken; /* the version of the frames; 0: PROTO_LOWEST */
};

/* Notes that a frame of `bytes` bytes was written at room->buf. */
static inline void
outbuf_used(struct outbuf *room, size_t bytes)
{
	room->buf += bytes;
	room->left -= bytes;
}

/* Writes the frame m.  Returns false if there is too little room; then nothing
 * was written. */
static inline bool
outbuf_put(struct outbuf *room, const struct proto_msg *m)
{
	ssize_t n = proto_encode_as(m, room->spoken, room->buf, room->left);

	if (n == -1)
		return false;
	outbuf_used(room, n);
	return true;
}

/* Writes the frame hello, and this side's RANGE after it.  Returns false if
 * there is too little room for both; then nothing was written. */
static inline bool
outbuf_put_hello(struct outbuf *room, const struct proto_msg *hello)
{
	struct outbuf was = *room;
	struct proto_msg range = proto_own_range();

	if (outbuf_put(room, hello) &&
	    (PROTO_HIGHEST == PROTO_LOWEST || outbuf_put(room, &range)))
		return true;
	*room = was;
	return false;
}

#endif
