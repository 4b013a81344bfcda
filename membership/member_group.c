/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file applies frames that come from the group to the view, and sends the
 * group what guests of this member announce. */
#include "membership/member_inside.h"

#include <errno.h>
#include <string.h>

#include "lib/log.h"
#include "membership/wire/hold.h"
#include "membership/wire/numbers.h"
#include "membership/wire/outbuf.h"
#include "membership/wire/signed_frames.h"

#define READ_BYTES (64U << 10)
/* enough bytes for any CLAIM */
#define CLAIM_BYTES (PROTO_HEAD + 64)
/* The least time between two NODEs by which this member insists on a node.
 * Arbitrary: if two members insist on the same node, its owner in the view
 * changes at most once in this time. */
#define INSIST_NS (1000 * NS_PER_MS)

/* Insists on a node: announces it again, since another member may announce it
 * for a guest of its own. */
static void
insist(struct member *m, const struct node_id *id)
{
	table_repeat(m->mine, id);
	m->insisted_ns = loop_now_ns(m->loop);
	member_spread(m);
}

/* Gives a node of `mine` up to a guest of another member, which has shown its
 * key.  The node is an orphan here until that member announces it. */
static void
give_up(struct member *m, const struct node_id *id)
{
	uint64_t guest = table_owner(m->mine, id);

	if (guest != TABLE_NOBODY) {
		table_orphan(m->mine, guest,
			     member_later(m, RECONNECT_GRACE_MS));
		guests_close(m->guests, guest,
			     "its node has shown its key to another member");
	}
	claims_give(&m->claims, id, loop_now_ns(m->loop));
	member_spread(m);
}

/* Handles a CLAIM of another member.  If a guest here speaks for the node,
 * insists on the node, unless it has to give the node up; else notes that the
 * CLAIM was heard. */
static void
claimed(struct member *m, const struct proto_msg *f)
{
	const struct node_id *id = &f->claim;
	const struct proto_node *known = table_described(m->mine, id);
	uint64_t owner = table_owner(m->mine, id);

	if (f->claims == PROTO_CLAIM_GIVEN)
		claims_given(&m->claims, id, loop_now_ns(m->loop));
	else if (known != NULL && f->claims == PROTO_CLAIM_PROVED &&
		 member_gives_way(m, owner, id, &f->claimant))
		give_up(m, id);
	else if (owner != TABLE_NOBODY ||
		 (known != NULL && known->proved &&
		  m->outgoing.spoken >= PROTO_PROOF_SINCE))
		insist(m, id);
	else
		claims_heard(&m->claims, id, loop_now_ns(m->loop));
}

/* Chooses the version of the frames to the group: the highest that all its
 * members speak.  A member from which no frame has come yet may speak only the
 * lowest.  If the version rises, all nodes and words are sent again. */
static void
choose_version(struct member *m)
{
	uint32_t spoken = senders_spoken(&m->senders, m->group_size);

	if (spoken > m->outgoing.spoken) {
		table_reader_repeat(&m->outgoing);
		m->words_group = 0;
	}
	m->outgoing.spoken = spoken;
}

static void
apply_range(struct member *m, struct sender *s, const struct proto_range *r)
{
	uint32_t spoken = proto_spoken(r);

	if (spoken == 0 || spoken == s->spoken)
		return;
	s->spoken = spoken;
	choose_version(m);
}

/* Called with a NODE of another member.  If a guest here speaks for the same
 * node, insists on the node; but if this member has just joined its group, and
 * the node is a satellite, closes the guest.  Two members can insist on the
 * same node only after the group was cut in parts. */
static void
moved(struct member *m, const struct node_id *id)
{
	uint64_t guest = table_owner(m->mine, id);

	if (guest == TABLE_NOBODY) {
		table_gone(m->mine, TABLE_NOBODY, id, PROTO_REASON_UNKNOWN);
	} else if (!table_confirmed(m->mine, id)) {
		return; /* this member's own NODE is still on its way */
	} else if (member_settled(m) ||
		   !table_described(m->mine, id)->satellite) {
		if (loop_now_ns(m->loop) - m->insisted_ns >= INSIST_NS)
			insist(m, id);
	} else {
		table_gone(m->mine, guest, id, PROTO_REASON_UNKNOWN);
		guests_close(m->guests, guest,
			     "its node is announced by another member");
	}
}

const char *
member_hear_word(struct member *m, const uint8_t *word, size_t len)
{
	bool news;
	const char *why = word_gate_hear(&m->gate, word, len, &news);

	if (news) {
		member_spread(m);
		guests_kick(m->guests);
	}
	return why;
}

static void
apply_node(struct member *m, uint64_t member, const struct proto_node *said)
{
	struct proto_node bounded = *said, *n = &bounded;

	/* A member that does not know its own address yet sends the node again
	 * when it does. */
	if (member != GROUP_SELF && address_any(&n->nbd))
		return;
	word_gate_node(&m->gate, n,
		       !n->satellite &&
			   (member == GROUP_SELF || !member_settled(m)));
	if (member != GROUP_SELF)
		claims_denied(&m->claims, &n->id, n->proved,
			      loop_now_ns(m->loop));
	if (table_node(m->view, member, n) == -1) {
		if (!m->told_full)
			log_warn("node %s: not in the view: %s", n->name,
				 strerror(errno));
		m->told_full = true;
	}
	if (member == GROUP_SELF)
		table_confirm(m->mine, &n->id);
	else
		moved(m, &n->id);
}

static void
apply_holds(struct member *m, uint64_t member, const struct numbers *numbers,
	    const struct proto_msg *f)
{
	const uint8_t *parts = f->parts;
	size_t left = f->nparts;
	struct proto_hold h;

	while (left > 0 && hold_next(&parts, &left, &h))
		if (numbers_resolve(numbers, &h))
			table_hold(m->view, member, &h);
}

static void
apply_frame(struct member *m, struct sender *s, const struct proto_msg *f)
{
	switch (f->type) {
	case PROTO_NODE:
		numbers_set(s->numbers, f->number, &f->node);
		apply_node(m, s->member, &f->node);
		break;
	case PROTO_HOLD:
		apply_holds(m, s->member, s->numbers, f);
		break;
	case PROTO_GONE:
		numbers_forget(s->numbers, &f->gone);
		table_gone(m->view, s->member, &f->gone, f->reason);
		break;
	case PROTO_RANGE:
		apply_range(m, s, &f->range);
		break;
	case PROTO_LEASE:
		leases_merge(m->leases, &f->lease, false, loop_now_ns(m->loop));
		break;
	case PROTO_SIGNED:
		(void)member_hear_word(m, f->word, f->nword);
		break;
	case PROTO_CLAIM:
		if (s->member != GROUP_SELF)
			claimed(m, f);
		break;
	case PROTO_HELLO:
	case PROTO_VIEW:
	case PROTO_PING:
	case PROTO_PONG:
	case PROTO_FLAGS:
	case PROTO_CHALLENGE:
	case PROTO_PROOF:
	case PROTO_UNKNOWN:
		break;
	}
}

static void
apply(struct member *m, uint64_t member, const uint8_t *buf, size_t len)
{
	struct sender *s = senders_make(&m->senders, member);
	struct proto_msg f;
	ssize_t n;

	for (; s != NULL && len > 0; buf += n, len -= n) {
		n = proto_decode(buf, len, &f);
		if (n <= 0) {
			log_warn("corosync: node %u: a message that is none",
				 (unsigned)(member >> 32));
			return;
		}
		apply_frame(m, s, &f);
	}
}

/* In the states SOLO and ALONE, copies the changes of `mine` to the view. */
static void
apply_mine(struct member *m)
{
	uint8_t buf[READ_BYTES];
	ssize_t n;

	while ((n = table_read(m->mine, &m->loopback, buf, sizeof buf)) > 0)
		apply(m, GROUP_SELF, buf, n);
	if (n == -1) {
		/* The reader `loopback` has missed departures.  So all nodes of
		 * this member are made orphans in the view, and those in `mine`
		 * announced again. */
		table_orphan(m->view, GROUP_SELF, 0);
		table_reader_restart(&m->loopback);
		apply_mine(m);
	}
}

void
member_idle(void *ctx)
{
	struct member *m = ctx;

	if (m->state == JOINED)
		return;
	table_mark(m->mine);
	if (table_reader_behind(m->mine, &m->loopback)) {
		apply_mine(m);
		guests_kick(m->guests);
	}
}

/* --- the group's address, and the calls that the group makes --- */

void
member_find_address(struct member *m)
{
	struct address a;

	if (m->outgoing.has_any || m->driver->address(m->group, &a) == -1)
		return;
	m->outgoing.has_any = m->loopback.has_any = true;
	memcpy(m->outgoing.any_ip, a.ip, sizeof a.ip);
	memcpy(m->loopback.any_ip, a.ip, sizeof a.ip);
	table_reader_repeat(&m->outgoing);
}

static void
joined(void *ctx, uint32_t nodeid)
{
	struct member *m = ctx;

	log_info("corosync: joined the group as node %u", nodeid);
	m->state = JOINED;
	m->joined_ns = loop_now_ns(m->loop);
	m->outgoing.has_any = false;
	member_find_address(m);
	table_reader_repeat(&m->outgoing);
	leases_reader_repeat(&m->leases_group);
	m->words_group = 0;
	/* The other members send their nodes again; a node that no member sends
	 * in time is removed. */
	table_orphan_others(m->view, GROUP_SELF,
			    member_later(m, ORPHAN_GRACE_MS));
	guests_alone(m->guests, false);
}

static void
lost(void *ctx, const char *why)
{
	struct member *m = ctx;

	log_warn("corosync: %s: the last view stays in force", why);
	m->state = ALONE;
	senders_forget_all(&m->senders);
	/* The group may not have delivered the last frames of `mine`, so all of
	 * `mine` is copied to the view again. */
	table_orphan(m->view, GROUP_SELF, member_later(m, RECONNECT_GRACE_MS));
	table_reader_repeat(&m->loopback);
	guests_alone(m->guests, true);
}

static void
left(void *ctx, uint64_t member)
{
	struct member *m = ctx;

	log_info("corosync: node %u left the group", (unsigned)(member >> 32));
	senders_forget(&m->senders, member);
	table_orphan_satellites(m->view, member,
				member_later(m, ORPHAN_GRACE_MS));
	guests_kick(m->guests);
}

static void
arrived(void *ctx)
{
	struct member *m = ctx;

	table_reader_repeat(&m->outgoing);
	leases_reader_repeat(&m->leases_group);
	m->words_group = 0;
}

static void
size(void *ctx, size_t members)
{
	struct member *m = ctx;

	m->group_size = members;
	choose_version(m);
}

static void
deliver(void *ctx, uint64_t member, const uint8_t *buf, size_t len)
{
	struct member *m = ctx;

	apply(m, member, buf, len);
	guests_kick(m->guests);
}

/* Writes the CLAIMs and signed words that are due to buf.  Called before nodes
 * are written, which rely on words.  Returns how many bytes it has written. */
static size_t
say_first(struct member *m, uint8_t *buf, size_t len)
{
	struct outbuf room = {.buf = buf, .left = len};
	struct proto_msg f;

	room.spoken = m->outgoing.spoken;
	while (room.spoken >= PROTO_CLAIM_SINCE && room.left >= CLAIM_BYTES &&
	       claims_next(&m->claims, &f, loop_now_ns(m->loop)))
		if (f.claims != PROTO_CLAIM_GIVEN ||
		    room.spoken >= PROTO_PROOF_SINCE)
			outbuf_put(&room, &f);
	signed_frames_read(m->gate.words, &m->words_group, &room);
	return len - room.left;
}

static int
fill(void *ctx, uint8_t *buf, size_t len)
{
	struct member *m = ctx;
	size_t most = len - TABLE_READ_MIN, used = say_first(m, buf, most);
	ssize_t n;

	used += leases_read(m->leases, &m->leases_group, loop_now_ns(m->loop),
			    buf + used, most - used);
	if (!table_reader_midway(&m->outgoing))
		table_mark(m->mine);
	n = table_read(m->mine, &m->outgoing, buf + used, len - used);
	if (n >= 0)
		return used + n;
	/* All of `mine` is sent after this member has left the group and joined
	 * anew, since the group then forgets its nodes. */
	table_reader_restart(&m->outgoing);
	return -1;
}

const struct group_ops member_group_ops = {
    .joined = joined,
    .lost = lost,
    .left = left,
    .arrived = arrived,
    .size = size,
    .deliver = deliver,
    .fill = fill,
};
