/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* member_conn: a client's connection to one member, made or being made.
 *
 *        HELLO          HELLO
 *   NEW ───────► GROUP ◄─────► ALONE       NEW ───────► ALONE
 *
 * The member's first HELLO says whether the member is in its group, or alone
 * because it has lost the group; each later HELLO says so anew.  A member that
 * is solo counts as in its group.
 */
#ifndef VF_MEMBERSHIP_CLIENT_MEMBER_CONN_H
#define VF_MEMBERSHIP_CLIENT_MEMBER_CONN_H

#include "membership/wire/channel.h"
#include "membership/wire/outbuf.h"

/* The states of a connection, as drawn above. */
enum member_conn_state {
	MEMBER_CONN_NEW,
	MEMBER_CONN_ALONE,
	MEMBER_CONN_GROUP,
};

struct member_conn {
	void *owner;
	struct channel *channel;
	uint32_t target; /* the member's number among struct members */
	bool own;        /* the member is the node's own */
	enum member_conn_state state;
	bool hello_due, ping_due, pong_due;
	/* protocol version that both sides speak; 0: PROTO_LOWEST */
	uint32_t spoken;
	int64_t born_ns, heard_ns;
	char text[ADDRESS_TEXT]; /* the member's address, unless own */
};

/* Connects to the Unix socket at `path` or, if path is NULL, by TCP to `to`.
 * Returns the connection, which is also the ctx of the callbacks in ops; NULL
 * and errno if connecting fails at once.
 */
struct member_conn *member_conn_new(struct loop *l, const char *path,
				    const struct address *to,
				    const struct channel_ops *ops, void *owner);
/* Returns the rank of a connection: -1: s is NULL; 0: no HELLO yet, or the
 * member has lost its group; 1: a core node's member; 2: the node's own. */
int member_conn_rank(const struct member_conn *s);
void member_conn_free(struct member_conn *s);
/* Puts into `room` the frames that are due: `hello`, PONG, PING. */
void member_conn_say(struct member_conn *s, const struct proto_msg *hello,
		     struct outbuf *room);

#endif
