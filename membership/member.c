/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/member.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "membership/member_inside.h"

/* the time between two ticks, in which orphans are removed; arbitrary */
#define TICK_NS (500 * NS_PER_MS)
/* After so long in its group a member has received what the other members sent
 * when it joined.  Arbitrary: five times the 184 ms that a message takes on
 * saturated links of 32 nodes. */
#define SETTLED_NS (1000 * NS_PER_MS)

int64_t
member_later(const struct member *m, int64_t ms)
{
	return loop_now_ns(m->loop) + ms * NS_PER_MS;
}

void
member_spread(struct member *m)
{
	/* In SOLO and ALONE there is no group to send to, and member_idle gives
	 * what is new in m->mine to this member's own guests. */
	if (m->state == JOINED)
		m->driver->kick(m->group);
}

bool
member_settled(const struct member *m)
{
	return m->state == SOLO ||
	       (m->state == JOINED &&
		loop_now_ns(m->loop) - m->joined_ns >= SETTLED_NS);
}

/* --- what guests announce --- */

/* Returns true if the node, as it was announced last, has shown its key.  It
 * may have been lost meanwhile, and be an orphan. */
static bool
is_proved(const struct table *t, const struct node_id *id)
{
	const struct proto_node *n = table_described(t, id);

	return n != NULL && n->proved;
}

/* Returns where the guest is that says to be the node n. */
static struct proto_claimant
claimant(const struct member *m, uint64_t guest, const struct proto_node *n)
{
	struct proto_claimant c = {.nbd = n->nbd};

	(void)guests_from(m->guests, guest, c.from);
	return c;
}

bool
member_gives_way(const struct member *m, uint64_t owner,
		 const struct node_id *id, const struct proto_claimant *at)
{
	const struct proto_node *known = table_described(m->mine, id);
	struct proto_claimant old;

	if (owner == TABLE_NOBODY || known == NULL)
		return true;
	if (!known->satellite)
		return false;
	/* A node says itself which address it has, but not from where it
	 * comes. */
	old = claimant(m, owner, known);
	return !known->proved || proto_claimant_equal(&old, at) ||
	       !guests_alive(m->guests, owner);
}

/* Returns NULL if the guest may speak for the node n, or else the reason why
 * not.  `before` is the guest that has spoken for the node so far, or
 * TABLE_NOBODY. */
static const char *
refusal(struct member *m, uint64_t guest, uint64_t before,
	const struct proto_node *n)
{
	struct proto_claimant at = claimant(m, guest, n);
	uint64_t has = table_owner(m->view, &n->id);

	if (before == guest || !n->satellite)
		return NULL;
	if (!n->proved &&
	    (is_proved(m->mine, &n->id) || is_proved(m->view, &n->id)))
		return "its node has a key, which it has not shown";
	if (before != TABLE_NOBODY && n->proved &&
	    member_gives_way(m, before, &n->id, &at))
		return NULL;
	if (before != TABLE_NOBODY)
		return "another connection speaks for its node";
	if (m->state != JOINED || has == GROUP_SELF || has == TABLE_NOBODY ||
	    m->outgoing.spoken < PROTO_CLAIM_SINCE)
		return NULL;
	if (claims_may(&m->claims, &n->id, n->proved ? &at : NULL,
		       loop_now_ns(m->loop)))
		return NULL;
	member_spread(m);
	return "another member may have its node";
}

/* If a guest says to be the node n, and another machine that lives is it, too,
 * since its key was copied: tells both of each other, and refuses the
 * guest, or, if the guest is this member's own router, the other one.  Returns
 * true if the guest was refused. */
static bool
is_twin(struct member *m, uint64_t guest, uint64_t before,
	const struct proto_node *n)
{
	const struct proto_node *known = table_described(m->mine, &n->id);
	struct proto_node other;

	if (before == guest || known == NULL || known->proved != n->proved ||
	    address_equal(&known->nbd, &n->nbd) ||
	    !guests_alive(m->guests, before))
		return false;
	other = *known;
	if (n->satellite) {
		guests_twin(m->guests, before, n);
		guests_refuse(m->guests, guest, &other);
	} else {
		guests_twin(m->guests, guest, &other);
		guests_refuse(m->guests, before, n);
	}
	return n->satellite;
}

/* Returns true if another member has denied that the guest is the node n, which
 * lives at another address: refuses the guest, and tells it of that node. */
static bool
is_twin_elsewhere(struct member *m, uint64_t guest, const struct proto_node *n)
{
	const struct proto_node *other = table_described(m->view, &n->id);

	if (other == NULL || other->proved != n->proved ||
	    address_equal(&other->nbd, &n->nbd) ||
	    !claims_is_denied(&m->claims, &n->id, loop_now_ns(m->loop)))
		return false;
	guests_refuse(m->guests, guest, other);
	return true;
}

static void
guest_node(void *ctx, uint64_t guest, const struct proto_node *said)
{
	struct member *m = ctx;
	struct proto_node n = *said;
	uint64_t before = table_owner(m->mine, &n.id);
	const char *why;

	if (is_twin(m, guest, before, &n))
		return;
	why = refusal(m, guest, before, &n);
	if (why != NULL && is_twin_elsewhere(m, guest, &n))
		return;
	if (why != NULL) {
		guests_close(m->guests, guest, why);
		return;
	}
	n.boots = n.satellite ? 0 : m->place;
	if (table_node(m->mine, guest, &n) == -1) {
		guests_close(m->guests, guest, strerror(errno));
		return;
	}
	if (before != TABLE_NOBODY && before != guest)
		guests_close(m->guests, before,
			     "a newer connection speaks for its node");
	member_spread(m);
}

static void
guest_hold(void *ctx, uint64_t guest, const struct proto_hold *h)
{
	struct member *m = ctx;

	table_hold(m->mine, guest, h);
	member_spread(m);
}

static void
guest_gone(void *ctx, uint64_t guest, const struct node_id *id)
{
	struct member *m = ctx;

	table_gone(m->mine, guest, id, PROTO_LEFT);
	member_spread(m);
}

static void
guest_closed(void *ctx, uint64_t guest)
{
	struct member *m = ctx;

	table_orphan(m->mine, guest, member_later(m, RECONNECT_GRACE_MS));
}

/* If a boot service on this node has become ready, gives it the last place in
 * the turn queue; if none is ready any more, takes the place away. */
static void
queue_up(struct member *m)
{
	uint32_t place = m->place;

	if (!m->boots)
		place = 0;
	else if (place == 0 && member_settled(m))
		place = table_boots_last(m->view) + 1;
	if (place == m->place)
		return;
	m->place = place;
	table_boots(m->mine, place);
	member_spread(m);
}

static void
guest_boots(void *ctx, bool ready)
{
	struct member *m = ctx;

	m->boots = ready;
	queue_up(m);
}

static void
guest_lease(void *ctx, const struct proto_lease *l)
{
	struct member *m = ctx;

	if (!leases_merge(m->leases, l, true, loop_now_ns(m->loop)))
		return;
	member_spread(m);
	guests_kick(m->guests);
}

static const char *
guest_word(void *ctx, const uint8_t *word, size_t len)
{
	return member_hear_word(ctx, word, len);
}

static const struct guests_ops guests_ops = {
    .node = guest_node,
    .hold = guest_hold,
    .gone = guest_gone,
    .lease = guest_lease,
    .word = guest_word,
    .boots = guest_boots,
    .closed = guest_closed,
};

static void
tick(void *ctx)
{
	struct member *m = ctx;
	int64_t now_ns = loop_now_ns(m->loop);

	loop_timer_set(m->loop, &m->tick, now_ns + TICK_NS);
	table_expire(m->mine, now_ns);
	table_expire(m->view, now_ns);
	if (!m->told_full) /* else the view has no room for them */
		table_repeat_missing(m->mine, m->view);
	queue_up(m);
	member_spread(m);
	guests_kick(m->guests);
	if (m->state != JOINED)
		return;
	member_find_address(m);
	m->driver->publish(m->group, m->view, m->outgoing.any_ip);
}

static int
listen_all(struct member *m, const struct member_settings *s)
{
	char text[ADDRESS_TEXT];

	if (guests_listen_unix(m->guests, s->socket_path) == -1) {
		log_error("%s: %s", s->socket_path, strerror(errno));
		return -1;
	}
	if (s->tcp &&
	    guests_listen_tcp(m->guests, &s->listen, s->psk_file) == -1) {
		log_error("%s: %s", address_text(&s->listen, text),
			  strerror(errno));
		return -1;
	}
	return 0;
}

struct member *
member_new(struct loop *l, const struct member_settings *s)
{
	struct member *m = calloc(1, sizeof *m);

	if (m == NULL)
		log_fatal("%s", strerror(errno));
	m->loop = l;
	m->mine = table_new();
	m->view = table_new();
	m->leases = leases_new();
	m->leases_group.skips = true;
	m->loopback.spoken = PROTO_HIGHEST;
	if (m->mine == NULL || m->view == NULL || m->leases == NULL ||
	    word_gate_init(&m->gate, s->trust) == -1)
		log_fatal("%s", strerror(errno));
	m->guests =
	    guests_new(l, m->view, m->leases, m->gate.words, &guests_ops, m);
	if (m->guests == NULL)
		log_fatal("%s", strerror(errno));
	if (listen_all(m, s) == -1) {
		member_free(m);
		return NULL;
	}
	if (s->group != NULL) {
		m->state = ALONE;
		guests_alone(m->guests, true);
		m->driver = s->group;
		m->group = s->group->open(l, &member_group_ops, m);
		if (m->group == NULL)
			log_fatal("%s", strerror(errno));
	}
	m->tick = (struct loop_timer){.fire = tick, .ctx = m};
	loop_timer_set(l, &m->tick, loop_now_ns(l) + TICK_NS);
	loop_set_idle(l, member_idle, m);
	return m;
}

void
member_free(struct member *m)
{
	if (m == NULL)
		return;
	loop_set_idle(m->loop, NULL, NULL);
	loop_timer_cancel(m->loop, &m->tick);
	if (m->group != NULL)
		m->driver->close(m->group);
	guests_free(m->guests);
	senders_forget_all(&m->senders);
	table_free(m->mine);
	table_free(m->view);
	leases_free(m->leases);
	word_gate_done(&m->gate);
	free(m);
}
