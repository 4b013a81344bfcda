/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "lib/log.h"
#include "router/peer/conn_pool.h"
#include "tests/fixture/engine.h"

#define ALL (UINT64_MAX / 2)
#define SIZE ((N - 1) * CHUNK + TAIL)

static struct engine *e;

static int
set_up(void **state)
{
	e = engine_new(N, ALL);
	return 0;
}

static int
tear_down(void **state)
{
	engine_free(e);
	return 0;
}

static bool
is_up(struct engine *en)
{
	return conn_is_up(en->reader.conn);
}

/* Finds the socket of this process that has sent at least `sent` bytes.
 * Returns the receive window, in bytes, that the other end has announced to it;
 * 0: there is no such socket. */
static uint32_t
window_of_sender(uint64_t sent)
{
	for (int fd = 0; fd < 1024; fd++) {
		struct tcp_info i = {0};
		socklen_t len = sizeof i;

		if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &len) == 0 &&
		    i.tcpi_bytes_sent >= sent)
			return i.tcpi_snd_wnd;
	}
	return 0;
}

/* Makes a peer whose TCP segments have the same size as on an Ethernet. */
static struct fake *
fake_of_segments(void)
{
	const int segment = 1448;
	struct fake *f = fake_new(e, true);

	assert_int_equal(setsockopt(f->listener.fd, IPPROTO_TCP, TCP_MAXSEG,
				    &segment, sizeof segment),
			 0);
	e->reader.buffer.data = malloc(SIZE);
	return f;
}

/* Reads many chunks through the connection.  Returns the receive window of its
 * socket after that, in bytes. */
static uint32_t
window_after_reads(struct peer_conn *conn)
{
	const int turns = 10;
	struct client *c = &e->reader;

	for (int i = 0; i < turns; i++) {
		c->done = false;
		c->ask = (struct ask){.buf = &c->buffer, .len = N / 2 * CHUNK};
		conn_ask(conn, &c->ask);
		assert_true(run_until(e, read_done, PATIENT_MS));
		assert_int_equal(c->error, 0);
	}
	return window_of_sender(turns * (N / 2) * CHUNK);
}

static void
stays_narrow(void **state)
{
	const int window = 16 << 10;
	struct client *c = &e->reader;
	char hex[DIGEST_HEX];
	struct fake *f;

	engine_image(e);
	f = fake_of_segments();
	c->conn = conn_open(e->r.loop, &f->info.nbd, digest_hex(&e->m->id, hex),
			    NULL, &reader_ops, c);
	conn_narrow(c->conn, window);
	assert_in_range(window_after_reads(c->conn), 1, window);
}

/* If a lane uses the connection of LANE_ANY while its own connection is not up,
 * the connection of LANE_ANY keeps its wide receive window. */
static void
borrows_wide(void **state)
{
	const struct window window = {.rate = 12500000};
	struct client *c = &e->reader;
	struct conn_pool *ls;
	struct fake *f;

	engine_image(e);
	f = fake_of_segments();
	ls = conn_pool_new(e->r.loop, &f->info.nbd, NULL, &window, &reader_ops,
			   c);
	c->conn = conn_pool_choose(ls, &e->m->id, ASK_HELD, LANE_ANY);
	assert_true(run_until(e, is_up, PATIENT_MS));
	assert_ptr_equal(conn_pool_choose(ls, &e->m->id, ASK_HELD, 0), c->conn);
	assert_in_range(window_after_reads(c->conn), 2 * window_lane(&window),
			2 * window_any(&window));
	c->conn = NULL;
	conn_pool_free(ls);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	    T(stays_narrow),
	    T(borrows_wide),
#undef T
	};

	log_init("engine_window", false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
