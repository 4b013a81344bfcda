/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of the table of nodes: owners, orphans and the reports of
 * departures. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "tests/fixture/table_model.h"

static bool
knows(const struct table *t, unsigned i)
{
	struct table_reader r = {.from = 0};
	static struct model m;

	memset(&m, 0, sizeof m);
	read_all(t, &r, &m);
	numbers_free(m.numbers);
	return m.there[i];
}

static void
an_empty_view(void **state)
{
	struct table *t = table_new();
	struct table_reader r = {.from = 0};
	static struct model m;

	read_all(t, &r, &m);
	assert_int_equal(m.frames, 1);
	assert_int_equal(m.views, 1);
	read_all(t, &r, &m);
	assert_int_equal(m.frames, 1);
	numbers_free(m.numbers);
	table_free(t);
}

static void
owners(void **state)
{
	struct table *t = table_new();
	struct proto_node n = a_node(1);
	struct node_id id = id_of(1);

	assert_int_equal(table_owner(t, &id), TABLE_NOBODY);
	assert_int_equal(table_node(t, 5, &n), 0);
	table_confirm(t, &id);
	/* ignored, since 6 is not the owner */
	table_gone(t, 6, &id, PROTO_LEFT);
	assert_int_equal(table_owner(t, &id), 5);
	assert_int_equal(table_node(t, 5, &n), 0);
	assert_true(table_confirmed(t, &id));
	/* another owner announces the node */
	assert_int_equal(table_node(t, 6, &n), 0);
	assert_false(table_confirmed(t, &id));
	table_gone(t, 5, &id, PROTO_LEFT);
	assert_int_equal(table_count(t), 1);
	table_gone(t, 6, &id, PROTO_LEFT);
	assert_int_equal(table_count(t), 0);
	table_free(t);
}

static void
orphans(void **state)
{
	struct table *t = table_new();
	struct proto_node local = a_node(1), far = a_node(2), other = a_node(3);
	struct proto_node back = a_node(4);

	far.satellite = back.satellite = other.satellite = true;
	table_node(t, 5, &local);
	table_node(t, 5, &far);
	table_node(t, 5, &back);
	table_node(t, 6, &other);
	assert_int_equal(table_expire(t, 0), TABLE_NEVER);
	table_orphan_satellites(t, 5, 1000);
	assert_false(knows(t, 1));
	assert_true(knows(t, 2));
	assert_int_equal(table_expire(t, 999), 1000);
	table_node(t, 6, &back);
	assert_int_equal(table_expire(t, 1000), TABLE_NEVER);
	assert_false(knows(t, 2));
	assert_true(knows(t, 4));

	table_orphan_others(t, 7, 2000);
	/* does not prolong the orphan's time */
	table_orphan_others(t, 7, 3000);
	table_node(t, 7, &back);
	assert_int_equal(table_expire(t, 1999), 2000);
	table_expire(t, 2000);
	assert_int_equal(table_count(t), 1);
	table_free(t);
}

static void
ignored(void **state)
{
	struct table *t = table_new();
	struct table_reader r = {.from = 0};
	struct proto_node n = a_node(1);
	static struct model m;
	unsigned frames;

	add_image(&n, 0, 100);
	add_image(&n, 1, 0);
	add_image(&n, 2, 100);
	n.images[2].complete = true;
	table_node(t, 5, &n);
	hold(t, 5, 1, 0, 0, 7);
	read_all(t, &r, &m);
	assert_int_equal(m.words[1][0][0], 7);
	frames = m.frames;

	table_node(t, 5, &n);   /* changes nothing in the node */
	hold(t, 5, 1, 0, 0, 7); /* changes no chunk */
	hold(t, 6, 1, 0, 0, 8); /* ignored: 6 is not the owner */
	hold(t, 5, 2, 0, 0, 8); /* ignored: the node is unknown */
	hold(t, 5, 1, 0, 2, 8); /* ignored: beyond the chunks */
	/* ignored: far beyond the chunks */
	hold(t, 5, 1, 0, MANIFEST_CHUNKS_MAX / 64 - 1, 8);
	hold(t, 5, 1, 1, 0, 8); /* ignored: the image has no chunks */
	/* ignored: the node holds the image completely */
	hold(t, 5, 1, 2, 0, 8);
	/* ignored: the node does not have the image */
	hold(t, 5, 1, 9, 0, 8);
	read_all(t, &r, &m);
	assert_int_equal(m.frames, frames);

	/* bits beyond the last chunk are ignored */
	hold(t, 5, 1, 0, 1, UINT64_MAX);
	read_all(t, &r, &m);
	assert_int_equal(m.words[1][0][1], (UINT64_C(1) << 36) - 1);
	numbers_free(m.numbers);
	table_free(t);
}

static void
limits(void **state)
{
	struct table *t = table_new();
	struct proto_node n;

	for (unsigned i = 0; i < TABLE_NODES_MAX; i++) {
		n = a_node(i);
		/* the bitmaps would take far more than TABLE_HELD_BYTES */
		for (unsigned im = 0; im < 2; im++)
			add_image(&n, im, MANIFEST_CHUNKS_MAX);
		assert_int_equal(table_node(t, 1, &n), 0);
	}
	n = a_node(TABLE_NODES_MAX);
	errno = 0;
	assert_int_equal(table_node(t, 1, &n), -1);
	assert_int_equal(errno, ENOSPC);
	n.id = id_of(0);
	/* a node that is in the table may be announced again, though the table
	 * is full */
	assert_int_equal(table_node(t, 1, &n), 0);
	/* ignored, since there is no room for the bitmap */
	hold(t, 1, TABLE_NODES_MAX - 1, 0, 3, 8);
	n.id = id_of(1);
	table_gone(t, 1, &n.id, PROTO_LEFT);
	n = a_node(TABLE_NODES_MAX);
	assert_int_equal(table_node(t, 1, &n), 0);
	table_free(t);
}

static void
rewriting(void **state)
{
	struct table *t = table_new();
	struct table_reader r = {.has_any = true, .has_skip = true};
	struct proto_node any = a_node(1), fixed = a_node(2), own = a_node(3);
	struct address here, there;
	static struct model m;

	address_parse("192.0.2.1", 1, &here);
	address_parse("192.0.2.2:77", 1, &there);
	address_parse("0.0.0.0:76", 1, &any.nbd);
	fixed.nbd = there;
	memcpy(r.any_ip, here.ip, sizeof r.any_ip);
	r.skip = id_of(3);
	table_node(t, 1, &any);
	table_node(t, 1, &fixed);
	table_node(t, 1, &own);
	memset(&m, 0, sizeof m);
	read_all(t, &r, &m);
	here.port = 76;
	assert_true(address_equal(&m.node[1].nbd, &here));
	assert_true(address_equal(&m.node[2].nbd, &there));
	assert_false(m.there[3]);
	numbers_free(m.numbers);
	table_free(t);
}

static void
boot_services(void **state)
{
	struct table *t = table_new();
	struct table_reader r = {.from = 0};
	struct proto_node core = a_node(1), satellite = a_node(2);
	static struct model m;

	satellite.satellite = true;
	satellite.boots = 9; /* ignored: the node is a satellite */
	table_node(t, 1, &core);
	table_node(t, 1, &satellite);
	assert_int_equal(table_boots_last(t), 0);
	memset(&m, 0, sizeof m);
	read_all(t, &r, &m);
	table_boots(t, 4);
	assert_int_equal(table_boots_last(t), 4);
	read_all(t, &r, &m);
	assert_int_equal(m.node[1].boots, 4);
	assert_int_equal(m.node[2].boots, 9);
	table_boots(t, 4);
	assert_false(table_reader_behind(t, &r));
	numbers_free(m.numbers);
	table_free(t);
}

static void
departures(void **state)
{
	struct table *t = table_new();
	struct table_reader slow = {.from = 0}, all = {.from = 0};
	struct proto_node n = a_node(1), stays = a_node(2);
	static uint8_t buf[TABLE_READ_MIN];
	static struct model m;

	memset(&m, 0, sizeof m);
	table_node(t, 1, &n);
	table_node(t, 1, &stays);
	read_all(t, &slow, &m);
	read_all(t, &all, &m);

	/* the reader gets a GONE of the node that has left since, and then the
	 * whole table again */
	table_gone(t, 1, &n.id, PROTO_LEFT);
	table_reader_repeat(&all);
	read_all(t, &all, &m);
	assert_false(m.there[1]);
	assert_true(m.there[2]);

	for (unsigned i = 0; i < TABLE_GONE_MAX; i++) {
		table_node(t, 1, &n);
		table_gone(t, 1, &n.id, PROTO_LEFT);
	}
	errno = 0;
	assert_int_equal(table_read(t, &slow, buf, sizeof buf), -1);
	assert_int_equal(errno, ESTALE);
	table_reader_restart(&slow);
	numbers_free(m.numbers);
	memset(&m, 0, sizeof m);
	read_all(t, &slow, &m);
	assert_true(m.there[2]);
	assert_int_equal(m.frames, 2); /* the frames are a NODE and a VIEW */
	numbers_free(m.numbers);
	table_free(t);
}

/* A twin's member has announced the node and then removed it from the view.  So
 * the node is sent again, with the chunks that it holds; but not before the
 * group has delivered it once. */
static void
missing(void **state)
{
	struct table *mine = table_new(), *view = table_new();
	struct table_reader r = {.from = 0};
	struct proto_node n = a_node(1), there = a_node(2);
	static struct model m;

	add_image(&n, 0, 640);
	table_node(mine, 5, &n);
	table_node(mine, 6, &there);
	hold(mine, 5, 1, 0, 3, 0xf0);
	table_node(view, 1, &there);
	table_confirm(mine, &there.id);
	memset(&m, 0, sizeof m);
	table_mark(mine);
	read_all(mine, &r, &m);
	table_repeat_missing(mine, view);
	table_mark(mine);
	assert_false(table_reader_behind(mine, &r));

	table_confirm(mine, &n.id);
	table_repeat_missing(mine, view);
	table_mark(mine);
	numbers_free(m.numbers);
	memset(&m, 0, sizeof m);
	read_all(mine, &r, &m);
	assert_true(m.there[1]);
	assert_int_equal(m.words[1][0][3], 0xf0);
	assert_false(m.there[2]);
	numbers_free(m.numbers);
	table_free(mine);
	table_free(view);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_view), cmocka_unit_test(owners),
	    cmocka_unit_test(orphans),       cmocka_unit_test(ignored),
	    cmocka_unit_test(limits),        cmocka_unit_test(rewriting),
	    cmocka_unit_test(boot_services), cmocka_unit_test(departures),
	    cmocka_unit_test(missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
