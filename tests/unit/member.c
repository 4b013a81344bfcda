/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* A member in a group that is no corosync: what the others say is in its view,
 * in the group and after it was lost; who leaves it takes its node along. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "membership/member.h"

#define OTHER 7 /* a member of the group */

static const struct group_ops *ops;
static void *member;
static struct loop *loop;
static uint32_t published; /* nodes in the view, as last shown */
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
	published = table_count(view);
	loop_stop(loop);
}

static const struct group_driver driver = {
    .open = open_group,
    .close = close_group,
    .kick = kick,
    .address = no_address,
    .publish = publish,
};

static void
say_node(unsigned id)
{
	struct proto_msg m;
	uint8_t frame[512];
	ssize_t n;

	memset(&m, 0, sizeof m);
	m.type = PROTO_NODE;
	m.number = id;
	m.node.id.b[0] = id;
	strcpy(m.node.name, "n");
	assert_int_equal(address_parse("10.0.0.1", 10809, &m.node.nbd), 0);
	n = proto_encode(&m, frame, sizeof frame);
	assert_true(n > 0);
	ops->deliver(member, OTHER, frame, n);
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
	/* Out of the group and in again the view stays. */
	ops->lost(member, "a test");
	ops->joined(member, 1);
	say_node(2);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(published, 2);
	/* A core node goes with its member; the other one, which nobody has
	 * said again, has some time left. */
	ops->left(member, OTHER);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(published, 1);
	member_free(m);
	assert_null(ops);
	loop_free(loop);
	rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(in_a_group)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
