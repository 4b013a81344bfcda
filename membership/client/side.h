/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* side: a client's connection to one member, in use or being made.
 */
#ifndef VF_MEMBERSHIP_CLIENT_SIDE_H
#define VF_MEMBERSHIP_CLIENT_SIDE_H

#include "membership/wire/link.h"
#include "membership/wire/room.h"

struct side {
	void *owner;
	struct link *link;
	uint32_t target; /* of members.h */
	bool own;        /* it is the node's own member's */
	bool greeted, alone;
	bool hello_due, ping_due, pong_due;
	int64_t born_ns, heard_ns;
	char text[ADDRESS_TEXT]; /* where to, if not to the own */
};

/* By the Unix socket at `path`, or, if that is NULL, to `to`.  The callbacks'
 * ctx is the side.  NULL and errno if that fails at once. */
struct side *side_new(struct loop *l, const char *path,
		      const struct address *to, const struct link_ops *ops,
		      void *owner);
void side_free(struct side *s);
/* The frames that are due, of those that are no news. */
void side_say(struct side *s, const struct proto_msg *hello, struct room *room);

#endif
