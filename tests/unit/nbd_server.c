/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "tests/fixture/nbd_pair.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void
test_limits(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, false);

	for (int i = 0; i < 200; i++)
		command(fd, NBD_CMD_READ, 0, i, i, 100);
	turn(f);
	assert_int_equal(f->nopen, NBD_REQUESTS_MAX);
	for (int i = 0; i < NBD_REQUESTS_MAX; i++) {
		give(f, f->open[i], 0, 100, false);
		nbd_reply_done(f->open[i]);
		assert_int_equal(f->nopen, NBD_REQUESTS_MAX);
	}
	f->nopen = 0;
	turn(f);
	assert_int_equal(f->nopen, 200 - NBD_REQUESTS_MAX);
	close(fd);
	client_count(f, 0);

	fd = connected(f, false);
	for (int i = 0; i < 10; i++)
		command(fd, NBD_CMD_READ, 0, i, 0, 20 << 20);
	turn(f);
	/* The server takes requests until those that it has taken exceed 64 MiB
	 * together. */
	assert_int_equal(f->nopen, 4);
	close(fd);
	client_count(f, 0);
}

/* A client that does not read its replies does not keep other clients waiting,
 * and the replies that are prepared for it are bounded. */
static void
test_slow_reader(void **state)
{
	struct fixture *f = *state;
	int slow = connected(f, true), quick = connected(f, true);
	struct nbd_server_stats st;

	f->at_once = true;
	for (int i = 0; i < 250; i++)
		command(slow, NBD_CMD_READ, 0, i, 0, 1 << 20);
	turn(f);
	nbd_server_stats(f->server, &st);
	assert_true(st.requests < NBD_REQUESTS_MAX);
	for (int i = 0; i < 100; i++) {
		command(quick, NBD_CMD_READ, 0, i, i, 100000);
		hear_chunk(f, quick, i, true, i, 100000);
	}
	for (int i = 0; i < 250; i++)
		hear_chunk(f, slow, i, true, 0, 1 << 20);
	close(slow);
	close(quick);
}

/* The server reports a piece of data as done only when the client has read it,
 * since until then the socket may refer to the file's own pages. */
static void
test_pages_are_kept(void **state)
{
	struct fixture *f = *state;
	uint8_t b[NBD_HEAD_MAX];
	int fd = connected(f, true);

	f->at_once = true;
	command(fd, NBD_CMD_READ, 0, 1, 0, CHUNK);
	turn(f);
	turn_for(f, 60);
	assert_int_equal(f->given, 1);
	assert_int_equal(f->done, 0);
	hear_this(f, fd, b, nbd_wire_data(b, 1, true, 0, CHUNK));
	hear_bytes(f, fd, 0, CHUNK / 2);
	turn_for(f, 60);
	assert_int_equal(f->done, 0);
	hear_bytes(f, fd, CHUNK / 2, CHUNK / 2);
	turn_for(f, 60);
	assert_int_equal(f->done, 1);
	close(fd);
}

static void
test_file_shrinks(void **state)
{
	struct fixture *f = *state;
	int big = connected(f, true), small = connected(f, true);

	f->at_once = true;
	assert_int_equal(ftruncate(f->file, SIZE / 2), 0);
	command(big, NBD_CMD_READ, 0, 1, SIZE / 2 - 1000, CHUNK);
	command(small, NBD_CMD_READ, 0, 1, SIZE / 2, 1000);
	hear_end(f, big);
	hear_end(f, small);
	client_count(f, 0);
}

static void
test_many(void **state)
{
	static int fds[NBD_CLIENTS_MAX];
	struct fixture *f = *state;
	struct rlimit r = {4096, 4096};
	int pair[2];

	if (setrlimit(RLIMIT_NOFILE, &r) == -1)
		skip();
	for (int i = 0; i < NBD_CLIENTS_MAX; i++)
		fds[i] = connection(f);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(nbd_server_adopt(f->server, pair[0]), -1);
	hear_end(f, pair[1]);
	close(fds[7]);
	client_count(f, NBD_CLIENTS_MAX - 1);
	fds[7] = connected(f, false);
	for (int i = 0; i < NBD_CLIENTS_MAX; i++)
		close(fds[i]);
	client_count(f, 0);
}

static void
test_end(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f, true);

	command(fd, NBD_CMD_READ, 0, 1, 0, 3 * CHUNK);
	command(fd, NBD_CMD_CACHE, 0, 2, 0, 3 * CHUNK);
	turn(f);
	give(f, f->open[0], 0, CHUNK, true);
	nbd_server_free(f->server);
	assert_int_equal(f->cancelled, 2);
	assert_int_equal(f->closed, 1);
	assert_true(f->given == f->done);
	f->server = nbd_server_new(f->loop, NULL, &nbd_pair_backend, f);
	close(fd);
}

/* Makes the socket file of a server that was killed at `path`: no process
 * listens there. */
static void
leave_socket(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(sun.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(fd, (void *)&sun, sizeof sun), 0);
	close(fd);
}

static void
test_path(void **state)
{
	struct fixture *f = *state;
	char dir[] = "/tmp/nbd-server.XXXXXX", path[64];
	struct nbd_server *s;
	struct stat st;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/s", dir);
	s = nbd_server_new(f->loop, path, &nbd_pair_backend, f);
	assert_non_null(s);
	assert_null(nbd_server_new(f->loop, path, &nbd_pair_backend, f));
	assert_int_equal(errno, EADDRINUSE);
	nbd_server_free(s);
	leave_socket(path);
	s = nbd_server_new(f->loop, path, &nbd_pair_backend, f);
	assert_non_null(s);
	nbd_server_free(s);
	assert_int_equal(stat(path, &st), -1);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	assert_null(nbd_server_new(f->loop, path, &nbd_pair_backend, f));
	assert_int_equal(errno, EEXIST);
	unlink(path);
	rmdir(dir);
}

static int
call_at(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	memcpy(sun.sun_path, path, strlen(path) + 1);
	assert_int_equal(connect(fd, (void *)&sun, sizeof sun), 0);
	return fd;
}

/* The clients of one socket do not use up the places for clients of the other.
 */
static void
test_two_sockets(void **state)
{
	static int fds[NBD_CLIENTS_MAX];
	char dir[] = "/tmp/nbd-server.XXXXXX", path[2][64], b[18];
	struct fixture *f = *state;
	struct rlimit r = {4096, 4096};
	struct nbd_server *s;
	int fd;

	if (setrlimit(RLIMIT_NOFILE, &r) == -1)
		skip();
	assert_non_null(mkdtemp(dir));
	snprintf(path[0], sizeof path[0], "%s/0", dir);
	snprintf(path[1], sizeof path[1], "%s/1", dir);
	s = nbd_server_new(f->loop, path[0], &nbd_pair_backend, f);
	assert_non_null(s);
	assert_int_equal(nbd_server_listen(s, path[1]), 0);
	for (int i = 0; i < NBD_CLIENTS_MAX; i++) {
		fds[i] = call_at(path[1]);
		if (i % 8 == 7)
			turn(f);
	}
	fd = call_at(path[1]);
	hear_end(f, fd);
	fd = call_at(path[0]);
	hear(f, fd, b, sizeof b);
	close(fds[7]);
	turn(f);
	fds[7] = call_at(path[1]);
	hear(f, fds[7], b, sizeof b);
	for (int i = 0; i < NBD_CLIENTS_MAX; i++)
		close(fds[i]);
	close(fd);
	nbd_server_free(s);
	assert_int_equal(rmdir(dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PAIR_TEST(test_limits),         PAIR_TEST(test_slow_reader),
	    PAIR_TEST(test_pages_are_kept), PAIR_TEST(test_file_shrinks),
	    PAIR_TEST(test_many),           PAIR_TEST(test_end),
	    PAIR_TEST(test_path),           PAIR_TEST(test_two_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
