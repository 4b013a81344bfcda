/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of how long the pauses are between two pieces of news to guests (short
 * if the news is little, else as long as the cost demands), and of which guests
 * are let in. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <netinet/in.h>
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
	/* the pause does not exceed GUESTS_FLUSH_MORE_MS, unless more than
	 * GUESTS_NEWS_BYTES_MOST bytes a second would be sent then */
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

/* Connects to the address a from 127.0.0.`host`; returns the socket. */
static int
connect_tcp(const struct address *a, unsigned host)
{
	struct sockaddr_storage ss;
	socklen_t len = address_sockaddr(a, &ss);
	int fd = socket(ss.ss_family, SOCK_STREAM, 0);
	struct sockaddr_in from = {.sin_family = AF_INET};

	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + host);
	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&ss, len), 0);
	return fd;
}

/* A member's guests, what they are told (view, leases and words), and the
 * addresses of the two listeners. */
struct house {
	struct loop *loop;
	struct table *view;
	struct leases *leases;
	struct words *words;
	struct guests *guests;
	struct sockaddr_un un;
	struct address tcp;
	char dir[32];
};

static void
open_house(struct house *h)
{
	static const struct guests_ops ops = {.closed = closed};

	*h = (struct house){.loop = loop_new(),
			    .view = table_new(),
			    .leases = leases_new(),
			    .words = words_new(NULL),
			    .un.sun_family = AF_UNIX,
			    .dir = "/tmp/guests.XXXXXX"};
	h->guests =
	    guests_new(h->loop, h->view, h->leases, h->words, &ops, NULL);
	rlimit_raise(RLIMIT_NOFILE);
	assert_non_null(mkdtemp(h->dir));
	snprintf(h->un.sun_path, sizeof h->un.sun_path, "%s/s", h->dir);
	assert_int_equal(guests_listen_unix(h->guests, h->un.sun_path), 0);
	for (uint16_t port = 20810; port < 20900; port++) {
		assert_int_equal(address_parse("127.0.0.1", port, &h->tcp), 0);
		if (guests_listen_tcp(h->guests, &h->tcp, NULL) == 0)
			break;
	}
}

static void
close_house(struct house *h)
{
	guests_free(h->guests);
	rmdir(h->dir);
	leases_free(h->leases);
	words_free(h->words);
	table_free(h->view);
	loop_free(h->loop);
}

static void
let_in(struct house *h, int fds[], int n, unsigned host)
{
	for (int i = 0; i < n; i++) {
		fds[i] = connect_tcp(&h->tcp, host);
		if (i % 64 == 63)
			run_ms(h->loop, 1);
	}
	run_ms(h->loop, 200);
}

/* Returns true if the guest was sent a HELLO, and its connection lives. */
static bool
is_guest(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;

	return poll(&p, 1, 0) == 1 && read(fd, &byte, 1) == 1;
}

/* Even if as many guests as may have come by TCP, the node's own router is let
 * in. */
static void
room_for_its_own(void **state)
{
	static int fds[GUESTS_MAX];
	struct house h;
	int fd;

	open_house(&h);
	for (int i = 0; i < GUESTS_MAX; i += GUESTS_ADDRESS_MAX)
		let_in(&h, fds + i, GUESTS_ADDRESS_MAX,
		       1 + i / GUESTS_ADDRESS_MAX);
	assert_true(is_guest(fds[GUESTS_MAX - 1]));
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&h.un, sizeof h.un), 0);
	run_ms(h.loop, 20);
	assert_true(is_guest(fd));
	close(fd);
	for (int i = 0; i < GUESTS_MAX; i++)
		close(fds[i]);
	close_house(&h);
}

/* Even if one machine has opened as many connections as it can, guests from
 * other machines are let in. */
static void
room_for_others(void **state)
{
	static int fds[GUESTS_MAX];
	struct house h;
	int fd, in = 0;

	open_house(&h);
	let_in(&h, fds, GUESTS_MAX, 2);
	for (int i = 0; i < GUESTS_MAX; i++)
		in += is_guest(fds[i]);
	assert_int_equal(in, GUESTS_ADDRESS_MAX);
	let_in(&h, &fd, 1, 3);
	assert_true(is_guest(fd));
	close(fd);
	for (int i = 0; i < GUESTS_MAX; i++)
		close(fds[i]);
	close_house(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(pauses),
					   cmocka_unit_test(room_for_its_own),
					   cmocka_unit_test(room_for_others)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
