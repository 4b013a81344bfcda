/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* member_conn: a client's connection to one member, in use or being made.
 *
 *        HELLO          HELLO
 *   NEW ───────► GROUP ◄─────► ALONE       NEW ───────► ALONE
 *
 * The member's first HELLO says whether it is in its group or alone (it has
 * lost the group); each later one says it anew.  A member that is solo counts
 * as in its group.
 */
#ifndef VF_MEMBERSHIP_CLIENT_MEMBER_CONN_H
#define VF_MEMBERSHIP_CLIENT_MEMBER_CONN_H

#include "membership/wire/channel.h"
#include "membership/wire/outbuf.h"

/* The states drawn above. */
enum member_conn_state {
	MEMBER_CONN_NEW,
	MEMBER_CONN_ALONE,
	MEMBER_CONN_GROUP,
};

struct member_conn {
	void *owner;
	struct channel *channel;
	uint32_t target; /* number in members.h */
	bool own;        /* the member is the node's own */
	enum member_conn_state state;
	bool hello_due, ping_due, pong_due;
	uint32_t spoken; /* the version that both speak; 0: PROTO_LOWEST */
	int64_t born_ns, heard_ns;
	char text[ADDRESS_TEXT]; /* the member's address, unless own */
};

/* Connects by the Unix socket at `path`, or, if that is NULL, by TCP to `to`.
 * The callbacks' ctx is the connection.  NULL and errno if that fails at once.
 */
struct member_conn *member_conn_new(struct loop *l, const char *path,
				    const struct address *to,
				    const struct channel_ops *ops, void *owner);
/* A member that has lost its group ranks lowest, above NULL, and the node's own
 * highest. */
int member_conn_rank(const struct member_conn *s);
void member_conn_free(struct member_conn *s);
/* Says the frames that are due, of those that are no news. */
void member_conn_say(struct member_conn *s, const struct proto_msg *hello,
		     struct outbuf *room);

#endif
