/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of leases: two copies become equal in whatever order they get the
 * records, and each reader gets the records that it does not have. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "membership/wire/boot_leases.h"

#define S 1000000000LL
#define MACHINES 12 /* machines of the test */

static struct proto_lease
a_lease(unsigned machine, unsigned address, uint64_t version)
{
	struct proto_lease l = {.version = version,
				.mac = {2, 0, 0, 0, machine >> 8, machine},
				.ip = {10, 77, address >> 8, address},
				.left_s = 3600,
				.stage = BOOT_KERNEL,
				.name = "n1"};

	return l;
}

/* The frames that a reader has read: their number, the lease in the last one,
 * and which machines the frames were about. */
struct heard {
	unsigned frames;
	struct proto_lease last;
	bool machine[MACHINES];
};

static void
read_all(const struct leases *t, struct leases_reader *r, int64_t now_ns,
	 size_t room, struct heard *h)
{
	uint8_t buf[4096];
	struct proto_msg m;
	size_t n;

	memset(h, 0, sizeof *h);
	assert_true(room <= sizeof buf);
	while ((n = leases_read(t, r, now_ns, buf, room)) > 0) {
		for (size_t at = 0; at < n;) {
			ssize_t len = proto_decode(buf + at, n - at, &m);

			assert_true(len > 0);
			assert_int_equal(m.type, PROTO_LEASE);
			h->last = m.lease;
			h->frames++;
			if (m.lease.mac[5] < MACHINES)
				h->machine[m.lease.mac[5]] = true;
			at += len;
		}
	}
	assert_false(leases_reader_behind(t, r));
}

static void
what_is_set_is_told(void **state)
{
	struct leases *t = leases_new();
	struct leases_reader r = {0};
	struct proto_lease l = a_lease(1, 1, 77);
	struct heard h;

	read_all(t, &r, 0, 4096, &h);
	assert_int_equal(h.frames, 0);
	leases_set(t, &l, 0);
	assert_true(leases_reader_behind(t, &r));
	read_all(t, &r, 600 * S, 4096, &h);
	assert_int_equal(h.frames, 1);
	assert_int_equal(h.last.version,
			 1); /* a version that the table chose, not that of l */
	assert_int_equal(h.last.left_s, 3000);
	assert_int_equal(h.last.stage, BOOT_KERNEL);
	assert_string_equal(h.last.name, "n1");

	leases_reader_repeat(&r);
	read_all(t, &r, 3601 * S, 4096, &h);
	assert_int_equal(h.frames, 1);
	assert_int_equal(h.last.left_s, 0);
	l.left_s = UINT32_MAX;
	leases_set(t, &l, 4000 * S);
	read_all(t, &r, 900000 * S, 4096, &h);
	assert_int_equal(h.last.version, 2);
	assert_true(h.last.left_s == UINT32_MAX);
	leases_free(t);
}

static void
the_newer_stays(void **state)
{
	struct leases *t = leases_new();
	struct proto_lease l = a_lease(1, 1, 5);

	assert_true(leases_merge(t, &l, false, 0));
	assert_false(leases_merge(t, &l, false, 0));
	l.left_s = 7; /* the same record, sent again later by another copy */
	assert_false(leases_merge(t, &l, false, 0));
	l = a_lease(1, 2, 4);
	assert_false(leases_merge(t, &l, false, 0));
	l.version = 6;
	assert_true(leases_merge(t, &l, false, 0));
	assert_int_equal(leases_count(t), 1);
	/* a record that is made here is newer than all that were merged before
	 */
	leases_set(t, &l, 0);
	l.version = 7;
	assert_false(leases_merge(t, &l, false, 0));
	leases_free(t);
}

static void
some_need_not_be_passed_on(void **state)
{
	struct leases *t = leases_new();
	struct leases_reader all = {0}, skips = {.skips = true};
	struct proto_lease l = a_lease(1, 1, 1);
	struct heard h;

	leases_merge(t, &l, true, 0);
	read_all(t, &all, 0, 4096, &h);
	read_all(t, &skips, 0, 4096, &h);
	assert_int_equal(h.frames, 1);
	l = a_lease(2, 2, 2);
	leases_merge(t, &l, false, 0);
	read_all(t, &all, 0, 4096, &h);
	assert_int_equal(h.frames, 1);
	read_all(t, &skips, 0, 4096, &h);
	assert_int_equal(h.frames, 0);
	l = a_lease(3, 3, 3);
	leases_merge(t, &l, true, 0);
	read_all(t, &skips, 0, 4096, &h);
	assert_int_equal(h.frames, 1);
	assert_true(h.machine[3]);
	/* the reader reads all records again, as it does for a new member */
	leases_reader_repeat(&skips);
	read_all(t, &skips, 0, 4096, &h);
	assert_int_equal(h.frames, 3);
	leases_free(t);
}

/* A reader that has room for one frame at a time misses nothing, even if
 * records change between its reads. */
static void
slow_readers_miss_nothing(void **state)
{
	struct leases *t = leases_new();
	struct leases_reader r = {0};
	uint8_t buf[LEASES_FRAME_MAX];
	struct heard h;

	for (unsigned i = 0; i < MACHINES; i++) {
		struct proto_lease l = a_lease(i, i, 0);

		leases_set(t, &l, 0);
		if (i % 3 == 0)
			(void)leases_read(t, &r, 0, buf, sizeof buf);
	}
	leases_reader_repeat(&r);
	(void)leases_read(t, &r, 0, buf, sizeof buf);
	(void)leases_read(t, &r, 0, buf, sizeof buf);
	for (unsigned i = 0; i < 2; i++) {
		struct proto_lease l = a_lease(i, 100 + i, 0);

		leases_set(t, &l, 0);
	}
	read_all(t, &r, 0, sizeof buf, &h);
	for (unsigned i = 0; i < MACHINES; i++)
		assert_true(h.machine[i] || i > 1);
	assert_true(h.machine[0] && h.machine[1]);
	assert_int_equal(h.last.ip[3] >= 100, 1);
	leases_free(t);
}

static void
the_table_is_bounded(void **state)
{
	struct leases *t = leases_new();
	struct leases_reader r = {0};
	struct proto_lease l;
	struct heard h;

	for (unsigned i = 0; i < LEASES_MAX; i++) {
		l = a_lease(i, i, 1000 + i);
		assert_true(leases_merge(t, &l, true, 0));
	}
	l = a_lease(5000, 5000, 999);
	assert_false(leases_merge(t, &l, true, 0));
	l.version = 9999;
	assert_true(leases_merge(t, &l, true, 0));
	assert_int_equal(leases_count(t), LEASES_MAX);
	/* the oldest record was dropped, and is not taken again */
	l = a_lease(0, 0, 1000);
	assert_false(leases_merge(t, &l, true, 0));
	l = a_lease(1, 1, 1001);
	assert_false(leases_merge(t, &l, true, 0));
	read_all(t, &r, 0, 4096, &h);
	assert_int_equal(h.frames, LEASES_MAX);
	leases_free(t);
}

static bool
same(const struct leases *a, const struct leases *b)
{
	static uint8_t x[MACHINES * LEASES_FRAME_MAX], y[sizeof x];
	struct leases_reader r = {0}, s = {0};
	size_t n = leases_read(a, &r, 0, x, sizeof x);
	struct leases *copy = leases_new();
	struct proto_msg m;
	bool equal = leases_count(a) == leases_count(b);

	/* merging the records of an equal copy changes nothing */
	for (size_t at = 0; at < n; at += proto_decode(x + at, n - at, &m)) {
		assert_true(proto_decode(x + at, n - at, &m) > 0);
		leases_merge(copy, &m.lease, true, 0);
	}
	n = leases_read(b, &s, 0, y, sizeof y);
	for (size_t at = 0; at < n; at += proto_decode(y + at, n - at, &m)) {
		assert_true(proto_decode(y + at, n - at, &m) > 0);
		equal = equal && !leases_merge(copy, &m.lease, true, 0);
	}
	leases_free(copy);
	return equal;
}

static void
any_order_comes_to_the_same(void **state)
{
	enum { N = 60 };
	struct proto_lease l[N];

	srandom(4711);
	for (int round = 0; round < 200; round++) {
		struct leases *a = leases_new(), *b = leases_new();

		for (int i = 0; i < N; i++) {
			l[i] = a_lease(random() % MACHINES, random() % 20,
				       random() % 15);
			l[i].stage = random() % (BOOT_UP + 1);
			leases_merge(a, &l[i], true, 0);
		}
		for (int i = N - 1; i > 0; i--) {
			int j = random() % (i + 1);
			struct proto_lease swap = l[i];

			l[i] = l[j];
			l[j] = swap;
		}
		for (int i = 0; i < N; i++)
			leases_merge(b, &l[i], true, 0);
		assert_true(same(a, b));
		leases_free(a);
		leases_free(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_set_is_told),
	    cmocka_unit_test(the_newer_stays),
	    cmocka_unit_test(some_need_not_be_passed_on),
	    cmocka_unit_test(slow_readers_miss_nothing),
	    cmocka_unit_test(the_table_is_bounded),
	    cmocka_unit_test(any_order_comes_to_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
