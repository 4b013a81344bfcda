/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of a member in a group, whose other members the test plays.  The view
 * has what other members announce, while the member is in the group and after
 * it has lost the group; a core node leaves with its member; and each guest
 * that comes by TCP can speak only for its own node. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "membership/claims.h"
#include "membership/member.h"
#include "membership/wire/channel.h"

#define OTHER 7 /* number of another member of the group */

static const struct group_ops *ops;
static void *member;
static struct loop *loop;
/* number of nodes in the view that was last published */
static uint32_t published;
/* node 1 in the view that was last published, or {0} */
static struct proto_node node_1;
static unsigned kicks;
static int group;

static void *
open_group(struct loop *l, const struct group_ops *o, void *ctx)
{
	ops = o;
	member = ctx;
	return &group;
}

static void
close_group(void *g)
{
	assert_ptr_equal(g, &group);
	ops = NULL;
}

static void
kick(void *g)
{
	kicks++;
}

static int
no_address(void *g, struct address *a)
{
	return -1;
}

static void
publish(void *g, const struct table *view, const uint8_t any_ip[16])
{
	static const struct node_id id = {{1}};
	const struct proto_node *n = table_described(view, &id);

	published = table_count(view);
	node_1 = n != NULL ? *n : (struct proto_node){.nimages = 0};
	loop_stop(loop);
}

static const struct group_driver driver = {
    .open = open_group,
    .close = close_group,
    .kick = kick,
    .address = no_address,
    .publish = publish,
};

static struct proto_msg
a_node(unsigned id)
{
	struct proto_msg m;

	memset(&m, 0, sizeof m);
	m.type = PROTO_NODE;
	m.number = id;
	m.node.id.b[0] = id;
	strcpy(m.node.name, "n");
	assert_int_equal(address_parse("10.0.0.1", 10809, &m.node.nbd), 0);
	return m;
}

static void
deliver(const struct proto_msg *m)
{
	uint8_t frame[512];
	ssize_t n = proto_encode(m, frame, sizeof frame);

	assert_true(n > 0);
	ops->deliver(member, OTHER, frame, n);
}

static void
say_node(unsigned id)
{
	struct proto_msg m = a_node(id);

	deliver(&m);
}

static void
in_a_group(void **state)
{
	char dir[] = "/tmp/member.XXXXXX", path[64];
	struct member_settings s = {.socket_path = path, .group = &driver};
	struct member *m;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/s", dir);
	loop = loop_new();
	m = member_new(loop, &s);
	assert_non_null(m);
	ops->joined(member, 1);
	say_node(1);
	say_node(2);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(published, 2);
	assert_true(kicks > 0);
	/* The view keeps its nodes when the member loses the group and joins it
	 * again. */
	ops->lost(member, "a test");
	ops->joined(member, 1);
	say_node(2);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(published, 2);
	/* A core node leaves when its member leaves.  The other node, which no
	 * member has announced again, stays for some time, since it may still
	 * be announced. */
	ops->left(member, OTHER);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(published, 1);
	member_free(m);
	assert_null(ops);
	loop_free(loop);
	rmdir(dir);
}

static void
stop(void *ctx)
{
	loop_stop(loop);
}

/* Runs the loop for at least `ns` nanoseconds, even if `publish` stops it in
 * between. */
static void
run_ns(int64_t ns)
{
	int64_t until = clock_now_ns() + ns;
	struct loop_timer t = {.fire = stop};

	while (clock_now_ns() < until) {
		loop_timer_set(loop, &t, until);
		assert_int_equal(loop_run(loop), 0);
		loop_timer_cancel(loop, &t);
	}
}

/* Makes a member that listens by TCP, and waits until it has settled in its
 * group.  Returns the member, and sets *at to its TCP address. */
static struct member *
reached(const char *path, struct address *at)
{
	struct member_settings s = {
	    .socket_path = path, .group = &driver, .tcp = true};
	struct member *m = NULL;

	for (uint16_t port = 20900; m == NULL && port < 20990; port++) {
		assert_int_equal(address_parse("127.0.0.1", port, &s.listen),
				 0);
		m = member_new(loop, &s);
	}
	assert_non_null(m);
	*at = s.listen;
	ops->joined(member, 1);
	/* the test says that no member of the group speaks a lower version */
	ops->size(member, 0);
	run_ns(1100 * NS_PER_MS);
	return m;
}

static int
guest(const struct address *at, const struct proto_msg *node)
{
	const struct proto_msg hello = {.type = PROTO_HELLO,
					.version = PROTO_LOWEST};
	struct sockaddr_storage ss;
	socklen_t len = address_sockaddr(at, &ss);
	int fd = socket(ss.ss_family, SOCK_STREAM, 0);
	uint8_t buf[1024];
	ssize_t n = proto_encode(&hello, buf, sizeof buf);

	n += proto_encode(node, buf + n, sizeof buf - n);
	assert_int_equal(connect(fd, (struct sockaddr *)&ss, len), 0);
	assert_int_equal(send(fd, buf, n, 0), n);
	run_ns(20 * NS_PER_MS);
	return fd;
}

/* Reads all bytes that have come.  Returns true if the member has closed the
 * connection. */
static bool
is_closed(int fd)
{
	uint8_t buf[4096];
	ssize_t n;

	do
		n = recv(fd, buf, sizeof buf, MSG_DONTWAIT);
	while (n > 0);
	return n == 0;
}

/* Takes all frames that the member has for the group.  Returns how many of them
 * have the type `type`. */
static unsigned
says(enum proto_type type)
{
	static uint8_t buf[CHANNEL_CHUNK];
	unsigned count = 0;
	int len;

	while ((len = ops->fill(member, buf, sizeof buf)) > 0) {
		struct proto_msg m;
		ssize_t n;

		for (uint8_t *p = buf; len > 0; p += n, len -= n) {
			n = proto_decode(p, len, &m);
			assert_true(n > 0);
			count += m.type == type;
		}
	}
	assert_int_equal(len, 0);
	return count;
}

static void
is_refused(const struct address *at, const struct proto_msg *node)
{
	int fd = guest(at, node);

	assert_true(is_closed(fd));
	close(fd);
}

/* A guest may speak for a node that another member has announced, if that
 * member was asked by a CLAIM and has not announced the node again. */
static void
claims_a_node(void **state)
{
	char dir[] = "/tmp/member.XXXXXX", path[64];
	struct proto_msg n = a_node(1), claim = {.type = PROTO_CLAIM};
	struct address at;
	struct member *m;
	int fd;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/s", dir);
	loop = loop_new();
	m = reached(path, &at);
	say_node(1);
	is_refused(&at, &n);
	assert_int_equal(says(PROTO_CLAIM), 1);
	is_refused(&at, &n);
	assert_int_equal(says(PROTO_CLAIM), 0);
	say_node(1); /* the other member denies the claim */
	run_ns(CLAIM_NS);
	is_refused(&at, &n);
	assert_int_equal(says(PROTO_CLAIM), 1);
	assert_int_equal(says(PROTO_NODE), 0);
	run_ns(CLAIM_NS);
	n.node.member_port = 10810;
	fd = guest(&at, &n);
	assert_false(is_closed(fd));
	assert_int_equal(says(PROTO_NODE), 1);
	/* A guest here speaks for the node now.  Another connection cannot do
	 * so, and a CLAIM of another member is denied. */
	is_refused(&at, &n);
	assert_int_equal(says(PROTO_CLAIM), 0);
	claim.claim = n.node.id;
	deliver(&claim);
	assert_int_equal(says(PROTO_NODE), 1);
	assert_false(is_closed(fd));
	close(fd);
	member_free(m);
	loop_free(loop);
	rmdir(dir);
}

/* An announcement of a new default image without a signature (struct
 * proto_word) that a stranger sends with a very great version does not keep
 * later announcements out. */
static void
says_the_last_word(void **state)
{
	char dir[] = "/tmp/member.XXXXXX", path[64];
	struct proto_msg n = a_node(1);
	struct address at;
	struct member *m;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/s", dir);
	loop = loop_new();
	m = reached(path, &at);
	n.node.satellite = true;
	n.node.word.version = 7;
	deliver(&n);
	run_ns(NS_PER_MS * 600);
	assert_int_equal(node_1.word.version, 7);
	n.node.word.version = PROTO_WORD_VERSION_MAX;
	deliver(&n);
	run_ns(NS_PER_MS * 600);
	assert_int_equal(node_1.word.version, 0);
	n.node.word.version = 7 + PROTO_WORD_STEP;
	deliver(&n);
	run_ns(NS_PER_MS * 600);
	assert_int_equal(node_1.word.version, 7 + PROTO_WORD_STEP);
	member_free(m);
	loop_free(loop);
	rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(in_a_group), cmocka_unit_test(claims_a_node),
	    cmocka_unit_test(says_the_last_word)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
