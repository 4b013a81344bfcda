/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of the membership's client in a router; the test itself plays the
 * members to which the client connects. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "membership/client/client.h"
#include "membership/wire/proto_flags.h"
#include "tests/fixture/fake_member.h"

#define MS 1000000LL
#define PATIENCE_NS (20000 * MS)
#define SERVERS 2

static struct loop *loop;
/* server[0] is the node's own member, server[1] another core node's */
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
	struct proto_node last_node;
} told;

/* RUN_UNTIL runs the loop until this function returns true. */
static bool (*until)(void);
static int64_t deadline_ns;

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

/* The client's callbacks, which count what the router is told. */

static void
on_node(void *ctx, const struct proto_node *n)
{
	told.nodes++;
	told.last_node = *n;
}

static void
on_hold(void *ctx, const struct proto_hold *h)
{
	assert_int_equal(h->first, 7);
	assert_true(digest_equal(&h->image, &image));
	told.holds++;
}

static void
on_gone(void *ctx, const struct node_id *id, enum proto_reason reason)
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

/* Defines a function `name` for RUN_UNTIL, which returns the value of the
 * expression `is`. */

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

static int
setup(void **state)
{
	loop = loop_new();
	snprintf(path, sizeof path, "/tmp/vf-unit-client.%d", (int)getpid());
	for (int i = 0; i < SERVERS; i++)
		server[i] = (struct server){.fd = -1, .listener = -1};
	listen_local(&server[0], path);
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

/* Connects the client to its own member, which sends HELLO; returns when the
 * client has announced its node and the chunks that it holds. */
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
	/* bitmap words of zeros are sent, too, since the member may have older
	 * words */
	assert_int_equal(server[0].words, WORDS);
	assert_int_equal(bitmap_word(server[0].holds_now, 0), 8);

	bitmap_add(held, 999);
	bitmap_remove(held, 3);
	member_client_hold(client, &image, held);
	RUN_UNTIL(more_words0);
	assert_int_equal(server[0].words, WORDS + 2);
	assert_int_equal(bitmap_count(server[0].holds_now), 1);
	assert_true(bitmap_has(server[0].holds_now, 999));

	/* nothing is sent, since neither the node nor its chunks have changed
	 */
	member_client_announce(client, &self);
	member_client_hold(client, &image, held);
	run_until(never, 300 * MS);
	assert_int_equal(server[0].nodes, 1);
	assert_int_equal(server[0].words, WORDS + 2);

	/* The node announces its image as complete, and then as incomplete: the
	 * client sends the bitmap again, since the member has dropped it. */
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
	say_hold(&server[0], 1); /* ignored: the node is not known yet */
	say_frame(&server[0], &own);
	say_node(&server[0], 1, &self.images[0], NULL);
	say_node(&server[0], 2, &self.images[0], NULL);
	say_hold(&server[0], 1);
	say_gone(&server[0], 3); /* ignored: the node was never known */
	say_gone(&server[0], 2);
	say_view(&server[0], 42);
	RUN_UNTIL(viewed);
	assert_int_equal(told.nodes, 2);
	assert_int_equal(told.holds, 1);
	assert_int_equal(told.gones, 1);
	assert_int_equal(told.seq, 42);
}

/* A FLAGS changes the flags of a node, and nothing else of it; a FLAGS of a
 * node that is unknown, or has another number of images, is ignored. */
static void
flags_of_a_node(void **state)
{
	struct proto_msg m = {.type = PROTO_FLAGS,
			      .flags = {.number = 1,
					.node = 1,
					.nimages = 1,
					.images = {PROTO_IMAGE_FLAGS}}};
	struct proto_node was;

	start_greeted();
	say_node(&server[0], 2, &self.images[0], NULL);
	say_frame(&server[0], &m);
	say_node(&server[0], 1, &self.images[0], NULL);
	say_view(&server[0], 1);
	RUN_UNTIL(viewed);
	assert_int_equal(told.nodes, 2);
	was = told.last_node;
	assert_false(was.active || was.images[0].complete);

	say_frame(&server[0], &m);
	m.flags.nimages = 2;
	say_frame(&server[0], &m);
	say_gone(&server[0], 2);
	m.flags.nimages = 1;
	m.flags.number = 2;
	say_frame(&server[0], &m);
	RUN_UNTIL(one_gone);
	told.views = 0;
	say_view(&server[0], 2);
	RUN_UNTIL(viewed);
	assert_int_equal(told.nodes, 3);
	assert_true(told.last_node.active && told.last_node.images[0].complete);
	assert_true(proto_flags_only(&was, &told.last_node));
}

static void
too_many_nodes(void **state)
{
	start_greeted();
	for (unsigned i = 0; i < CLIENT_NODES_MAX + 50; i++) {
		say_node(&server[0], i, &self.images[0], NULL);
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
	say_node(&server[0], 1, &self.images[0], &server[1].at);
	say_node(&server[0], 2, &self.images[0], NULL);
	say_view(&server[0], 1);
	RUN_UNTIL(viewed);

	stop_listening(&server[0]);
	hang_up(&server[0]);
	RUN_UNTIL(greeted1);
	say_hello(&server[1], false);
	say_node(&server[1], 1, &self.images[0], &server[1].at);
	told.views = 0;
	say_view(&server[1], 1);
	RUN_UNTIL(announced1);
	RUN_UNTIL(viewed);
	/* no departure is reported yet: the node may still be announced */
	assert_int_equal(told.gones, 0);
	RUN_UNTIL(one_gone);
	assert_int_equal(told.gones, 1);
	assert_int_equal(told.last_gone.b[1], 2);

	/* the client goes back to its own member when that listens again */
	listen_local(&server[0], path);
	RUN_UNTIL(greeted0);
	assert_string_not_equal(member_client_peer(client), path);
	say_hello(&server[0], false);
	RUN_UNTIL(announced0);
	assert_string_equal(member_client_peer(client), path);
	assert_int_equal(server[1].gones,
			 /* the node has moved and not left: no GONE was sent */
			 0);
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

	/* A client whose member has lost its group removes no nodes, until the
	 * member is back in its group. */
	say_node(&server[0], 1, &self.images[0], NULL);
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
	/* the member sends a HELLO of a version that the client does not
	 * speak */
	say_frame(&server[0], &m);
	RUN_UNTIL(refused0);
	RUN_UNTIL(greeted0);
	/* the member sends a NODE before HELLO */
	say_node(&server[0], 1, &self.images[0], NULL);
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
	    TEST(flags_of_a_node),
	    TEST(too_many_nodes),
	    TEST(goes_to_a_core_it_learnt),
	    TEST(one_that_is_alone_is_the_last_resort),
	    TEST(what_is_no_frame),
	    TEST(silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
