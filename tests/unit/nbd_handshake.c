/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "tests/fixture/nbd_pair.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static void
test_options(void **state)
{
	struct fixture *f = *state;
	int fd = greeted(f);
	char b[256];

	say_option(fd, NBD_OPT_LIST, NULL, 0);
	assert_int_equal(hear_option(f, fd, NBD_OPT_LIST, b), NBD_REP_SERVER);
	assert_memory_equal(b, "\0\0\0\1x", 6);
	assert_int_equal(hear_option(f, fd, NBD_OPT_LIST, b), NBD_REP_ACK);
	say_option(fd, NBD_OPT_LIST, "a", 1);
	assert_int_equal(hear_option(f, fd, NBD_OPT_LIST, b),
			 NBD_REP_ERR_INVALID);
	say_option(fd, NBD_OPT_STARTTLS, NULL, 0);
	assert_int_equal(hear_option(f, fd, NBD_OPT_STARTTLS, b),
			 NBD_REP_ERR_POLICY);
	say_option(fd, 4711, "abc", 3);
	assert_int_equal(hear_option(f, fd, 4711, b), NBD_REP_ERR_UNSUP);
	say_option(fd, NBD_OPT_GO, "\0\0\0\1y\0\0", 7);
	assert_int_equal(hear_option(f, fd, NBD_OPT_GO, b),
			 NBD_REP_ERR_UNKNOWN);
	say_option(fd, NBD_OPT_GO, "\0\0\0\1x", 5);
	assert_int_equal(hear_option(f, fd, NBD_OPT_GO, b),
			 NBD_REP_ERR_INVALID);
	say_option(fd, NBD_OPT_INFO, "\0\0\0\1x\0\2\0\1\0\3", 11);
	assert_int_equal(hear_option(f, fd, NBD_OPT_INFO, b), NBD_REP_INFO);
	assert_int_equal(hear_option(f, fd, NBD_OPT_INFO, b), NBD_REP_INFO);
	assert_memory_equal(b, "\0\3\0\0\0\1\0\2\0\0\2\0\0\0", 14);
	assert_int_equal(hear_option(f, fd, NBD_OPT_INFO, b), NBD_REP_INFO);
	assert_memory_equal(b, "\0\1x", 4);
	assert_int_equal(hear_option(f, fd, NBD_OPT_INFO, b), NBD_REP_ACK);
	say_option(fd, NBD_OPT_ABORT, NULL, 0);
	assert_int_equal(hear_option(f, fd, NBD_OPT_ABORT, b), NBD_REP_ACK);
	hear_end(f, fd);
	client_count(f, 0);
}

static void
test_long_options(void **state)
{
	struct fixture *f = *state;
	int fd = greeted(f);
	char b[256], zeroes[1000] = "";

	say_option(fd, NBD_OPT_GO, NULL, 100000);
	for (int i = 0; i < 100; i++) {
		say(fd, zeroes, sizeof zeroes);
		turn(f);
	}
	assert_int_equal(hear_option(f, fd, NBD_OPT_GO, b),
			 NBD_REP_ERR_TOO_BIG);
	say_option(fd, NBD_OPT_STARTTLS, NULL, 0);
	assert_int_equal(hear_option(f, fd, NBD_OPT_STARTTLS, b),
			 NBD_REP_ERR_POLICY);
	say_option(fd, NBD_OPT_GO, NULL, 4U << 20);
	hear_end(f, fd);
	fd = greeted(f);
	say_option(fd, NBD_OPT_EXPORT_NAME, NULL, 20000);
	hear_end(f, fd);
}

static void
test_export_name(void **state)
{
	struct fixture *f = *state;
	uint8_t b[NBD_EXPORT_SIZE], zeroes[124] = "";
	int fd = connection(f);

	hear(f, fd, b, 18);
	say(fd, "\0\0\0\1", 4);
	say_option(fd, NBD_OPT_EXPORT_NAME, "x", 1);
	hear(f, fd, b, sizeof b);
	assert_memory_equal(b, "\0\0\0\0\4\0\0\0\5\3", 10);
	assert_memory_equal(b + 10, zeroes, sizeof zeroes);
	f->at_once = true;
	command(fd, NBD_CMD_READ, 0, 1, 3, 9);
	hear_simple(f, fd, 1, 0);
	hear_bytes(f, fd, 3, 9);
	close(fd);
	fd = greeted(f);
	say_option(fd, NBD_OPT_EXPORT_NAME, "y", 1);
	hear_end(f, fd);
}

static void
test_bad_handshakes(void **state)
{
	struct fixture *f = *state;
	char b[256];
	int fd = connection(f);

	hear(f, fd, b, 18);
	say(fd, "\0\0\0\7", 4);
	hear_end(f, fd);
	fd = greeted(f);
	say(fd, "GET / HTTP/1.1\r\n\r\n", 18);
	hear_end(f, fd);
	fd = greeted(f);
	shutdown(fd, SHUT_WR);
	hear_end(f, fd);
	client_count(f, 0);
	assert_int_equal(f->closed, 3);
}

#define QUERIES "\0\0\0\1x\0\0\0\1\0\0\0\17base:allocation"

static void
test_contexts(void **state)
{
	struct fixture *f = *state;
	int fd = greeted(f);
	uint8_t head[NBD_HEAD_MAX];
	char b[256];

	say_option(fd, NBD_OPT_SET_META_CONTEXT, QUERIES, 28);
	assert_int_equal(hear_option(f, fd, NBD_OPT_SET_META_CONTEXT, b),
			 NBD_REP_ERR_INVALID);
	say_option(fd, NBD_OPT_STRUCTURED_REPLY, NULL, 0);
	assert_int_equal(hear_option(f, fd, NBD_OPT_STRUCTURED_REPLY, b),
			 NBD_REP_ACK);
	say_option(fd, NBD_OPT_LIST_META_CONTEXT, "\0\0\0\1x\0\0\0\0", 9);
	assert_int_equal(hear_option(f, fd, NBD_OPT_LIST_META_CONTEXT, b),
			 NBD_REP_META_CONTEXT);
	assert_string_equal(b + 4, "base:allocation");
	assert_int_equal(hear_option(f, fd, NBD_OPT_LIST_META_CONTEXT, b),
			 NBD_REP_ACK);
	say_option(fd, NBD_OPT_SET_META_CONTEXT, QUERIES, 28);
	assert_int_equal(hear_option(f, fd, NBD_OPT_SET_META_CONTEXT, b),
			 NBD_REP_META_CONTEXT);
	assert_int_equal(hear_option(f, fd, NBD_OPT_SET_META_CONTEXT, b),
			 NBD_REP_ACK);
	say_option(fd, NBD_OPT_GO, "\0\0\0\1x\0\0", 7);
	assert_int_equal(hear_option(f, fd, NBD_OPT_GO, b), NBD_REP_INFO);
	assert_int_equal(hear_option(f, fd, NBD_OPT_GO, b), NBD_REP_ACK);
	command(fd, NBD_CMD_BLOCK_STATUS, NBD_CMD_FLAG_REQ_ONE, 9, 1, SIZE - 1);
	hear_this(f, fd, head, nbd_wire_allocated(head, 9, SIZE - 1));
	command(fd, NBD_CMD_BLOCK_STATUS, 0, 9, 1, SIZE);
	hear_this(f, fd, head, nbd_wire_end(head, 9, EINVAL));
	close(fd);
}

/* If a client asks for an export that will exist soon, it gets the answer when
 * the export exists, and other clients do not have to wait meanwhile.  A client
 * that leaves while it waits is forgotten. */
static void
test_soon(void **state)
{
	struct fixture *f = *state;
	int fd = greeted(f), gone = greeted(f), old = greeted(f);
	char b[256];

	f->soon = true;
	say_option(fd, NBD_OPT_GO, "\0\0\0\1x\0\0", 7);
	say_option(gone, NBD_OPT_INFO, "\0\0\0\1x\0\0", 7);
	say_option(old, NBD_OPT_EXPORT_NAME, "x", 1);
	turn(f);
	hear_nothing(f, fd);
	close(gone);
	turn(f);
	client_count(f, 2);
	f->soon = false;
	turn_for(f, 200);
	assert_int_equal(hear_option(f, fd, NBD_OPT_GO, b), NBD_REP_INFO);
	assert_int_equal(hear_option(f, fd, NBD_OPT_GO, b), NBD_REP_ACK);
	hear(f, old, b, 10);
	f->at_once = true;
	command(fd, NBD_CMD_READ, 0, 1, 3, 9);
	hear_simple(f, fd, 1, 0);
	hear_bytes(f, fd, 3, 9);
	close(fd);
	close(old);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PAIR_TEST(test_options),     PAIR_TEST(test_long_options),
	    PAIR_TEST(test_export_name), PAIR_TEST(test_bad_handshakes),
	    PAIR_TEST(test_contexts),    PAIR_TEST(test_soon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
