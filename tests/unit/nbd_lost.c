/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of a disk that fails while a reply is being sent, after the client was
 * told the reply's length. */
#include "tests/fixture/nbd_pair.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Answers the request with bytes of a file that ends `there` bytes after the
 * request's offset. */
static void
give_short(struct fixture *f, struct nbd_request *r, uint32_t from,
	   uint32_t len, uint32_t there)
{
	int whole = f->file, fd = memfd_create("short", 0);

	assert_int_equal(ftruncate(fd, r->offset + there), 0);
	assert_int_equal(pwrite(fd, f->bytes, r->offset + there, 0),
			 r->offset + there);
	f->file = fd;
	give(f, r, from, len, true);
	f->file = whole;
}

/* Asserts that the server has asked the backend for the rest of a reply, for
 * the nth time.  Returns the request for that rest. */
static struct nbd_request *
rest(struct fixture *f, unsigned nth, uint64_t offset, uint32_t len)
{
	struct nbd_request *r;

	assert_int_equal(f->lost, nth);
	assert_int_equal(f->nopen, 1);
	r = f->open[0];
	f->nopen = 0;
	assert_int_equal(r->type, NBD_READ);
	assert_int_equal(r->offset, offset);
	assert_int_equal(r->len, len);
	return r;
}

static void
finish(struct fixture *f, struct nbd_request *r)
{
	nbd_reply_done(r);
	f->nopen = 0;
	turn(f);
}

/* Sends a read of 100000 bytes; the file from which it is answered fails after
 * 50000 of them. */
static void
lose_half(struct fixture *f, int fd)
{
	command(fd, NBD_CMD_READ, 0, 1, 0, 100000);
	turn(f);
	give_short(f, f->open[0], 0, 100000, 50000);
	finish(f, f->open[0]);
}

static void
answer(struct fixture *f, struct nbd_request *r)
{
	give(f, r, 0, r->len / 2, true);
	give(f, r, r->len / 2, r->len - r->len / 2, false);
	nbd_reply_done(r);
}

static void
test_simple(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, false);
	struct nbd_request *r;

	command(fd, NBD_CMD_READ, 0, 1, 1000, 300000);
	turn(f);
	give(f, f->open[0], 0, 100000, true);
	give_short(f, f->open[0], 100000, 150000, 180000);
	give(f, f->open[0], 250000, 50000, false);
	finish(f, f->open[0]);
	hear_simple(f, fd, 1, 0);
	hear_bytes(f, fd, 1000, 180000);
	r = rest(f, 1, 181000, 70000);
	/* The reply to another request waits until this reply is complete. */
	command(fd, NBD_CMD_READ, 0, 2, 0, 5000);
	turn(f);
	give(f, f->open[0], 0, 5000, true);
	finish(f, f->open[0]);
	hear_nothing(f, fd);
	answer(f, r);
	hear_bytes(f, fd, 181000, 120000);
	hear_simple(f, fd, 2, 0);
	hear_bytes(f, fd, 0, 5000);
	hear_nothing(f, fd);
	close(fd);
	client_count(f, 0);
	assert_int_equal(f->cancelled, 0);
}

static void
test_chunks(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, true);
	uint8_t b[NBD_HEAD_MAX];

	command(fd, NBD_CMD_READ, 0, 1, 1000, 300000);
	turn(f);
	give_short(f, f->open[0], 0, 100000, 0);
	give(f, f->open[0], 100000, 200000, true);
	finish(f, f->open[0]);
	hear_this(f, fd, b, nbd_wire_data(b, 1, false, 1000, 100000));
	hear_nothing(f, fd);
	answer(f, rest(f, 1, 1000, 100000));
	hear_bytes(f, fd, 1000, 100000);
	hear_chunk(f, fd, 1, true, 101000, 200000);
	close(fd);
}

/* A short piece is read and sent without sendfile; if the file fails, the bytes
 * before the failure are sent. */
static void
test_small(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, true);
	uint8_t b[NBD_HEAD_MAX];

	command(fd, NBD_CMD_READ, 0, 1, 0, 20000);
	turn(f);
	give(f, f->open[0], 0, 10000, true);
	give_short(f, f->open[0], 10000, 10000, 15000);
	finish(f, f->open[0]);
	hear_chunk(f, fd, 1, false, 0, 10000);
	hear_this(f, fd, b, nbd_wire_data(b, 1, true, 10000, 10000));
	hear_bytes(f, fd, 10000, 5000);
	answer(f, rest(f, 1, 15000, 5000));
	hear_bytes(f, fd, 15000, 5000);
	hear_nothing(f, fd);
	close(fd);
}

/* If the rest of a reply was lost and then sent after all, the request no
 * longer counts against the client's limit, however often that happens. */
static void
test_often(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, false);

	for (unsigned i = 0; i < 3 * NBD_REQUESTS_MAX; i++) {
		command(fd, NBD_CMD_READ, 0, i, CHUNK, CHUNK);
		turn(f);
		give_short(f, f->open[0], 0, CHUNK, i * 100);
		finish(f, f->open[0]);
		hear_simple(f, fd, i, 0);
		hear_bytes(f, fd, CHUNK, i * 100);
		answer(f, rest(f, i + 1, CHUNK + i * 100, CHUNK - i * 100));
		hear_bytes(f, fd, CHUNK + i * 100, CHUNK - i * 100);
	}
	close(fd);
}

/* If the backend has no rest of the reply either, the connection is closed,
 * since the protocol has no way to change a length that was sent. */
static void
test_never(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, true);

	lose_half(f, fd);
	nbd_reply_error(rest(f, 1, 50000, 50000), EIO);
	hear_end(f, fd);
	client_count(f, 0);
}

static void
test_lost_again(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, true);
	struct nbd_request *r;

	lose_half(f, fd);
	r = rest(f, 1, 50000, 50000);
	give_short(f, r, 0, 50000, 1000);
	finish(f, r);
	hear_end(f, fd);
	assert_int_equal(f->lost, 1);
	client_count(f, 0);
}

static void
test_client_goes(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, true);

	lose_half(f, fd);
	assert_int_equal(f->nopen, 1);
	close(fd);
	client_count(f, 0);
	assert_int_equal(f->cancelled, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PAIR_TEST(test_simple),      PAIR_TEST(test_chunks),
	    PAIR_TEST(test_small),       PAIR_TEST(test_often),
	    PAIR_TEST(test_never),       PAIR_TEST(test_lost_again),
	    PAIR_TEST(test_client_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
