/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* `cur` is the connection in use, `probe` one that is being made.  When the
 * member's HELLO comes, `probe` becomes `cur` if its rank is higher.  A member
 * that has lost its group ranks lowest, a core node's member higher, the node's
 * own highest.  While there may be a member of higher rank than `cur`, the
 * client tries others too, every BETTER_NS or OWN_NS. */
#include "membership/client/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "membership/client/client_inside.h"
#include "membership/wire/outbuf.h"
#include "membership/wire/signed_frames.h"

#define BEAT_NS (500 * NS_PER_MS)
#define PING_EVERY 2 /* a ping at each 2nd beat: 3 in CLIENT_SILENCE_MS */
#define GIVE_UP_NS (1000 * NS_PER_MS) /* arbitrary: HELLO comes sooner */
/* Pause before better members are tried again; each try costs a connection. */
#define BETTER_NS (5000 * NS_PER_MS)
/* The pause before the node's own member is tried again, which is near and may
 * be about to join its group. */
#define OWN_NS (1000 * NS_PER_MS)
/* If a connection as old as this fails, the next member is tried at once; if a
 * younger one fails, after a pause, so that tries are few.  Arbitrary. */
#define STEADY_NS (5000 * NS_PER_MS)
/* The pause between rounds in which no member answered.  Arbitrary: a member
 * that starts is found soon, and a member that is gone for long costs each
 * client one connection every two seconds. */
static const struct backoff_range round_pauses_ns = {.least = 100 * NS_PER_MS,
						     .most = 2000 * NS_PER_MS};

static void connect_next(struct member_client *c);

static int64_t
now(const struct member_client *c)
{
	return loop_now_ns(c->loop);
}

static bool
best(const struct member_client *c)
{
	return member_conn_rank(c->cur) == (c->members.own ? 2 : 1);
}

static int64_t
better_ns(const struct member_client *c)
{
	return c->members.own ? OWN_NS : BETTER_NS;
}

static size_t
conn_fill(void *ctx, uint8_t *buf, size_t len)
{
	struct member_conn *s = ctx;
	struct member_client *c = s->owner;
	struct outbuf room = {.buf = buf, .left = len};
	struct proto_msg hello = {.type = PROTO_HELLO,
				  .version = PROTO_LOWEST,
				  .leases = c->leases != NULL,
				  .boots = c->boots};

	member_conn_say(s, &hello, &room);
	if (s != c->cur)
		return len - room.left;
	room.spoken = s->spoken;
	if (c->words != NULL)
		signed_frames_read(c->words, &c->words_said, &room);
	if (c->leases != NULL)
		outbuf_used(&room, leases_read(c->leases, &c->leases_said,
					       now(c), room.buf, room.left));
	if (!member_conn_prove(s, self_news_node(c->news), &c->psk, &room))
		return len - room.left;
	outbuf_used(&room,
		    self_news_read(c->news, s->spoken, room.buf, room.left));
	return len - room.left;
}

static void
got_node(struct member_client *c, const struct proto_msg *m)
{
	struct proto_node near;
	struct address core;

	if (!view_node(c->view, m, self_news_node(c->news), &near))
		return;
	if (!c->cur->own)
		address_by_link(&near.nbd,
				members_address(&c->members, c->cur->target));
	core = near.nbd;
	core.port = near.member_port;
	if (core.port != 0 && !near.satellite && !address_any(&core))
		member_client_add_core(c, &core, false);
	c->ops->node(c->ctx, &near);
}

static void
got_lease(struct member_client *c, const struct proto_lease *l)
{
	if (c->leases != NULL && leases_merge(c->leases, l, false, now(c)))
		c->ops->lease(c->ctx, l);
}

static void
promote(struct member_client *c)
{
	member_conn_free(c->cur);
	c->cur = c->probe;
	c->probe = NULL;
	members_answered(&c->members, c->cur->target);
	members_again(&c->members);
	c->round_done = false;
	c->told_stranger = false;
	loop_timer_cancel(c->loop, &c->give_up);
	loop_timer_cancel(c->loop, &c->retry);
	view_begin(c->view);
	self_news_repeat(c->news);
	c->words_said = 0;
	leases_reader_repeat(&c->leases_said);
	c->beat_ns = now(c);
	loop_timer_set(c->loop, &c->beat, now(c) + BEAT_NS);
	if (!best(c))
		loop_timer_set(c->loop, &c->retry, now(c) + better_ns(c));
	channel_kick(c->cur->channel);
}

static void
probe_failed(void *ctx)
{
	struct member_client *c = ctx;

	if (c->probe->state == MEMBER_CONN_NEW)
		members_failed(&c->members, c->probe->target);
	member_conn_free(c->probe);
	c->probe = NULL;
	loop_timer_cancel(c->loop, &c->give_up);
	connect_next(c);
}

static void
got_hello(struct member_client *c, struct member_conn *s,
	  const struct proto_msg *m)
{
	s->state = m->alone ? MEMBER_CONN_ALONE : MEMBER_CONN_GROUP;
	c->psk.refusals = 0;
	if (s == c->cur) {
		view_begin(c->view);
		if (!best(c) && c->probe == NULL)
			loop_timer_set(c->loop, &c->retry, now(c));
		return;
	}
	/* A member that has lost its group is used only if `round_done`. */
	if (member_conn_rank(s) > member_conn_rank(c->cur) &&
	    (s->state == MEMBER_CONN_GROUP || c->round_done))
		promote(c);
	else
		probe_failed(c);
}

/* Begins a round at a core that depends on this node's id, so that clients that
 * lose the same core node spread over the rest. */
static void
begin_round(struct member_client *c)
{
	const struct proto_node *self = self_news_node(c->news);
	uint32_t any = 0;

	if (self != NULL)
		memcpy(&any, self->id.b, sizeof any);
	members_begin(&c->members, any);
	c->round_done = false;
}

static void
cur_failed(struct member_client *c)
{
	bool steady = now(c) - c->cur->born_ns >= STEADY_NS;
	int64_t pause = 0;

	members_failed(&c->members, c->cur->target);
	member_conn_free(c->cur);
	c->cur = NULL;
	loop_timer_cancel(c->loop, &c->beat);
	view_lost(c->view);
	begin_round(c);
	if (steady)
		backoff_reset(&c->backoff);
	else
		pause = backoff_next(&c->backoff, &round_pauses_ns);
	if (c->probe == NULL)
		loop_timer_set(c->loop, &c->retry, now(c) + pause);
}

static void
fail(struct member_conn *s)
{
	struct member_client *c = s->owner;

	if (s == c->cur)
		cur_failed(c);
	else
		probe_failed(c);
}

static void
conn_failed(void *ctx, enum channel_end why)
{
	struct member_client *c = ((struct member_conn *)ctx)->owner;

	member_conn_ended(ctx, &c->psk, why);
	fail(ctx);
}

/* Drops a member that speaks no version of this node's, and logs that once. */
static void
stranger(struct member_client *c, struct member_conn *s, uint32_t version)
{
	if (!c->told_stranger)
		member_conn_say_stranger(s, c->socket_path, version);
	c->told_stranger = true;
	fail(s);
}

/* Notes the protocol version that both sides speak.  If news was sent in
 * another version before, all is sent again. */
static void
got_range(struct member_client *c, struct member_conn *s,
	  const struct proto_range *range)
{
	uint32_t spoken = proto_spoken(range);

	if (spoken == 0) {
		stranger(c, s, range->highest);
		return;
	}
	if (s == c->cur && spoken != s->spoken)
		self_news_repeat(c->news);
	s->spoken = spoken;
}

static void
conn_frame(void *ctx, const struct proto_msg *m)
{
	struct member_conn *s = ctx;
	struct member_client *c = s->owner;

	s->heard_ns = now(c);
	if (m->type != PROTO_HELLO && s->state == MEMBER_CONN_NEW) {
		fail(s);
		return;
	}
	switch (m->type) {
	case PROTO_HELLO:
		if (proto_hears(m->version))
			got_hello(c, s, m);
		else
			stranger(c, s, m->version);
		break;
	case PROTO_RANGE:
		got_range(c, s, &m->range);
		break;
	case PROTO_NODE:
	case PROTO_FLAGS:
		got_node(c, m);
		break;
	case PROTO_HOLD:
		view_holds(c->view, m);
		break;
	case PROTO_GONE:
		view_gone(c->view, &m->gone, m->reason);
		break;
	case PROTO_VIEW:
		view_end(c->view, m->seq, s->state == MEMBER_CONN_ALONE);
		break;
	case PROTO_LEASE:
		got_lease(c, &m->lease);
		break;
	case PROTO_PING:
		s->pong_due = true;
		channel_kick(s->channel);
		break;
	case PROTO_SIGNED:
		if (s == c->cur && c->ops->word != NULL)
			c->ops->word(c->ctx, m->word, m->nword);
		break;
	case PROTO_CHALLENGE:
		member_conn_challenged(s, &m->nonce);
		break;
	case PROTO_PONG:
	case PROTO_UNKNOWN:
	case PROTO_CLAIM:
	case PROTO_PROOF:
		break;
	}
}

static const struct channel_ops conn_ops = {
    .frame = conn_frame,
    .fill = conn_fill,
    .failed = conn_failed,
};

static struct member_conn *
begin_probe(struct member_client *c, uint32_t target)
{
	bool own = target == MEMBERS_OWN;
	struct member_conn *s =
	    own && c->ops->connect != NULL
		? member_conn_of(c->loop, c->ops->connect(c->ctx), &conn_ops, c)
		: member_conn_new(c->loop, own ? c->socket_path : NULL,
				  own ? NULL
				      : members_address(&c->members, target),
				  &c->psk, &conn_ops, c);

	if (s != NULL)
		s->target = target;
	return s;
}

static void
round_over(struct member_client *c)
{
	int64_t pause = c->cur != NULL
			    ? better_ns(c)
			    : backoff_next(&c->backoff, &round_pauses_ns);

	members_again(&c->members);
	c->round_done = true;
	if (!best(c))
		loop_timer_set(c->loop, &c->retry, now(c) + pause);
}

/* Returns true if a connection to `target` cannot be better than `cur`. */
static bool
pointless(const struct member_client *c, uint32_t target)
{
	if (c->cur == NULL)
		return false;
	if (target == c->cur->target)
		return true;
	return member_conn_rank(c->cur) == 1 && target != MEMBERS_OWN;
}

static void
connect_next(struct member_client *c)
{
	uint32_t target;

	while (c->probe == NULL &&
	       (target = members_next(&c->members)) != MEMBERS_NONE) {
		if (pointless(c, target))
			continue;
		c->probe = begin_probe(c, target);
		if (c->probe == NULL)
			members_failed(&c->members, target);
	}
	if (c->probe != NULL)
		loop_timer_set(c->loop, &c->give_up, now(c) + GIVE_UP_NS);
	else
		round_over(c);
}

static void
retry_fire(void *ctx)
{
	struct member_client *c = ctx;

	if (c->probe == NULL)
		connect_next(c);
}

static void
beat_fire(void *ctx)
{
	struct member_client *c = ctx;
	bool late = now(c) - c->beat_ns > 2 * BEAT_NS;

	c->beat_ns = now(c);
	/* If `late`, this process was held up, so silence means nothing. */
	if (!late &&
	    now(c) - c->cur->heard_ns > CLIENT_SILENCE_MS * NS_PER_MS) {
		cur_failed(c);
		return;
	}
	if (++c->beats % PING_EVERY == 0) {
		c->cur->ping_due = true;
		channel_kick(c->cur->channel);
	}
	loop_timer_set(c->loop, &c->beat, now(c) + BEAT_NS);
}

struct member_client *
member_client_new(struct loop *l, const char *socket_path,
		  const struct address *cores, size_t ncores,
		  const struct member_client_ops *ops, void *ctx)
{
	struct member_client *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->loop = l;
	c->ops = ops;
	c->ctx = ctx;
	c->batch_ns = CLIENT_BATCH_MS * NS_PER_MS;
	c->retry = (struct loop_timer){.fire = retry_fire, .ctx = c};
	c->give_up = (struct loop_timer){.fire = probe_failed, .ctx = c};
	c->beat = (struct loop_timer){.fire = beat_fire, .ctx = c};
	c->batch = (struct loop_timer){.fire = client_batch_fire, .ctx = c};
	c->view = view_new(l, ops, ctx);
	c->news = self_news_new();
	c->leases_said.skips = true;
	if (ops->lease != NULL)
		c->leases = leases_new();
	if (socket_path != NULL)
		c->socket_path = strdup(socket_path);
	c->members.own = socket_path != NULL;
	if (c->view == NULL || c->news == NULL ||
	    (ops->lease != NULL && c->leases == NULL) ||
	    (socket_path != NULL && c->socket_path == NULL)) {
		member_client_free(c);
		errno = ENOMEM;
		return NULL;
	}
	for (size_t i = 0; i < ncores; i++)
		members_add(&c->members, &cores[i], true, false);
	loop_timer_set(l, &c->retry, loop_now_ns(l));
	return c;
}

void
member_client_free(struct member_client *c)
{
	if (c == NULL)
		return;
	if (c->cur != NULL) {
		self_news_leave(c->news);
		channel_flush(c->cur->channel);
	}
	member_conn_free(c->cur);
	member_conn_free(c->probe);
	loop_timer_cancel(c->loop, &c->retry);
	loop_timer_cancel(c->loop, &c->give_up);
	loop_timer_cancel(c->loop, &c->beat);
	loop_timer_cancel(c->loop, &c->batch);
	self_news_free(c->news);
	view_free(c->view);
	leases_free(c->leases);
	free(c->socket_path);
	free(c);
}

void
member_client_add_core(struct member_client *c, const struct address *a,
		       bool doubtful)
{
	if (!members_add(&c->members, a, false, doubtful))
		return;
	if (c->cur == NULL && c->probe == NULL)
		loop_timer_set(c->loop, &c->retry, now(c));
}

bool
member_client_alone(const struct member_client *c)
{
	return c->cur == NULL || c->cur->state == MEMBER_CONN_ALONE;
}

int
member_client_own(struct member_client *c, const char *socket_path)
{
	char *path = strdup(socket_path);

	if (path == NULL)
		return -1;
	free(c->socket_path);
	c->socket_path = path;
	c->members.own = true;
	members_again(&c->members);
	if (c->probe == NULL && !best(c))
		loop_timer_set(c->loop, &c->retry, now(c));
	return 0;
}

bool
member_client_is_core(const struct member_client *c)
{
	return c->cur != NULL && c->cur->own;
}

const char *
member_client_peer(const struct member_client *c)
{
	if (c->cur == NULL)
		return NULL;
	return c->cur->own ? c->socket_path : c->cur->text;
}
