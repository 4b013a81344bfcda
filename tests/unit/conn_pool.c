/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <unistd.h>

#include "router/peer/conn_pool.h"

#define ASKS 16 /* more asks than fit into CONNS connections */
#define CONNS 4

static void
ignore_answer(void *ctx, struct ask *a, int error)
{
}

static void
ignore(void *ctx)
{
}

static void
ignore_conn(void *ctx, struct peer_conn *c)
{
}

static void
ignore_death(void *ctx, struct peer_conn *c, int error)
{
}

static const struct conn_ops ops = {
    .answered = ignore_answer,
    .up = ignore_conn,
    .heard = ignore,
    .dead = ignore_death,
};

/* Listens at a free port, and sets *a to its address.  Connections are accepted
 * by the kernel there, but nothing is ever sent.  Returns the socket. */
static int
listen_somewhere(struct address *a)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof in;

	assert_int_equal(bind(fd, (struct sockaddr *)&in, len), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	assert_int_equal(address_from_sockaddr((struct sockaddr *)&in, len, a),
			 0);
	return fd;
}

/* If a flow has lost its only connection, conn_pool_reopen opens none while
 * another flow has all the connections that it may have, even if none of these
 * is up. */
static void
test_reopen(void **state)
{
	static const struct digest first = {{1}}, other = {{2}};
	const struct window window = {0};
	struct loop *l = loop_new();
	struct ask asks[ASKS] = {0};
	struct address a;
	int fd = listen_somewhere(&a);
	struct conn_pool *ls = conn_pool_new(l, &a, NULL, &window, &ops, NULL);
	struct peer_conn *c;

	for (int i = 0; i < ASKS; i++) {
		c = conn_pool_choose(ls, &first, ASK_WHOLE, LANE_ANY);
		assert_non_null(c);
		conn_ask(c, &asks[i]);
	}
	assert_int_equal(conn_pool_connections(ls), CONNS);
	c = conn_pool_choose(ls, &other, ASK_WHOLE, LANE_ANY);
	assert_non_null(c);
	conn_pool_remove(ls, c, 0);
	assert_int_equal(conn_pool_connections(ls), CONNS);
	assert_int_equal(conn_pool_reopen(ls), 0);
	assert_int_equal(conn_pool_connections(ls), CONNS);
	conn_pool_free(ls);
	loop_free(l);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_reopen)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
