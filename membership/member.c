/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/member.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "lib/log.h"
#include "membership/guests.h"
#include "membership/wire/hold.h"
#include "membership/wire/leases.h"
#include "membership/wire/numbers.h"
#include "membership/table.h"

#define TICK_NS (500 * NS_PER_MS) /* chosen: orphans go that late at most */
#define READ_BYTES (64U << 10)
/* A newcomer knows by then what the others say in answer to it: a message takes
 * 184 ms on saturated links of 32 nodes (chosen, five times that). */
#define SETTLED_NS (1000 * NS_PER_MS)

/* A member of the group, this one too, as one who sends frames. */
struct sender {
	LIST_ENTRY(sender) entry;
	uint64_t member;
	uint32_t spoken; /* the version that it and this member speak */
	struct numbers *numbers;
};

/* Drawn in the header. */
enum group_state { SOLO, ALONE, JOINED };

struct member {
	struct loop *loop;
	struct table *mine, *view;
	struct leases *leases;
	struct guests *guests;
	const struct group_driver *driver;
	void *group; /* the driver's; NULL: solo */
	enum group_state state;
	int64_t joined_ns;
	bool boots; /* a boot service here is ready */
	/* the place in the boot services' queue; 0: none yet */
	uint32_t place;
	struct leases_reader leases_group;
	LIST_HEAD(, sender) senders;
	size_t group_size;            /* members, this one too */
	struct table_reader outgoing; /* reads `mine` for the others */
	struct table_reader loopback; /* reads `mine` while there is no group */
	bool told_full;               /* the log has said that `view` is full */
	struct loop_timer tick;
};

static int64_t
later(const struct member *m, int64_t ms)
{
	return loop_now_ns(m->loop) + ms * NS_PER_MS;
}

static void
spread(struct member *m)
{
	/* `idle` does it once a round where there is no group. */
	if (m->state == JOINED)
		m->driver->kick(m->group);
}

/* Frames from the group go into the view. */

static struct sender *
find_sender(struct member *m, uint64_t member)
{
	struct sender *s;

	LIST_FOREACH (s, &m->senders, entry)
		if (s->member == member)
			return s;
	return NULL;
}

/* NULL: no memory. */
static struct sender *
sender_of(struct member *m, uint64_t member)
{
	struct sender *s = find_sender(m, member);

	if (s != NULL)
		return s;
	s = calloc(1, sizeof *s);
	if (s == NULL)
		return NULL;
	s->numbers = numbers_new();
	if (s->numbers == NULL) {
		free(s);
		return NULL;
	}
	s->member = member;
	s->spoken = PROTO_LOWEST;
	LIST_INSERT_HEAD(&m->senders, s, entry);
	return s;
}

static void
forget_sender(struct sender *s)
{
	if (s == NULL)
		return;
	LIST_REMOVE(s, entry);
	numbers_free(s->numbers);
	free(s);
}

static void
forget_senders(struct member *m)
{
	while (!LIST_EMPTY(&m->senders))
		forget_sender(LIST_FIRST(&m->senders));
}

/* A message to the group is of the highest version that all of its members
 * speak; one that was not heard yet may speak the lowest alone. */
static void
choose_version(struct member *m)
{
	uint32_t spoken = PROTO_HIGHEST;
	size_t heard = 0;
	struct sender *s;

	LIST_FOREACH (s, &m->senders, entry) {
		heard++;
		if (s->spoken < spoken)
			spoken = s->spoken;
	}
	if (heard < m->group_size)
		spoken = PROTO_LOWEST;
	if (spoken > m->outgoing.spoken)
		table_reader_repeat(&m->outgoing);
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

/* Another member has announced a node that a client here speaks for: the
 * node has moved, unless its NODE from here is still on its way. */
static void
moved(struct member *m, const struct node_id *id)
{
	uint64_t guest = table_owner(m->mine, id);

	if (guest == TABLE_NOBODY) {
		table_gone(m->mine, TABLE_NOBODY, id, PROTO_REASON_UNKNOWN);
	} else if (table_confirmed(m->mine, id)) {
		table_gone(m->mine, guest, id, PROTO_REASON_UNKNOWN);
		guests_close(m->guests, guest,
			     "its node is announced by another member");
	}
}

static void
apply_node(struct member *m, uint64_t member, const struct proto_node *n)
{
	/* A member that does not know its address yet will say the node again.
	 */
	if (member != GROUP_SELF && address_any(&n->nbd))
		return;
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
	case PROTO_HELLO:
	case PROTO_VIEW:
	case PROTO_PING:
	case PROTO_PONG:
	case PROTO_UNKNOWN:
		break;
	}
}

static void
apply(struct member *m, uint64_t member, const uint8_t *buf, size_t len)
{
	struct sender *s = sender_of(m, member);
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

/* The view of a member that hears of no others is what its own guests say. */
static void
apply_mine(struct member *m)
{
	uint8_t buf[READ_BYTES];
	ssize_t n;

	while ((n = table_read(m->mine, &m->loopback, buf, sizeof buf)) > 0)
		apply(m, GROUP_SELF, buf, n);
	if (n == -1) {
		/* Departures were missed; nodes that are not said again go. */
		table_orphan(m->view, GROUP_SELF, 0);
		table_reader_restart(&m->loopback);
		apply_mine(m);
	}
}

static void
idle(void *ctx)
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

/* --- the group --- */

/* The group knows this node by an address, which is said for "any". */
static void
find_address(struct member *m)
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
	find_address(m);
	table_reader_repeat(&m->outgoing);
	leases_reader_repeat(&m->leases_group);
	/* The others say their nodes again; one that nobody says goes. */
	table_orphan_others(m->view, GROUP_SELF, later(m, ORPHAN_GRACE_MS));
	guests_alone(m->guests, false);
}

static void
lost(void *ctx, const char *why)
{
	struct member *m = ctx;

	log_warn("corosync: %s: the last view stays in force", why);
	m->state = ALONE;
	forget_senders(m);
	/* Frames that were on their way to the group are said here instead. */
	table_orphan(m->view, GROUP_SELF, later(m, RECONNECT_GRACE_MS));
	table_reader_repeat(&m->loopback);
	guests_alone(m->guests, true);
}

static void
left(void *ctx, uint64_t member)
{
	struct member *m = ctx;

	log_info("corosync: node %u left the group", (unsigned)(member >> 32));
	forget_sender(find_sender(m, member));
	table_orphan_satellites(m->view, member, later(m, ORPHAN_GRACE_MS));
	guests_kick(m->guests);
}

static void
arrived(void *ctx)
{
	struct member *m = ctx;

	table_reader_repeat(&m->outgoing);
	leases_reader_repeat(&m->leases_group);
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

static int
fill(void *ctx, uint8_t *buf, size_t len)
{
	struct member *m = ctx;
	size_t used =
	    leases_read(m->leases, &m->leases_group, loop_now_ns(m->loop), buf,
			len - TABLE_READ_MIN);
	ssize_t n;

	if (!table_reader_midway(&m->outgoing))
		table_mark(m->mine);
	n = table_read(m->mine, &m->outgoing, buf + used, len - used);
	if (n >= 0)
		return used + n;
	/* The group forgets this member's nodes when it leaves. */
	table_reader_restart(&m->outgoing);
	return -1;
}

static const struct group_ops group_ops = {
    .joined = joined,
    .lost = lost,
    .left = left,
    .arrived = arrived,
    .size = size,
    .deliver = deliver,
    .fill = fill,
};

/* Guests. */

static void
guest_node(void *ctx, uint64_t guest, const struct proto_node *said)
{
	struct member *m = ctx;
	struct proto_node n = *said;
	uint64_t before = table_owner(m->mine, &n.id);

	n.boots = n.satellite ? 0 : m->place;
	if (table_node(m->mine, guest, &n) == -1) {
		guests_close(m->guests, guest, strerror(errno));
		return;
	}
	if (before != TABLE_NOBODY && before != guest)
		guests_close(m->guests, before,
			     "a newer connection speaks for its node");
	spread(m);
}

static void
guest_hold(void *ctx, uint64_t guest, const struct proto_hold *h)
{
	struct member *m = ctx;

	table_hold(m->mine, guest, h);
	spread(m);
}

static void
guest_gone(void *ctx, uint64_t guest, const struct node_id *id)
{
	struct member *m = ctx;

	table_gone(m->mine, guest, id, PROTO_LEFT);
	spread(m);
}

static void
guest_closed(void *ctx, uint64_t guest)
{
	struct member *m = ctx;

	table_orphan(m->mine, guest, later(m, RECONNECT_GRACE_MS));
}

/* Gives a boot service its place in the queue, behind all that there are. */
static void
queue_up(struct member *m)
{
	bool settled = m->state == SOLO ||
		       (m->state == JOINED &&
			loop_now_ns(m->loop) - m->joined_ns >= SETTLED_NS);
	uint32_t place = m->place;

	if (!m->boots)
		place = 0;
	else if (place == 0 && settled)
		place = table_boots_last(m->view) + 1;
	if (place == m->place)
		return;
	m->place = place;
	table_boots(m->mine, place);
	spread(m);
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
	spread(m);
	guests_kick(m->guests);
}

static const struct guests_ops guests_ops = {
    .node = guest_node,
    .hold = guest_hold,
    .gone = guest_gone,
    .lease = guest_lease,
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
	queue_up(m);
	spread(m);
	guests_kick(m->guests);
	if (m->state != JOINED)
		return;
	find_address(m);
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
	if (s->tcp && guests_listen_tcp(m->guests, &s->listen) == -1) {
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
	if (m->mine == NULL || m->view == NULL || m->leases == NULL)
		log_fatal("%s", strerror(errno));
	m->guests = guests_new(l, m->view, m->leases, &guests_ops, m);
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
		m->group = s->group->open(l, &group_ops, m);
		if (m->group == NULL)
			log_fatal("%s", strerror(errno));
	}
	m->tick = (struct loop_timer){.fire = tick, .ctx = m};
	loop_timer_set(l, &m->tick, loop_now_ns(l) + TICK_NS);
	loop_set_idle(l, idle, m);
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
	forget_senders(m);
	table_free(m->mine);
	table_free(m->view);
	leases_free(m->leases);
	free(m);
}
