/* A router's side of the membership, against members that are this test. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "membership/client.h"
#include "membership/hold.h"

#define MS 1000000LL
#define PATIENCE_NS (20000 * MS)
#define CHUNKS 1000
#define WORDS 16
#define SERVERS 2

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

static struct loop *loop;
static struct server server[SERVERS];
static char path[64];
static struct member_client *client;
static struct proto_node self;
static struct bitmap *held;
static struct digest image;
static struct {
	unsigned nodes, holds, gones, views;
	uint64_t seq;
	struct node_id last_gone;
} told;

/* Until then the loop runs. */
static bool (*until)(void);
static int64_t deadline_ns;
static void serve(struct server *s);

static void
check(void *ctx)
{
	struct loop_timer *t = ctx;

	for (int i = 0; i < SERVERS; i++)
		serve(&server[i]);
	if (until() || loop_now_ns(loop) > deadline_ns)
		loop_stop(loop);
	else
		loop_timer_set(loop, t, loop_now_ns(loop) + MS);
}

static void
run_until(bool (*condition)(void), int64_t ns)
{
	struct loop_timer t = {.fire = check, .ctx = &t};

	until = condition;
	deadline_ns = clock_now_ns() + ns;
	loop_timer_set(loop, &t, clock_now_ns());
	assert_int_equal(loop_run(loop), 0);
}

#define RUN_UNTIL(condition)                                                   \
	do {                                                                   \
		run_until(condition, PATIENCE_NS);                             \
		assert_true(condition());                                      \
	} while (0)

static bool
never(void)
{
	return false;
}

/* The member's side. */

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
say_node(struct server *s, unsigned i, const struct address *core)
{
	struct proto_msg m = {.type = PROTO_NODE};

	m.number = i % PROTO_NUMBERS_MAX;
	m.node.id = id_of(i);
	m.node.nimages = 1;
	m.node.images[0] = self.images[0];
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

/* What the router is told. */

static void
on_node(void *ctx, const struct proto_node *n)
{
	told.nodes++;
}

static void
on_hold(void *ctx, const struct proto_hold *h)
{
	assert_int_equal(h->first, 7);
	assert_true(digest_equal(&h->image, &image));
	told.holds++;
}

static void
on_gone(void *ctx, const struct node_id *id)
{
	told.gones++;
	told.last_gone = *id;
}

static void
on_view(void *ctx, uint64_t seq)
{
	told.views++;
	told.seq = seq;
}

static const struct member_client_ops ops = {
    .node = on_node, .hold = on_hold, .gone = on_gone, .view = on_view};

/* Conditions. */

#define CONDITION(name, is)                                                    \
	static bool name(void)                                                 \
	{                                                                      \
		return is;                                                     \
	}

CONDITION(greeted0, server[0].fd != -1 && server[0].hellos == 1)
CONDITION(greeted1, server[1].fd != -1 && server[1].hellos == 1)
CONDITION(announced0,
	  greeted0() && server[0].nodes > 0 && server[0].words >= WORDS)
CONDITION(announced1, greeted1() && server[1].nodes > 0)
CONDITION(more_words0, server[0].words > WORDS)
CONDITION(second_node0, server[0].nodes == 2)
CONDITION(viewed, told.views > 0)
CONDITION(one_gone, told.gones > 0)
CONDITION(refused0, server[0].fd == -1)
CONDITION(nobody, member_client_peer(client) == NULL)
CONDITION(pinged0, server[0].pings > 0)

/* server[0] is the own member's socket, server[1] a core's. */
static void
listen_unix(struct server *s)
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

static int
setup(void **state)
{
	loop = loop_new();
	snprintf(path, sizeof path, "/tmp/vf-unit-client.%d", (int)getpid());
	for (int i = 0; i < SERVERS; i++)
		server[i] = (struct server){.fd = -1, .listener = -1};
	listen_unix(&server[0]);
	listen_tcp(&server[1]);
	memset(&told, 0, sizeof told);
	memset(&self, 0, sizeof self);
	self.id.b[0] = 0x5e;
	strcpy(self.name, "self");
	image = digest_of("image", 5);
	self.nimages = 1;
	self.images[0].id = image;
	strcpy(self.images[0].name, "image");
	self.images[0].chunk_size = MANIFEST_CHUNK_MIN;
	self.images[0].size = (uint64_t)CHUNKS * MANIFEST_CHUNK_MIN;
	held = bitmap_new(CHUNKS);
	return 0;
}

static void
start(bool own, bool core)
{
	client = member_client_new(loop, own ? path : NULL, &server[1].at, core,
				   &ops, NULL);
	assert_non_null(client);
	member_client_announce(client, &self);
	member_client_hold(client, &image, held);
}

static int
teardown(void **state)
{
	member_client_free(client);
	client = NULL;
	for (int i = 0; i < SERVERS; i++) {
		hang_up(&server[i]);
		stop_listening(&server[i]);
		bitmap_free(server[i].holds_now);
	}
	unlink(path);
	bitmap_free(held);
	loop_free(loop);
	return 0;
}

/* Connected to its own member, which said hello. */
static void
start_greeted(void)
{
	start(true, false);
	RUN_UNTIL(greeted0);
	say_hello(&server[0], false);
	RUN_UNTIL(announced0);
	assert_string_equal(member_client_peer(client), path);
}

static void
says_what_changes(void **state)
{
	bitmap_add(held, 3);
	start_greeted();
	/* every word, the empty ones too: the member may know older ones */
	assert_int_equal(server[0].words, WORDS);
	assert_int_equal(bitmap_word(server[0].holds_now, 0), 8);

	bitmap_add(held, 999);
	bitmap_remove(held, 3);
	member_client_hold(client, &image, held);
	RUN_UNTIL(more_words0);
	assert_int_equal(server[0].words, WORDS + 2);
	assert_int_equal(bitmap_count(server[0].holds_now), 1);
	assert_true(bitmap_has(server[0].holds_now, 999));

	member_client_announce(client, &self); /* nothing new */
	member_client_hold(client, &image, held);
	run_until(never, 300 * MS);
	assert_int_equal(server[0].nodes, 1);
	assert_int_equal(server[0].words, WORDS + 2);

	/* complete, and then not: the member has dropped its bitmap */
	self.images[0].complete = true;
	member_client_announce(client, &self);
	RUN_UNTIL(second_node0);
	assert_true(server[0].node.images[0].complete);
	server[0].words = 0;
	self.images[0].complete = false;
	member_client_announce(client, &self);
	member_client_hold(client, &image, held);
	RUN_UNTIL(announced0);
	assert_int_equal(server[0].words, WORDS);

	member_client_forget(client, &image);
	RUN_UNTIL(pinged0);
	member_client_free(client);
	client = NULL;
	serve(&server[0]);
	assert_int_equal(server[0].gones, 1);
}

static void
reports_the_view(void **state)
{
	struct proto_msg own = {.type = PROTO_NODE};

	start_greeted();
	own.node = self;
	say_hold(&server[0], 1); /* not known yet */
	say(&server[0], &own);
	say_node(&server[0], 1, NULL);
	say_node(&server[0], 2, NULL);
	say_hold(&server[0], 1);
	say_gone(&server[0], 3); /* never known */
	say_gone(&server[0], 2);
	say_view(&server[0], 42);
	RUN_UNTIL(viewed);
	assert_int_equal(told.nodes, 2);
	assert_int_equal(told.holds, 1);
	assert_int_equal(told.gones, 1);
	assert_int_equal(told.seq, 42);
}

static void
too_many_nodes(void **state)
{
	start_greeted();
	for (unsigned i = 0; i < CLIENT_NODES_MAX + 50; i++) {
		say_node(&server[0], i, NULL);
		if (i % 100 == 0)
			run_until(never, MS);
	}
	say_view(&server[0], 1);
	RUN_UNTIL(viewed);
	assert_int_equal(told.nodes, CLIENT_NODES_MAX);
}

static void
goes_to_a_core_it_learnt(void **state)
{
	start_greeted();
	say_node(&server[0], 1, &server[1].at);
	say_node(&server[0], 2, NULL);
	say_view(&server[0], 1);
	RUN_UNTIL(viewed);

	stop_listening(&server[0]);
	hang_up(&server[0]);
	RUN_UNTIL(greeted1);
	say_hello(&server[1], false);
	say_node(&server[1], 1, &server[1].at);
	told.views = 0;
	say_view(&server[1], 1);
	RUN_UNTIL(announced1);
	RUN_UNTIL(viewed);
	assert_int_equal(told.gones, 0); /* it may come yet */
	RUN_UNTIL(one_gone);
	assert_int_equal(told.gones, 1);
	assert_int_equal(told.last_gone.b[1], 2);

	/* and back, once there is an own member again */
	listen_unix(&server[0]);
	RUN_UNTIL(greeted0);
	assert_string_not_equal(member_client_peer(client), path);
	say_hello(&server[0], false);
	RUN_UNTIL(announced0);
	assert_string_equal(member_client_peer(client), path);
	assert_int_equal(server[1].gones, 0); /* it moved, it did not leave */
}

static void
one_that_is_alone_is_the_last_resort(void **state)
{
	start(true, true);
	RUN_UNTIL(greeted0);
	say_hello(&server[0], true);
	RUN_UNTIL(greeted1);
	assert_null(member_client_peer(client));
	stop_listening(&server[1]);
	hang_up(&server[1]);
	RUN_UNTIL(greeted0);
	say_hello(&server[0], true);
	RUN_UNTIL(announced0);
	assert_string_equal(member_client_peer(client), path);

	/* it retires nobody, until it is in its group again */
	say_node(&server[0], 1, NULL);
	say_view(&server[0], 1);
	RUN_UNTIL(viewed);
	say_hello(&server[0], true);
	say_view(&server[0], 1);
	run_until(one_gone, (CLIENT_SWEEP_MS + 500) * MS);
	assert_int_equal(told.gones, 0);
	say_hello(&server[0], false);
	say_view(&server[0], 1);
	RUN_UNTIL(one_gone);
}

static void
what_is_no_frame(void **state)
{
	static const uint8_t garbage[] = "HTTP/1.0 200 OK\r\n";
	struct proto_msg m = {.type = PROTO_HELLO, .version = 99};

	start(true, false);
	RUN_UNTIL(greeted0);
	send_bytes(&server[0], garbage, sizeof garbage);
	RUN_UNTIL(refused0);
	RUN_UNTIL(greeted0);
	say(&server[0], &m); /* another version */
	RUN_UNTIL(refused0);
	RUN_UNTIL(greeted0);
	say_node(&server[0], 1, NULL); /* no hello */
	RUN_UNTIL(refused0);
	RUN_UNTIL(greeted0);
	say_hello(&server[0], false);
	RUN_UNTIL(announced0);
	send_bytes(&server[0], garbage, sizeof garbage);
	RUN_UNTIL(refused0);
	assert_null(member_client_peer(client));
	assert_int_equal(told.nodes, 0);
	RUN_UNTIL(greeted0);
	say_hello(&server[0], false);
	RUN_UNTIL(announced0);
}

static void
silence(void **state)
{
	int64_t began;

	start_greeted();
	server[0].mute = true;
	began = clock_now_ns();
	RUN_UNTIL(nobody);
	assert_true(clock_now_ns() - began > (CLIENT_SILENCE_MS - 100) * MS);
	RUN_UNTIL(greeted0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(says_what_changes),
	    TEST(reports_the_view),
	    TEST(too_many_nodes),
	    TEST(goes_to_a_core_it_learnt),
	    TEST(one_that_is_alone_is_the_last_resort),
	    TEST(what_is_no_frame),
	    TEST(silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
