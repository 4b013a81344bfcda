/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* How often news is told: often to few, and to many what it may cost; and who
 * is let in. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/rlimit.h"
#include "membership/guests.h"

static void
pauses(void **state)
{
	int64_t before = 0;

	assert_int_equal(guests_pause_ms(0), GUESTS_FLUSH_MS);
	assert_int_equal(guests_pause_ms(GUESTS_NEWS_BYTES / 8), 125);
	/* not more than that as long as a second of it costs less than most */
	assert_int_equal(guests_pause_ms(GUESTS_NEWS_BYTES),
			 GUESTS_FLUSH_MORE_MS);
	assert_int_equal(guests_pause_ms(GUESTS_NEWS_BYTES_MOST / 4),
			 GUESTS_FLUSH_MORE_MS);
	assert_int_equal(guests_pause_ms(GUESTS_NEWS_BYTES_MOST / 2), 500);
	assert_int_equal(guests_pause_ms(UINT64_C(1) << 40),
			 GUESTS_FLUSH_MOST_MS);
	for (uint64_t told = 0; told < 2 * GUESTS_NEWS_BYTES_MOST; told += 99) {
		int64_t pause = guests_pause_ms(told);

		assert_true(pause >= before);
		before = pause;
	}
}

static void
stop(void *ctx)
{
	loop_stop(ctx);
}

static void
run_ms(struct loop *l, int ms)
{
	struct loop_timer t = {.fire = stop, .ctx = l};

	loop_timer_set(l, &t, clock_now_ns() + ms * INT64_C(1000000));
	assert_int_equal(loop_run(l), 0);
}

static void
closed(void *ctx, uint64_t guest)
{
}

static int
connect_tcp(const struct address *a)
{
	struct sockaddr_storage ss;
	socklen_t len = address_sockaddr(a, &ss);
	int fd = socket(ss.ss_family, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&ss, len), 0);
	return fd;
}

/* Any number from the network leaves room for the node's own router. */
static void
room_for_its_own(void **state)
{
	static const struct guests_ops ops = {.closed = closed};
	static int fds[GUESTS_MAX];
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct address a = {.port = 0};
	struct loop *l = loop_new();
	struct table *view = table_new();
	struct leases *leases = leases_new();
	struct guests *g = guests_new(l, view, leases, &ops, NULL);
	char dir[] = "/tmp/guests.XXXXXX", byte;
	struct pollfd p;

	rlimit_raise(RLIMIT_NOFILE);
	assert_non_null(mkdtemp(dir));
	snprintf(un.sun_path, sizeof un.sun_path, "%s/s", dir);
	assert_int_equal(guests_listen_unix(g, un.sun_path), 0);
	for (uint16_t port = 20810; port < 20900; port++) {
		assert_int_equal(address_parse("127.0.0.1", port, &a), 0);
		if (guests_listen_tcp(g, &a) == 0)
			break;
	}
	for (int i = 0; i < GUESTS_MAX; i++) {
		fds[i] = connect_tcp(&a);
		if (i % 64 == 63)
			run_ms(l, 1);
	}
	run_ms(l, 20);
	p = (struct pollfd){.fd = socket(AF_UNIX, SOCK_STREAM, 0),
			    .events = POLLIN};
	assert_int_equal(connect(p.fd, (struct sockaddr *)&un, sizeof un), 0);
	run_ms(l, 20);
	/* the HELLO, and no end */
	assert_int_equal(poll(&p, 1, 0), 1);
	assert_int_equal(read(p.fd, &byte, 1), 1);
	close(p.fd);
	for (int i = 0; i < GUESTS_MAX; i++)
		close(fds[i]);
	guests_free(g);
	rmdir(dir);
	leases_free(leases);
	table_free(view);
	loop_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(pauses),
					   cmocka_unit_test(room_for_its_own)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
