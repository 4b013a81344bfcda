/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/guests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "membership/guests_inside.h"
#include "membership/listener.h"
#include "membership/wire/hold.h"
#include "membership/wire/signed_frames.h"

#define SWEEP_NS (1000 * NS_PER_MS)

int64_t
guests_pause_ms(uint64_t told)
{
	int64_t pause = told * 1000 / GUESTS_NEWS_BYTES;
	int64_t least = told * 1000 / GUESTS_NEWS_BYTES_MOST;

	if (pause > GUESTS_FLUSH_MORE_MS)
		pause = GUESTS_FLUSH_MORE_MS;
	if (pause < least)
		pause = least;
	if (pause < GUESTS_FLUSH_MS)
		pause = GUESTS_FLUSH_MS;
	return pause < GUESTS_FLUSH_MOST_MS ? pause : GUESTS_FLUSH_MOST_MS;
}

static int64_t
now(const struct guests *g)
{
	return loop_now_ns(g->loop);
}

static void
say_count(void *ctx, uint64_t unsaid, const char *text)
{
	log_warn("%lu more times: %s", (unsigned long)unsaid, text);
}

/* Notes whether the guest is a boot service that is ready, and tells the member
 * when its first boot service becomes ready and when the last one no longer
 * is. */
static void
set_boots(struct guest *e, bool boots)
{
	struct guests *g = e->g;
	bool any = g->boot_services > 0;

	if (e->boots == boots)
		return;
	e->boots = boots;
	g->boot_services += boots ? 1 : -1;
	if ((g->boot_services > 0) != any)
		g->ops->boots(g->ctx, !any);
}

static void
free_guest(struct guest *e)
{
	LIST_REMOVE(e, entry);
	channel_free(e->channel);
	free(e->twin);
	free(e);
}

void
guests_destroy(struct guest *e)
{
	set_boots(e, false);
	e->g->count--;
	free_guest(e);
}

/* Closes a guest whose connection failed (`why` is NULL) or that did something
 * wrong (`why` says what), and tells the member that the guest is closed. */
static void
drop(struct guest *e, const char *why)
{
	struct guests *g = e->g;
	uint64_t number = e->number;

	if (why != NULL)
		guests_complain(g, "%s: closed: %s", e->name, why);
	else
		log_debug("%s: closed", e->name);
	guests_destroy(e);
	g->ops->closed(g->ctx, number);
}

/* --- frames from a guest --- */

static void
got_node(struct guest *e, const struct proto_node *said)
{
	struct proto_node n = *said;
	const char *fault = guests_proved_fault(e, said);

	if (fault != NULL) {
		drop(e, fault);
		return;
	}
	if (e->state == GUEST_NODE && !node_id_equal(&e->id, &said->id)) {
		drop(e, "it speaks for a second node");
		return;
	}
	if (e->state != GUEST_NODE)
		snprintf(e->name + strlen(e->name),
			 sizeof e->name - strlen(e->name), " (%s)", said->name);
	e->state = GUEST_NODE;
	e->id = said->id;
	e->nimages = said->nimages;
	for (uint8_t i = 0; i < said->nimages; i++)
		e->images[i] = said->images[i].id;
	e->reader.has_skip = true;
	e->reader.skip = said->id;
	n.satellite = !e->local;
	n.proved = e->proof == GUEST_PROVED;
	/* A core node's router uses its own member's Unix socket, so a node
	 * that comes by TCP runs no member. */
	if (!e->local)
		n.member_port = 0;
	if (!e->local && address_any(&n.nbd))
		memcpy(n.nbd.ip, e->from.ip, sizeof n.nbd.ip);
	e->g->ops->node(e->g->ctx, e->number, &n);
}

/* Passes the parts of a HOLD to the member as chunks of the guest's own node,
 * whatever node number the frame has. */
static void
got_holds(struct guest *e, const struct proto_msg *m)
{
	struct guests *g = e->g;
	const uint8_t *parts = m->parts;
	size_t left = m->nparts;
	struct proto_hold h;

	while (e->state == GUEST_NODE && left > 0 &&
	       hold_next(&parts, &left, &h)) {
		if (h.index >= e->nimages)
			continue;
		h.node = e->id;
		h.image = e->images[h.index];
		g->ops->hold(g->ctx, e->number, &h);
	}
}

static void
stranger(struct guest *e, uint32_t version)
{
	char why[96];

	snprintf(why, sizeof why,
		 "it speaks version %u of the membership's protocol, and this "
		 "member %d to %d",
		 version, PROTO_LOWEST, PROTO_HIGHEST);
	drop(e, why);
}

/* Chooses, by the guest's RANGE, the version of the frames that the guest is
 * sent.  If that is another version than before, the whole view is sent
 * again. */
static void
got_range(struct guest *e, const struct proto_range *range)
{
	uint32_t spoken = proto_spoken(range);

	if (spoken == 0) {
		stranger(e, range->highest);
		return;
	}
	if (spoken != e->reader.spoken)
		table_reader_repeat(&e->reader);
	e->reader.spoken = spoken;
	guests_ask_key(e);
	channel_kick(e->channel);
}

static void
got_hello(struct guest *e, const struct proto_msg *m)
{
	if (!proto_hears(m->version)) {
		stranger(e, m->version);
		return;
	}
	if (e->state == GUEST_NEW)
		e->state = GUEST_GREETED;
	e->wants_leases = m->leases;
	set_boots(e, e->local && m->boots);
	channel_kick(e->channel);
}

static void
got_proof(struct guest *e, const struct proto_msg *m)
{
	const char *why = guests_key_fault(e, &m->proof);

	if (why != NULL)
		drop(e, why);
}

/* Passes a signed word to the member.  A guest that sends a wrong word is
 * closed, since verifying signatures takes time. */
static void
got_word(struct guest *e, const struct proto_msg *m)
{
	const char *why = e->g->ops->word(e->g->ctx, m->word, m->nword);

	if (why != NULL)
		drop(e, why);
}

static void
guest_frame(void *ctx, const struct proto_msg *m)
{
	struct guest *e = ctx;
	struct guests *g = e->g;

	e->heard_ns = now(g);
	if (e->state == GUEST_NEW && m->type != PROTO_HELLO) {
		drop(e, "it did not say hello");
		return;
	}
	switch (m->type) {
	case PROTO_HELLO:
		got_hello(e, m);
		break;
	case PROTO_RANGE:
		got_range(e, &m->range);
		break;
	case PROTO_NODE:
		got_node(e, &m->node);
		break;
	case PROTO_HOLD:
		got_holds(e, m);
		break;
	case PROTO_GONE:
		if (e->state == GUEST_NODE && node_id_equal(&e->id, &m->gone))
			g->ops->gone(g->ctx, e->number, &m->gone);
		break;
	case PROTO_LEASE:
		if (e->local)
			g->ops->lease(g->ctx, &m->lease);
		break;
	case PROTO_SIGNED:
		got_word(e, m);
		break;
	case PROTO_PROOF:
		got_proof(e, m);
		break;
	case PROTO_PING:
		e->pong_due = true;
		channel_kick(e->channel);
		break;
	case PROTO_VIEW:
	case PROTO_PONG:
	case PROTO_UNKNOWN:
	case PROTO_CLAIM:
	case PROTO_CHALLENGE:
	case PROTO_FLAGS:
		break;
	}
}

static void
guest_failed(void *ctx, enum channel_end why)
{
	drop(ctx, why == CHANNEL_NO_FRAME  ? "it sent what is no frame"
		  : why == CHANNEL_REFUSED ? "it has no key of this cluster"
					   : NULL);
}

/* --- frames to a guest --- */

static size_t
guest_fill(void *ctx, uint8_t *buf, size_t len)
{
	struct guest *e = ctx;
	struct outbuf room = {.buf = buf, .left = len};
	struct proto_msg hello = {
	    .type = PROTO_HELLO, .version = PROTO_LOWEST, .alone = e->g->alone};
	struct proto_msg pong = {.type = PROTO_PONG};
	ssize_t n;

	if (e->hello_due)
		outbuf_put_hello(&room, &hello);
	if (e->pong_due)
		outbuf_put(&room, &pong);
	e->hello_due = e->pong_due = false;
	if (e->state == GUEST_NEW)
		return len - room.left;
	guests_say_twin(e, &room);
	if (e->state == GUEST_REFUSED)
		return len - room.left;
	/* Words and leases are sent before the view, so that a guest that has
	 * received VIEW has them, too; and since NODEs rely on words. */
	room.spoken = e->reader.spoken;
	guests_say_challenge(e, &room);
	signed_frames_read(e->g->words, &e->words_said, &room);
	if (e->wants_leases)
		outbuf_used(&room,
			    leases_read(e->g->leases, &e->leases, now(e->g),
					room.buf, room.left - TABLE_READ_MIN));
	n = table_read(e->g->view, &e->reader, room.buf, room.left);
	if (n == -1) {
		/* The guest was so slow that departures which it was not sent
		 * are forgotten.  So it is sent a HELLO, and a whole view after
		 * that. */
		table_reader_restart(&e->reader);
		outbuf_put_hello(&room, &hello);
		return len - room.left;
	}
	e->g->told += n;
	outbuf_used(&room, n);
	return len - room.left;
}

static const struct channel_ops guest_ops = {
    .frame = guest_frame,
    .fill = guest_fill,
    .failed = guest_failed,
};

/* --- connections that come and end, timers, and the set of all guests --- */

static void
place(struct guest *e, const struct arrival *a)
{
	if (e->local) {
		snprintf(e->name, sizeof e->name, "client %lu",
			 (unsigned long)e->number);
		return;
	}
	e->from = a->from;
	e->here = a->here;
	address_text(&e->from, e->name);
	/* If a node on this machine listens on "any", the guest can reach it by
	 * the address by which the guest has connected here. */
	e->reader.has_any = !address_any(&a->here);
	memcpy(e->reader.any_ip, a->here.ip, sizeof a->here.ip);
}

/* Returns how many of the first bytes of a->ip stand for a machine: all of an
 * IPv4 address, half of an IPv6 address.  Addresses that share these bytes
 * count as addresses of one machine. */
static size_t
machine_bytes(const struct address *a)
{
	return address_is_v4(a) ? sizeof a->ip : sizeof a->ip / 2;
}

static uint32_t
count_from(const struct guests *g, const struct address *from)
{
	const struct guest *e;
	uint32_t n = 0;

	LIST_FOREACH (e, &g->all, entry)
		if (!e->local &&
		    memcmp(e->from.ip, from->ip, machine_bytes(from)) == 0)
			n++;
	return n;
}

static bool
too_many(struct guests *g, const struct address *from)
{
	char text[ADDRESS_TEXT];

	if (g->count >= GUESTS_MAX)
		guests_complain(g, "more than %d clients: refused", GUESTS_MAX);
	else if (count_from(g, from) >= GUESTS_ADDRESS_MAX)
		guests_complain(g, "%s: more than %d clients: refused",
				address_host(from, text), GUESTS_ADDRESS_MAX);
	else
		return false;
	return true;
}

static void
arrived(void *ctx, const struct arrival *a)
{
	struct guests *g = ctx;
	struct guest *e =
	    a->tcp && too_many(g, &a->from) ? NULL : calloc(1, sizeof *e);

	if (e == NULL) {
		close(a->fd);
		return;
	}
	e->g = g;
	e->number = ++g->last_number;
	e->local = !a->tcp;
	e->hello_due = true;
	e->reader.takes_flags = true;
	e->heard_ns = now(g);
	place(e, a);
	e->channel = channel_new(g->loop, a->fd, &guest_ops, e);
	if (e->channel != NULL && a->tcp && g->psk_file != NULL &&
	    channel_secure(e->channel, g->psk_file, 0) == -1) {
		channel_free(e->channel);
		e->channel = NULL;
	}
	if (e->channel == NULL) {
		free(e);
		return;
	}
	LIST_INSERT_HEAD(&g->all, e, entry);
	g->count++;
	log_debug("%s: connected", e->name);
}

static const char *
fault(const struct guest *e)
{
	int64_t t = now(e->g), stuck = channel_stuck_ns(e->channel);

	if (t - e->heard_ns > GUEST_SILENCE_MS * NS_PER_MS)
		return e->state != GUEST_NEW ? "it is silent"
					     : "it did not say hello";
	if (stuck != 0 && t - stuck > GUEST_STUCK_MS * NS_PER_MS)
		return "it takes nothing of what it is sent";
	return NULL;
}

static void
sweep_fire(void *ctx)
{
	struct guests *g = ctx;
	struct guest *e, *next;
	bool late = now(g) - g->swept_ns > 2 * SWEEP_NS;

	g->swept_ns = now(g);
	log_limit_tick(&g->said, now(g) / (1000 * NS_PER_MS), say_count, NULL);
	loop_timer_set(g->loop, &g->sweep, now(g) + SWEEP_NS);
	listener_resume(g->local);
	listener_resume(g->tcp);
	if (late)
		/* this process itself was held up, so a guest's silence proves
		 * nothing */
		return;
	for (e = LIST_FIRST(&g->all); e != NULL; e = next) {
		const char *why = fault(e);

		next = LIST_NEXT(e, entry);
		if (why != NULL)
			drop(e, why);
	}
}

static void
flush_fire(void *ctx)
{
	struct guests *g = ctx;
	struct guest *e;

	g->flushed_ns = now(g);
	g->told = 0;
	table_mark(g->view);
	LIST_FOREACH (e, &g->all, entry)
		if (table_reader_behind(g->view, &e->reader) ||
		    signed_frames_behind(g->words, e->words_said,
					 e->reader.spoken) ||
		    (e->wants_leases &&
		     leases_reader_behind(g->leases, &e->leases)))
			channel_kick(e->channel);
}

struct guests *
guests_new(struct loop *l, struct table *view, const struct leases *leases,
	   const struct words *words, const struct guests_ops *ops, void *ctx)
{
	struct guests *g = calloc(1, sizeof *g);

	if (g == NULL)
		return NULL;
	g->loop = l;
	g->view = view;
	g->leases = leases;
	g->words = words;
	g->ops = ops;
	g->ctx = ctx;
	LIST_INIT(&g->all);
	g->sweep = (struct loop_timer){.fire = sweep_fire, .ctx = g};
	g->flush = (struct loop_timer){.fire = flush_fire, .ctx = g};
	g->swept_ns = loop_now_ns(l);
	loop_timer_set(l, &g->sweep, g->swept_ns + SWEEP_NS);
	return g;
}

void
guests_free(struct guests *g)
{
	struct guest *e;

	if (g == NULL)
		return;
	listener_free(g->local);
	listener_free(g->tcp);
	while ((e = LIST_FIRST(&g->all)) != NULL)
		free_guest(e);
	loop_timer_cancel(g->loop, &g->sweep);
	loop_timer_cancel(g->loop, &g->flush);
	free(g);
}

int
guests_listen_unix(struct guests *g, const char *path)
{
	g->local = listener_unix(g->loop, path, arrived, g);
	return g->local != NULL ? 0 : -1;
}

int
guests_listen_tcp(struct guests *g, const struct address *a,
		  const char *psk_file)
{
	g->psk_file = psk_file;
	g->tcp = listener_tcp(g->loop, a, arrived, g);
	return g->tcp != NULL ? 0 : -1;
}

void
guests_kick(struct guests *g)
{
	int64_t due = g->flushed_ns + guests_pause_ms(g->told) * NS_PER_MS;

	if (g->flush.slot == 0)
		loop_timer_set(g->loop, &g->flush, due < now(g) ? now(g) : due);
}

void
guests_alone(struct guests *g, bool alone)
{
	struct guest *e;

	if (g->alone == alone)
		return;
	g->alone = alone;
	LIST_FOREACH (e, &g->all, entry) {
		e->hello_due = true;
		table_reader_restart(&e->reader);
		channel_kick(e->channel);
	}
}

void
guests_close(struct guests *g, uint64_t guest, const char *why)
{
	struct guest *e = guests_find(g, guest);

	if (e == NULL)
		return;
	guests_complain(g, "%s: closed: %s", e->name, why);
	guests_destroy(e);
}
