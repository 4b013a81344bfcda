/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/client/member_conn.h"

#include <stdlib.h>
#include <unistd.h>

#include "authority/cluster_key.h"
#include "authority/node_key.h"
#include "lib/log.h"

static struct member_conn *
make(struct loop *l, bool own, void *owner)
{
	struct member_conn *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->owner = owner;
	s->own = own;
	s->hello_due = true;
	s->born_ns = s->heard_ns = loop_now_ns(l);
	return s;
}

/* Returns s, or frees it and returns NULL if it has no channel. */
static struct member_conn *
with_channel(struct member_conn *s)
{
	if (s->channel != NULL)
		return s;
	free(s);
	return NULL;
}

struct member_conn *
member_conn_of(struct loop *l, int fd, const struct channel_ops *ops,
	       void *owner)
{
	struct member_conn *s = fd == -1 ? NULL : make(l, true, owner);

	if (s == NULL) {
		if (fd != -1)
			close(fd);
		return NULL;
	}
	s->channel = channel_new(l, fd, ops, s);
	return with_channel(s);
}

struct member_conn *
member_conn_new(struct loop *l, const char *path, const struct address *to,
		const struct member_psk *psk, const struct channel_ops *ops,
		void *owner)
{
	struct member_conn *s = make(l, path != NULL, owner);

	if (s == NULL)
		return NULL;
	if (path != NULL) {
		s->channel = channel_connect_unix(l, path, ops, s);
	} else {
		s->to = *to;
		address_text(to, s->text);
		s->channel = channel_connect(l, to, ops, s);
	}
	if (s->channel != NULL && path == NULL && psk->file != NULL &&
	    channel_secure(s->channel, psk->file, psk->attempt) == -1) {
		channel_free(s->channel);
		s->channel = NULL;
	}
	return with_channel(s);
}

void
member_conn_free(struct member_conn *s)
{
	if (s == NULL)
		return;
	channel_free(s->channel);
	free(s);
}

static void
say_hello(struct member_conn *s, const struct proto_msg *hello,
	  struct outbuf *room)
{
	if (s->hello_due)
		s->hello_due = !outbuf_put_hello(room, hello);
}

int
member_conn_rank(const struct member_conn *s)
{
	if (s == NULL)
		return -1;
	if (s->state != MEMBER_CONN_GROUP)
		return 0;
	return s->own ? 2 : 1;
}

static void
say_due(bool *due, const struct proto_msg *m, struct outbuf *room)
{
	if (*due)
		*due = !outbuf_put(room, m);
}

void
member_conn_say(struct member_conn *s, const struct proto_msg *hello,
		struct outbuf *room)
{
	say_hello(s, hello, room);
	say_due(&s->pong_due, &(struct proto_msg){.type = PROTO_PONG}, room);
	say_due(&s->ping_due, &(struct proto_msg){.type = PROTO_PING}, room);
}

void
member_conn_challenged(struct member_conn *s, const struct proto_nonce *nonce)
{
	if (s->proof != MEMBER_CONN_UNASKED)
		return;
	s->proof = MEMBER_CONN_ASKED;
	s->nonce = *nonce;
	channel_kick(s->channel);
}

bool
member_conn_prove(struct member_conn *s, const struct proto_node *self,
		  const struct member_psk *keys, struct outbuf *room)
{
	struct proto_msg m = {.type = PROTO_PROOF, .proof.member = s->to};
	struct node_id id;

	if (keys->node == NULL || self == NULL ||
	    s->spoken < PROTO_PROOF_SINCE || s->proof == MEMBER_CONN_SHOWN)
		return true;
	node_key_uuid(&keys->node->pub, id.b);
	if (!node_id_equal(&id, &self->id))
		return true;
	if (s->proof == MEMBER_CONN_UNASKED)
		return false;
	m.proof.nbd = self->nbd;
	proto_proof_sign(&m.proof, keys->node, &s->nonce);
	if (outbuf_put(room, &m))
		s->proof = MEMBER_CONN_SHOWN;
	return s->proof == MEMBER_CONN_SHOWN;
}

/* Returns why a member to which this node has a key, or none (keyed is false),
 * is not used, if its connection ended before its HELLO. */
static const char *
end_text(bool keyed, enum channel_end why)
{
	if (!keyed)
		return "it wants a cluster key; see vfield-key(8)";
	if (why == CHANNEL_CUT)
		return "it ends the connection before it has looked at this "
		       "node's cluster key: it has no cluster key, or is too "
		       "busy";
	return "it does not accept this node's cluster key";
}

void
member_conn_ended(const struct member_conn *s, struct member_psk *psk,
		  enum channel_end why)
{
	/* A member that wants TLS sends bytes that are no frame. */
	if (s->own || s->state != MEMBER_CONN_NEW ||
	    (why != CHANNEL_REFUSED && why != CHANNEL_NO_FRAME &&
	     why != CHANNEL_CUT))
		return;
	psk->attempt++;
	if (++psk->refusals == CLUSTER_KEYS_MAX)
		log_warn("member %s: not used: %s", s->text,
			 end_text(psk->file != NULL, why));
}

void
member_conn_say_stranger(const struct member_conn *s, const char *own,
			 uint32_t version)
{
	log_warn("member %s: not used: it speaks version %u of the "
		 "membership's protocol, and this node %d to %d",
		 s->own ? own : s->text, version, PROTO_LOWEST, PROTO_HIGHEST);
}
