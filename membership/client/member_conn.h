/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* member_conn: keeps a client's connection, made or being made, to one
 * member.
 *
 *        HELLO          HELLO
 *   NEW ───────► GROUP ◄─────► ALONE       NEW ───────► ALONE
 *
 * Each HELLO of the member says whether the member is in its group (GROUP), or
 * has lost it (ALONE).  A member that is solo counts as in its group.
 */
#ifndef VF_MEMBERSHIP_CLIENT_MEMBER_CONN_H
#define VF_MEMBERSHIP_CLIENT_MEMBER_CONN_H

#include "membership/wire/channel.h"
#include "membership/wire/outbuf.h"

/* How far the node's key was shown; each state leads to the next. */
enum member_conn_proof {
	MEMBER_CONN_UNASKED,
	MEMBER_CONN_ASKED, /* the member's nonce has come */
	MEMBER_CONN_SHOWN,
};

/* The states of a connection, as drawn above. */
enum member_conn_state {
	MEMBER_CONN_NEW,
	MEMBER_CONN_ALONE,
	MEMBER_CONN_GROUP,
};

struct member_conn {
	void *owner;
	struct channel *channel;
	uint32_t target; /* the member's number in struct members (members.h) */
	bool own;        /* true: the member is the node's own */
	enum member_conn_state state;
	bool hello_due, ping_due, pong_due;
	/* protocol version that both sides have agreed on; 0: none yet, so
	 * PROTO_LOWEST is used */
	uint32_t spoken;
	int64_t born_ns, heard_ns;
	enum member_conn_proof proof;
	struct proto_nonce nonce; /* unset if MEMBER_CONN_UNASKED */
	struct address to;        /* the member's address; unset if `own` */
	char text[ADDRESS_TEXT];  /* the member's address; unused if `own` */
};

/* Which keys a connection shows: the node's own, and, by TCP, a pre-shared one
 * (membership/wire/tls.h). */
struct member_psk {
	const struct key_pair *node; /* NULL: the node has none */
	/* file of the keys; NULL: no key is shown, and frames are sent without
	 * TLS */
	const char *file;
	unsigned attempt;
	/* how often in a row a member and this node had no key in common */
	unsigned refusals;
};

/* Connects to the Unix socket at `path` or, if `path` is NULL, by TCP to the
 * address `to`.  Returns the connection, which is passed as ctx to the
 * callbacks in ops.  Returns NULL and sets errno if connecting fails at once.
 */
struct member_conn *member_conn_new(struct loop *l, const char *path,
				    const struct address *to,
				    const struct member_psk *psk,
				    const struct channel_ops *ops, void *owner);
/* Makes a connection of the socket fd, connected to the node's own member,
 * which it closes in the end; -1: fails with the present errno. */
struct member_conn *member_conn_of(struct loop *l, int fd,
				   const struct channel_ops *ops, void *owner);
/* Notes why the connection has ended.  If its two ends had no key in common,
 * increments psk->attempt, so that the next connection shows the next key.
 * When as many connections in a row were refused as there can be keys, logs
 * that once. */
void member_conn_ended(const struct member_conn *s, struct member_psk *psk,
		       enum channel_end why);
/* Logs that the member speaks that version of the protocol, which this node
 * does not; `own` is the path of the node's own member. */
void member_conn_say_stranger(const struct member_conn *s, const char *own,
			      uint32_t version);
/* Returns the rank of the connection s: -1 if s is NULL; 0 before the first
 * HELLO, or if the member has lost its group; 1 for a core node's member; 2 for
 * the node's own. */
int member_conn_rank(const struct member_conn *s);
void member_conn_free(struct member_conn *s);
/* Notes the member's nonce, for which the node's key is to be shown. */
void member_conn_challenged(struct member_conn *s,
			    const struct proto_nonce *nonce);
/* Appends a PROOF of the node's key to `room`, if the member speaks a version
 * that has it, and the key is that of `self`, which may be NULL.  Returns true
 * if the node may be announced: false until the PROOF was appended. */
bool member_conn_prove(struct member_conn *s, const struct proto_node *self,
		       const struct member_psk *keys, struct outbuf *room);
/* Appends to `room` those of the frames `hello`, PONG and PING that are due. */
void member_conn_say(struct member_conn *s, const struct proto_msg *hello,
		     struct outbuf *room);

#endif
