/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "tests/fixture/nbd_pair.h"

#include <errno.h>
#include <unistd.h>

static void
test_out_of_order(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, false);

	command(fd, NBD_CMD_READ, 0, 1, 1000, 70000);
	command(fd, NBD_CMD_READ, 0, 2, 5, 300000);
	command(fd, NBD_CMD_CACHE, 0, 3, 5, 300000);
	turn(f);
	assert_int_equal(f->nopen, 3);
	/* An unfinished simple reply does not keep other replies waiting. */
	give(f, f->open[1], 0, 100000, true);
	hear_nothing(f, fd);
	nbd_reply_done(f->open[2]);
	hear_simple(f, fd, 3, 0);
	give(f, f->open[0], 0, 70000, false);
	nbd_reply_done(f->open[0]);
	hear_simple(f, fd, 1, 0);
	hear_bytes(f, fd, 1000, 70000);
	give(f, f->open[1], 100000, 1, false);
	give(f, f->open[1], 100001, 199999, true);
	nbd_reply_done(f->open[1]);
	hear_simple(f, fd, 2, 0);
	hear_bytes(f, fd, 5, 300000);
	f->nopen = 0;
	close(fd);
	client_count(f, 0);
	assert_int_equal(f->cancelled, 0);
}

static void
test_chunks(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, true);

	command(fd, NBD_CMD_READ, 0, 1, 1000, 50000);
	command(fd, NBD_CMD_READ, 0, 2, 777, 60000);
	turn(f);
	give(f, f->open[0], 0, 10000, false);
	hear_chunk(f, fd, 1, false, 1000, 10000);
	give(f, f->open[1], 0, 60000, true);
	nbd_reply_done(f->open[1]);
	hear_chunk(f, fd, 2, true, 777, 60000);
	give(f, f->open[0], 10000, 40000, true);
	hear_chunk(f, fd, 1, true, 11000, 40000);
	nbd_reply_done(f->open[0]);
	f->nopen = 0;
	hear_nothing(f, fd);
	close(fd);
}

static void
test_one_chunk(void **state)
{
	struct fixture *f = *state;
	uint8_t b[NBD_HEAD_MAX];
	int fd = connected(f, true);

	command(fd, NBD_CMD_READ, NBD_CMD_FLAG_DF, 1, 1000, 50000);
	command(fd, NBD_CMD_READ, NBD_CMD_FLAG_DF, 2, 0, NBD_READ_MAX + 1);
	turn(f);
	assert_int_equal(f->nopen, 1);
	hear_this(f, fd, b, nbd_wire_end(b, 2, EOVERFLOW));
	give(f, f->open[0], 0, 10000, false);
	hear_nothing(f, fd);
	give(f, f->open[0], 10000, 40000, true);
	nbd_reply_done(f->open[0]);
	hear_chunk(f, fd, 1, true, 1000, 50000);
	f->nopen = 0;
	close(fd);
}

static void
test_errors(void **state)
{
	struct fixture *f = *state;
	uint8_t b[NBD_HEAD_MAX];
	int fd = connected(f, true);

	command(fd, NBD_CMD_READ, 0, 1, 0, 50000);
	turn(f);
	give(f, f->open[0], 0, 10000, false);
	nbd_reply_error(f->open[0], EIO);
	hear_chunk(f, fd, 1, false, 0, 10000);
	hear_this(f, fd, b, nbd_wire_end(b, 1, EIO));
	f->nopen = 0;
	close(fd);
	fd = connected(f, false);
	command(fd, NBD_CMD_READ, 0, 1, 0, 50000);
	command(fd, NBD_CMD_CACHE, 0, 2, 0, 50000);
	turn(f);
	give(f, f->open[0], 0, 10000, false);
	nbd_reply_error(f->open[0], EIO);
	nbd_reply_error(f->open[1], ENOSPC);
	hear_simple(f, fd, 1, EIO);
	hear_simple(f, fd, 2, ENOSPC);
	f->nopen = 0;
	close(fd);
}

static void
test_refused_commands(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, false);
	char payload[5000] = "";

	command(fd, NBD_CMD_WRITE, 0, 1, 0, sizeof payload);
	say(fd, payload, sizeof payload);
	command(fd, NBD_CMD_TRIM, 0, 2, 0, 5);
	command(fd, NBD_CMD_FLUSH, 0, 3, 0, 0);
	command(fd, NBD_CMD_READ, 0, 4, SIZE, 1);
	command(fd, NBD_CMD_READ, 0, 5, 0, 0);
	command(fd, NBD_CMD_READ, NBD_CMD_FLAG_DF, 6, 0, 9);
	command(fd, 99, 0, 7, 0, 9);
	hear_simple(f, fd, 1, EPERM);
	hear_simple(f, fd, 2, EPERM);
	for (int i = 3; i < 8; i++)
		hear_simple(f, fd, i, EINVAL);
	assert_int_equal(f->nopen, 0);
	command(fd, NBD_CMD_WRITE, 0, 1, 0, NBD_READ_MAX + 1);
	hear_end(f, fd);
	fd = connected(f, false);
	say(fd, "this is no command at all...", 28);
	hear_end(f, fd);
}

static void
test_leave(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, false);

	/* Requests that came before NBD_CMD_DISC are answered; requests that
	 * came after it are not. */
	command(fd, NBD_CMD_READ, 0, 1, 0, 100000);
	command(fd, NBD_CMD_DISC, 0, 2, 0, 0);
	command(fd, NBD_CMD_READ, 0, 3, 0, 100000);
	turn(f);
	assert_int_equal(f->nopen, 1);
	give(f, f->open[0], 0, 100000, true);
	nbd_reply_done(f->open[--f->nopen]);
	hear_simple(f, fd, 1, 0);
	hear_bytes(f, fd, 0, 100000);
	turn_for(f, 50);
	hear_end(f, fd);
	client_count(f, 0);
}

static void
test_gone(void **state)
{
	struct fixture *f = *state;
	int a = connected(f, true), b = connected(f, false);

	for (int i = 0; i < 8; i++) {
		command(a, NBD_CMD_READ, 0, i, i, 3 * CHUNK);
		command(b, NBD_CMD_READ, 0, i, i, 3 * CHUNK);
	}
	turn(f);
	assert_int_equal(f->nopen, 16);
	for (int i = 0; i < 16; i++)
		give(f, f->open[i], 0, CHUNK, i & 1);
	close(a);
	close(b);
	/* The backend may still give bytes at this time: the server has not
	 * noticed yet that the clients have closed, or has not told the
	 * backend. */
	give(f, f->open[0], CHUNK, CHUNK, true);
	client_count(f, 0);
	assert_int_equal(f->cancelled, 16);
	assert_int_equal(f->nopen, 0);
	assert_int_equal(f->given, f->done);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PAIR_TEST(test_out_of_order),
	    PAIR_TEST(test_chunks),
	    PAIR_TEST(test_one_chunk),
	    PAIR_TEST(test_errors),
	    PAIR_TEST(test_refused_commands),
	    PAIR_TEST(test_leave),
	    PAIR_TEST(test_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
