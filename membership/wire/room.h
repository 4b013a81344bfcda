/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* room: what is left of a buffer that frames are written to.
 */
#ifndef VF_MEMBERSHIP_WIRE_ROOM_H
#define VF_MEMBERSHIP_WIRE_ROOM_H

#include "membership/wire/proto.h"

struct room {
	uint8_t *buf;
	size_t left; /* bytes */
};

static inline void
room_used(struct room *room, size_t bytes)
{
	room->buf += bytes;
	room->left -= bytes;
}

/* False: there is not enough, and nothing was written. */
static inline bool
say(struct room *room, const struct proto_msg *m)
{
	ssize_t n = proto_encode(m, room->buf, room->left);

	if (n == -1)
		return false;
	room_used(room, n);
	return true;
}

#endif
