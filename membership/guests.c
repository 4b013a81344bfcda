/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/guests.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/listen_unix.h"
#include "lib/log.h"
#include "membership/wire/hold.h"
#include "membership/wire/channel.h"
#include "membership/wire/outbuf.h"

#define MS 1000000LL
#define SWEEP_NS (1000 * MS)
#define BACKLOG 128
#define ACCEPT_ROUND 32
#define NAME_TEXT (ADDRESS_TEXT + MANIFEST_NAME_MAX + 8)

struct guest {
	struct guests *g;
	struct guest *next, **prev;
	uint64_t number;
	struct channel *channel;
	bool local;          /* by the Unix socket */
	struct address from; /* if not local */
	bool greeted, hello_due, pong_due;
	bool wants_leases, boots;
	bool has_id;
	struct node_id id;
	struct digest images[PROTO_IMAGES_MAX]; /* as it numbers them */
	uint8_t nimages;
	int64_t heard_ns;
	struct table_reader reader;
	struct leases_reader leases;
	char name[NAME_TEXT]; /* for the log */
};

struct guests {
	struct loop *loop;
	struct table *view;
	const struct leases *leases;
	const struct guests_ops *ops;
	void *ctx;
	struct loop_source local, tcp;
	char *path;
	bool alone;
	struct guest *first;
	uint32_t count, boot_services;
	uint64_t last_number;
	struct loop_timer sweep, flush;
	int64_t swept_ns, flushed_ns;
	uint64_t told; /* bytes of news since then */
	bool full;     /* said so */
};

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

/* A boot service says that it is ready, or is so no longer. */
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
destroy(struct guest *e)
{
	set_boots(e, false);
	*e->prev = e->next;
	if (e->next != NULL)
		e->next->prev = e->prev;
	e->g->count--;
	channel_free(e->channel);
	free(e);
}

/* For a fault of its own or of the network. */
static void
drop(struct guest *e, const char *why)
{
	struct guests *g = e->g;
	uint64_t number = e->number;

	if (why != NULL)
		log_warn("%s: closed: %s", e->name, why);
	else
		log_debug("%s: closed", e->name);
	destroy(e);
	g->ops->closed(g->ctx, number);
}

/* What it says. */

static void
got_node(struct guest *e, const struct proto_node *said)
{
	struct proto_node n = *said;

	if (e->has_id && !node_id_equal(&e->id, &said->id)) {
		drop(e, "it speaks for a second node");
		return;
	}
	if (!e->has_id)
		snprintf(e->name + strlen(e->name),
			 sizeof e->name - strlen(e->name), " (%s)", said->name);
	e->has_id = true;
	e->id = said->id;
	e->nimages = said->nimages;
	for (uint8_t i = 0; i < said->nimages; i++)
		e->images[i] = said->images[i].id;
	e->reader.has_skip = true;
	e->reader.skip = said->id;
	n.satellite = !e->local;
	if (!e->local && address_any(&n.nbd))
		memcpy(n.nbd.ip, e->from.ip, sizeof n.nbd.ip);
	e->g->ops->node(e->g->ctx, e->number, &n);
}

/* It speaks of no node but its own, whatever the number. */
static void
got_holds(struct guest *e, const struct proto_msg *m)
{
	struct guests *g = e->g;
	const uint8_t *parts = m->parts;
	size_t left = m->nparts;
	struct proto_hold h;

	while (e->has_id && left > 0 && hold_next(&parts, &left, &h)) {
		if (h.index >= e->nimages)
			continue;
		h.node = e->id;
		h.image = e->images[h.index];
		g->ops->hold(g->ctx, e->number, &h);
	}
}

static void
got_hello(struct guest *e, const struct proto_msg *m)
{
	if (m->version != PROTO_VERSION) {
		char why[96];

		snprintf(why, sizeof why,
			 "it speaks version %u of the membership's protocol, "
			 "and this is %d",
			 m->version, PROTO_VERSION);
		drop(e, why);
		return;
	}
	e->greeted = true;
	e->wants_leases = m->leases;
	set_boots(e, e->local && m->boots);
	channel_kick(e->channel);
}

static void
guest_frame(void *ctx, const struct proto_msg *m)
{
	struct guest *e = ctx;
	struct guests *g = e->g;

	e->heard_ns = now(g);
	if (!e->greeted && m->type != PROTO_HELLO) {
		drop(e, "it did not say hello");
		return;
	}
	switch (m->type) {
	case PROTO_HELLO:
		got_hello(e, m);
		break;
	case PROTO_NODE:
		got_node(e, &m->node);
		break;
	case PROTO_HOLD:
		got_holds(e, m);
		break;
	case PROTO_GONE:
		if (e->has_id && node_id_equal(&e->id, &m->gone))
			g->ops->gone(g->ctx, e->number, &m->gone);
		break;
	case PROTO_LEASE:
		if (e->local)
			g->ops->lease(g->ctx, &m->lease);
		break;
	case PROTO_PING:
		e->pong_due = true;
		channel_kick(e->channel);
		break;
	case PROTO_VIEW:
	case PROTO_PONG:
		break;
	}
}

static void
guest_failed(void *ctx)
{
	struct guest *e = ctx;

	if (errno == EPROTO)
		drop(e, "it sent what is no frame");
	else
		drop(e, NULL);
}

/* What it is told. */

static size_t
guest_fill(void *ctx, uint8_t *buf, size_t len)
{
	struct guest *e = ctx;
	struct outbuf room = {.buf = buf, .left = len};
	struct proto_msg hello = {.type = PROTO_HELLO,
				  .version = PROTO_VERSION,
				  .alone = e->g->alone};
	struct proto_msg pong = {.type = PROTO_PONG};
	ssize_t n;

	if (e->hello_due)
		outbuf_put(&room, &hello);
	if (e->pong_due)
		outbuf_put(&room, &pong);
	e->hello_due = e->pong_due = false;
	if (!e->greeted)
		return len - room.left;
	/* first, so that a VIEW means that these were said, too */
	if (e->wants_leases)
		outbuf_used(&room,
			    leases_read(e->g->leases, &e->leases, now(e->g),
					room.buf, room.left - TABLE_READ_MIN));
	n = table_read(e->g->view, &e->reader, room.buf, room.left);
	if (n == -1) {
		/* Too slow to be told what left: a hello, and a whole view. */
		table_reader_restart(&e->reader);
		outbuf_put(&room, &hello);
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

/* Coming and going. */

static void
where(struct guest *e, int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	struct address here;

	if (e->local) {
		snprintf(e->name, sizeof e->name, "client %lu",
			 (unsigned long)e->number);
		return;
	}
	if (getpeername(fd, (struct sockaddr *)&ss, &len) == 0 &&
	    address_from_sockaddr((struct sockaddr *)&ss, len, &e->from) == 0)
		address_text(&e->from, e->name);
	/* What is "any" here is reached, from there, as this. */
	len = sizeof ss;
	if (getsockname(fd, (struct sockaddr *)&ss, &len) == 0 &&
	    address_from_sockaddr((struct sockaddr *)&ss, len, &here) == 0) {
		e->reader.has_any = true;
		memcpy(e->reader.any_ip, here.ip, sizeof here.ip);
	}
}

static void
admit(struct guests *g, int fd, bool local)
{
	struct guest *e = NULL;

	if (!local && g->count >= GUESTS_MAX) {
		if (!g->full)
			log_warn("more than %d clients: refused", GUESTS_MAX);
		g->full = true;
	} else {
		e = calloc(1, sizeof *e);
	}
	if (e == NULL) {
		close(fd);
		return;
	}
	e->g = g;
	e->number = ++g->last_number;
	e->local = local;
	e->hello_due = true;
	e->heard_ns = now(g);
	where(e, fd);
	e->channel = channel_new(g->loop, fd, &guest_ops, e);
	if (e->channel == NULL) {
		free(e);
		return;
	}
	e->next = g->first;
	e->prev = &g->first;
	if (e->next != NULL)
		e->next->prev = &e->next;
	g->first = e;
	g->count++;
	g->full = false;
	log_debug("%s: connected", e->name);
}

static void
accept_some(struct guests *g, struct loop_source *s)
{
	for (int i = 0; i < ACCEPT_ROUND; i++) {
		int fd =
		    accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd != -1) {
			admit(g, fd, s == &g->local);
			continue;
		}
		/* Out of descriptors or memory: the sweep tries again, since
		 * the listener would be ready without end. */
		if (errno != EAGAIN && errno != ECONNABORTED &&
		    errno != EINTR) {
			log_warn("accept: %s", strerror(errno));
			(void)loop_set_events(g->loop, s, 0);
		}
		return;
	}
}

static void
local_ready(void *ctx, uint32_t events)
{
	struct guests *g = ctx;

	accept_some(g, &g->local);
}

static void
tcp_ready(void *ctx, uint32_t events)
{
	struct guests *g = ctx;

	accept_some(g, &g->tcp);
}

static const char *
fault(const struct guest *e)
{
	int64_t t = now(e->g), stuck = channel_stuck_ns(e->channel);

	if (t - e->heard_ns > GUEST_SILENCE_MS * MS)
		return e->greeted ? "it is silent" : "it did not say hello";
	if (stuck != 0 && t - stuck > GUEST_STUCK_MS * MS)
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
	loop_timer_set(g->loop, &g->sweep, now(g) + SWEEP_NS);
	if (g->local.added)
		(void)loop_set_events(g->loop, &g->local, EPOLLIN);
	if (g->tcp.added)
		(void)loop_set_events(g->loop, &g->tcp, EPOLLIN);
	if (late)
		return; /* the silence was this process's own */
	for (e = g->first; e != NULL; e = next) {
		const char *why = fault(e);

		next = e->next;
		if (why != NULL)
			drop(e, why);
	}
}

static void
flush_fire(void *ctx)
{
	struct guests *g = ctx;

	g->flushed_ns = now(g);
	g->told = 0;
	table_mark(g->view);
	for (struct guest *e = g->first; e != NULL; e = e->next)
		if (table_reader_behind(g->view, &e->reader) ||
		    (e->wants_leases &&
		     leases_reader_behind(g->leases, &e->leases)))
			channel_kick(e->channel);
}

struct guests *
guests_new(struct loop *l, struct table *view, const struct leases *leases,
	   const struct guests_ops *ops, void *ctx)
{
	struct guests *g = calloc(1, sizeof *g);

	if (g == NULL)
		return NULL;
	g->loop = l;
	g->view = view;
	g->leases = leases;
	g->ops = ops;
	g->ctx = ctx;
	g->local = (struct loop_source){
	    .fd = -1, .events = EPOLLIN, .ready = local_ready, .ctx = g};
	g->tcp = (struct loop_source){
	    .fd = -1, .events = EPOLLIN, .ready = tcp_ready, .ctx = g};
	g->sweep = (struct loop_timer){.fire = sweep_fire, .ctx = g};
	g->flush = (struct loop_timer){.fire = flush_fire, .ctx = g};
	g->swept_ns = loop_now_ns(l);
	loop_timer_set(l, &g->sweep, g->swept_ns + SWEEP_NS);
	return g;
}

static void
stop_listening(struct guests *g, struct loop_source *s)
{
	loop_remove(g->loop, s);
	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;
}

void
guests_free(struct guests *g)
{
	if (g == NULL)
		return;
	stop_listening(g, &g->local);
	stop_listening(g, &g->tcp);
	if (g->path != NULL)
		unlink(g->path);
	free(g->path);
	for (struct guest *e = g->first, *next; e != NULL; e = next) {
		next = e->next;
		channel_free(e->channel);
		free(e);
	}
	loop_timer_cancel(g->loop, &g->sweep);
	loop_timer_cancel(g->loop, &g->flush);
	free(g);
}

/* Takes over fd, which listens. */
static int
start_listening(struct guests *g, struct loop_source *s, int fd)
{
	s->fd = fd;
	if (loop_add(g->loop, s) == 0)
		return 0;
	stop_listening(g, s);
	return -1;
}

int
guests_listen_unix(struct guests *g, const char *path)
{
	int fd = listen_unix(path, 0600, BACKLOG);

	if (fd == -1)
		return -1;
	g->path = strdup(path);
	return start_listening(g, &g->local, fd);
}

static int
tcp_socket(const struct address *a)
{
	struct sockaddr_storage ss;
	socklen_t len = address_sockaddr(a, &ss);
	int one = 1, zero = 0;
	AUTO_CLOSE int fd =
	    socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == -1)
		return -1;
	if (ss.ss_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero,
				 sizeof zero);
	if (bind(fd, (struct sockaddr *)&ss, len) == -1 ||
	    listen(fd, BACKLOG) == -1)
		return -1;
	return TAKE_FD(fd);
}

int
guests_listen_tcp(struct guests *g, const struct address *a)
{
	const struct address all = {.port = a->port};
	int fd = -1;

	/* as nbdkit does: IPv6 too, where there is any */
	if (address_any(a))
		fd = tcp_socket(&all);
	if (fd == -1)
		fd = tcp_socket(a);
	return fd == -1 ? -1 : start_listening(g, &g->tcp, fd);
}

void
guests_kick(struct guests *g)
{
	int64_t due = g->flushed_ns + guests_pause_ms(g->told) * MS;

	if (g->flush.slot == 0)
		loop_timer_set(g->loop, &g->flush, due < now(g) ? now(g) : due);
}

void
guests_alone(struct guests *g, bool alone)
{
	if (g->alone == alone)
		return;
	g->alone = alone;
	for (struct guest *e = g->first; e != NULL; e = e->next) {
		e->hello_due = true;
		table_reader_restart(&e->reader);
		channel_kick(e->channel);
	}
}

void
guests_close(struct guests *g, uint64_t guest, const char *why)
{
	for (struct guest *e = g->first; e != NULL; e = e->next) {
		if (e->number != guest)
			continue;
		log_warn("%s: closed: %s", e->name, why);
		destroy(e);
		return;
	}
}
