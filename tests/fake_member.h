/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fake_member: members that a router connects to, for the unit test of its
 * side of the membership: they count what they hear, and say what they are
 * told to say.
 */
#ifndef VF_TESTS_FAKE_MEMBER_H
#define VF_TESTS_FAKE_MEMBER_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/address.h"
#include "lib/bitmap.h"
#include "membership/wire/hold.h"
#include "membership/wire/proto.h"

#define CHUNKS 1000 /* the image's */
#define WORDS 16

struct server {
	int listener, fd; /* -1: none */
	bool mute;        /* answers no PING */
	struct address at;
	uint8_t buf[2 * (PROTO_HEAD + PROTO_BODY_MAX)];
	size_t n;
	/* heard on this connection */
	unsigned hellos, nodes, holds, words, gones, pings;
	struct proto_node node;
	struct bitmap *holds_now;
};

static void
send_bytes(struct server *s, const uint8_t *buf, size_t len)
{
	assert_int_equal(send(s->fd, buf, len, MSG_NOSIGNAL), len);
}

static void
say(struct server *s, const struct proto_msg *m)
{
	uint8_t buf[PROTO_HEAD + 4096];
	ssize_t n = proto_encode(m, buf, sizeof buf);

	assert_true(n > 0);
	send_bytes(s, buf, n);
}

static void
answer(struct server *s)
{
	struct proto_msg m = {.type = PROTO_PONG};

	s->pings++;
	if (!s->mute)
		say(s, &m);
}

static void
heard_hold(struct server *s, const struct proto_msg *m)
{
	const uint8_t *parts = m->parts;
	size_t left = m->nparts;
	struct proto_hold h;

	s->holds++;
	while (left > 0) {
		assert_true(hold_next(&parts, &left, &h));
		assert_int_equal(h.index, 0);
		s->words += h.span / 64 + 1;
		hold_apply(&h, s->holds_now);
	}
}

static void
heard(struct server *s, const struct proto_msg *m)
{
	assert_true(s->hellos == 1 || m->type == PROTO_HELLO);
	if (m->type == PROTO_HELLO)
		s->hellos++;
	else if (m->type == PROTO_NODE)
		s->nodes++, s->node = m->node;
	else if (m->type == PROTO_HOLD)
		heard_hold(s, m);
	else if (m->type == PROTO_GONE)
		s->gones++;
	else if (m->type == PROTO_PING)
		answer(s);
	else
		fail_msg("a router says %d", m->type);
}

static void
hang_up(struct server *s)
{
	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;
}

static void
receive(struct server *s)
{
	struct proto_msg m;
	ssize_t n;

	n = recv(s->fd, s->buf + s->n, sizeof s->buf - s->n, MSG_DONTWAIT);
	if (n == 0 || (n == -1 && errno != EAGAIN)) {
		hang_up(s);
		return;
	}
	s->n += n > 0 ? n : 0;
	while ((n = proto_decode(s->buf, s->n, &m)) > 0) {
		heard(s, &m);
		s->n -= n;
		memmove(s->buf, s->buf + n, s->n);
	}
	assert_int_equal(n, 0);
}

static void
serve(struct server *s)
{
	int fd = s->listener == -1
		     ? -1
		     : accept4(s->listener, NULL, NULL, SOCK_NONBLOCK);

	if (fd != -1) {
		hang_up(s);
		s->fd = fd;
		s->n = s->hellos = s->nodes = s->holds = s->words = s->gones =
		    s->pings = 0;
		bitmap_free(s->holds_now);
		s->holds_now = bitmap_new(CHUNKS);
	}
	if (s->fd != -1)
		receive(s);
}

static void
say_hello(struct server *s, bool alone)
{
	struct proto_msg m = {.type = PROTO_HELLO, .version = PROTO_VERSION};

	m.alone = alone;
	say(s, &m);
}

static struct node_id
id_of(unsigned i)
{
	struct node_id id = {{1}};

	id.b[1] = i;
	id.b[2] = i >> 8;
	return id;
}

static void
say_node(struct server *s, unsigned i, const struct proto_image *image,
	 const struct address *core)
{
	struct proto_msg m = {.type = PROTO_NODE};

	m.number = i % PROTO_NUMBERS_MAX;
	m.node.id = id_of(i);
	m.node.nimages = 1;
	m.node.images[0] = *image;
	strcpy(m.node.name, "peer");
	if (core != NULL) {
		m.node.nbd = *core;
		m.node.nbd.port = PORT_NBD;
		m.node.member_port = core->port;
	}
	say(s, &m);
}

static void
say_view(struct server *s, uint64_t seq)
{
	struct proto_msg m = {.type = PROTO_VIEW, .seq = seq};

	say(s, &m);
}

static void
say_hold(struct server *s, unsigned i)
{
	uint8_t part[] = {i, PROTO_TAKEN << 4, 7, 1, 0x80};
	struct proto_msg m = {
	    .type = PROTO_HOLD, .parts = part, .nparts = sizeof part};

	say(s, &m);
}

static void
say_gone(struct server *s, unsigned i)
{
	struct proto_msg m = {.type = PROTO_GONE, .gone = id_of(i)};

	say(s, &m);
}

static void
listen_unix(struct server *s, const char *path)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};

	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	memcpy(un.sun_path, path, strlen(path));
	unlink(path);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&un, sizeof un),
			 0);
	assert_int_equal(listen(s->listener, 5), 0);
}

static void
listen_tcp(struct server *s)
{
	struct sockaddr_storage ss;
	socklen_t len;

	assert_int_equal(address_parse("127.0.0.1", 1, &s->at), 0);
	s->at.port = 0;
	len = address_sockaddr(&s->at, &ss);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&ss, len), 0);
	assert_int_equal(listen(s->listener, 5), 0);
	getsockname(s->listener, (struct sockaddr *)&ss, &len);
	address_from_sockaddr((struct sockaddr *)&ss, len, &s->at);
}

static void
stop_listening(struct server *s)
{
	if (s->listener != -1)
		close(s->listener);
	s->listener = -1;
}

#endif
