/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_pair: the NBD server's connections over socket pairs, for its unit
 * tests; the test is client and backend at once.  The image is a file of
 * words that all differ, in memory.
 */
#ifndef VF_TESTS_NBD_PAIR_H
#define VF_TESTS_NBD_PAIR_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/codec.h"
#include "lib/loop.h"
#include "router/nbd/nbd_client.h"
#include "router/nbd/nbd_server.h"
#include "router/nbd/nbd_wire.h"

#define SIZE (64U << 20)
#define CHUNK (128U << 10)
#define OPEN_MAX_SEEN 1024

struct fixture {
	struct loop *loop;
	struct nbd_server *server;
	struct loop_timer stop;
	int file;
	const uint8_t *bytes;

	bool at_once;
	struct nbd_request *open[OPEN_MAX_SEEN];
	unsigned nopen, cancelled, closed, lost;
	uint64_t given, done;
};

/* --- the backend --- */

static inline bool
find(void *ctx, const char *name, size_t len, struct nbd_export *e)
{
	if (len != 1 || name[0] != 'x')
		return false;
	*e = (struct nbd_export){
	    .image = ctx, .size = SIZE, .chunk_size = CHUNK};
	return true;
}

static inline void
list(void *ctx, void (*say)(void *say_ctx, const char *name), void *say_ctx)
{
	say(say_ctx, "x");
}

static inline void
done(void *ctx, uint64_t tag)
{
	struct fixture *f = ctx;

	f->done++;
}

static inline void
give(struct fixture *f, struct nbd_request *r, uint32_t from, uint32_t len,
     bool file)
{
	struct nbd_data d = {.len = len, .done = done, .ctx = f};

	if (file) {
		d.fd = f->file;
		d.offset = r->offset + from;
	} else {
		d.buf = f->bytes + r->offset + from;
	}
	f->given++;
	nbd_reply_data(r, &d);
}

static inline void
request(void *ctx, struct nbd_request *r)
{
	struct fixture *f = ctx;

	assert_ptr_equal(r->image, f);
	assert_null(r->backend);
	if (!f->at_once) {
		assert_true(f->nopen < OPEN_MAX_SEEN);
		f->open[f->nopen++] = r;
		return;
	}
	if (r->type == NBD_READ)
		give(f, r, 0, r->len, true);
	nbd_reply_done(r);
}

static inline void
cancel(void *ctx, struct nbd_request *r)
{
	struct fixture *f = ctx;

	f->cancelled++;
	for (unsigned i = 0; i < f->nopen; i++)
		if (f->open[i] == r) {
			f->open[i] = f->open[--f->nopen];
			return;
		}
	fail();
}

static inline void
closed(void *ctx, uint64_t client)
{
	struct fixture *f = ctx;

	f->closed++;
}

static void
user(void *ctx, void *image, bool comes)
{
}

static inline void
lost(void *ctx, void *image, uint64_t offset, uint32_t len)
{
	struct fixture *f = ctx;

	assert_ptr_equal(image, f);
	assert_true(offset < SIZE && len > 0 && len <= SIZE - offset);
	f->lost++;
}

static const struct nbd_backend backend = {find,   list, request, cancel,
					   closed, user, lost};

/* --- the client --- */

static inline void
stop(void *ctx)
{
	struct fixture *f = ctx;

	loop_stop(f->loop);
}

/* Lets the server work until it has nothing more to do. */
static inline void
turn(struct fixture *f)
{
	for (int i = 0; i < 8; i++) {
		loop_timer_set(f->loop, &f->stop, 0);
		assert_int_equal(loop_run(f->loop), 0);
	}
}

static inline void
turn_for(struct fixture *f, int ms)
{
	loop_timer_set(f->loop, &f->stop, clock_now_ns() + ms * 1000000LL);
	assert_int_equal(loop_run(f->loop), 0);
}

static inline int
connection(struct fixture *f)
{
	int fd[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd), 0);
	assert_int_equal(nbd_server_adopt(f->server, fd[0]), 0);
	return fd[1];
}

static inline void
say(int fd, const void *b, size_t len)
{
	assert_int_equal(send(fd, b, len, MSG_NOSIGNAL), len);
}

/* Exactly these bytes come now. */
static inline void
hear(struct fixture *f, int fd, void *to, size_t len)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n = recv(fd, (char *)to + have, len - have, 0);

		if (n == -1) {
			assert_int_equal(errno, EAGAIN);
			turn(f);
			n = recv(fd, (char *)to + have, len - have, 0);
		}
		assert_true(n > 0);
		have += n;
	}
}

static inline void
hear_this(struct fixture *f, int fd, const void *what, size_t len)
{
	uint8_t b[256];

	assert_true(len <= sizeof b);
	hear(f, fd, b, len);
	assert_memory_equal(b, what, len);
}

static inline void
hear_nothing(struct fixture *f, int fd)
{
	char b;

	turn(f);
	assert_int_equal(recv(fd, &b, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
}

/* The server has closed, whatever it had to say first. */
static inline void
hear_end(struct fixture *f, int fd)
{
	char b[4096];
	ssize_t n;

	do {
		turn(f);
		n = recv(fd, b, sizeof b, 0);
	} while (n > 0);
	assert_true(n == 0 || errno == ECONNRESET);
	close(fd);
}

static inline void
say_option(int fd, uint32_t option, const void *data, uint32_t len)
{
	uint8_t b[16];
	struct writer w = writer_init(b, sizeof b);

	write_bytes(&w, "IHAVEOPT", 8);
	write_u32(&w, option);
	write_u32(&w, len);
	say(fd, b, sizeof b);
	if (data != NULL && len > 0)
		say(fd, data, len);
}

/* The head of a reply to an option; its data, at most 255 bytes, is put in
 * to. */
static inline uint32_t
hear_option(struct fixture *f, int fd, uint32_t option, char to[256])
{
	uint8_t b[20] = {0};
	struct reader r = reader_init(b, sizeof b);
	uint32_t type, len;

	hear(f, fd, b, sizeof b);
	assert_true(read_u64(&r) == 0x0003e889045565a9ULL);
	assert_int_equal(read_u32(&r), option);
	type = read_u32(&r);
	len = read_u32(&r);
	assert_true(len < 256);
	hear(f, fd, to, len);
	to[len] = '\0';
	return type;
}

static inline int
greeted(struct fixture *f)
{
	int fd = connection(f);

	hear_this(f, fd, "NBDMAGICIHAVEOPT\0\3", 18);
	say(fd, "\0\0\0\3", 4);
	return fd;
}

static inline int
connected(struct fixture *f, bool structured)
{
	int fd = greeted(f);
	char b[256] = "";

	if (structured) {
		say_option(fd, NBD_OPT_STRUCTURED_REPLY, NULL, 0);
		assert_int_equal(
		    hear_option(f, fd, NBD_OPT_STRUCTURED_REPLY, b),
		    NBD_REP_ACK);
	}
	say_option(fd, NBD_OPT_GO, "\0\0\0\1x\0\0", 7);
	assert_int_equal(hear_option(f, fd, NBD_OPT_GO, b), NBD_REP_INFO);
	assert_memory_equal(b, "\0\0\0\0\0\0\4\0\0\0\5", 11);
	assert_int_equal((uint8_t)b[11], structured ? 0x83 : 0x03);
	assert_int_equal(hear_option(f, fd, NBD_OPT_GO, b), NBD_REP_ACK);
	return fd;
}

static inline void
command(int fd, uint16_t type, uint16_t flags, uint64_t cookie, uint64_t offset,
	uint32_t len)
{
	uint8_t b[NBD_REQUEST_SIZE];
	struct writer w = writer_init(b, sizeof b);

	write_u32(&w, 0x25609513);
	write_u16(&w, flags);
	write_u16(&w, type);
	write_u64(&w, cookie);
	write_u64(&w, offset);
	write_u32(&w, len);
	say(fd, b, sizeof b);
}

static inline void
hear_simple(struct fixture *f, int fd, uint64_t cookie, int error)
{
	uint8_t b[NBD_HEAD_MAX];

	hear_this(f, fd, b, nbd_wire_simple(b, cookie, error));
}

static inline void
hear_bytes(struct fixture *f, int fd, uint64_t offset, uint32_t len)
{
	uint8_t *b = malloc(len);

	assert_non_null(b);
	hear(f, fd, b, len);
	assert_memory_equal(b, f->bytes + offset, len);
	free(b);
}

static inline void
hear_chunk(struct fixture *f, int fd, uint64_t cookie, bool last,
	   uint64_t offset, uint32_t len)
{
	uint8_t b[NBD_HEAD_MAX];

	hear_this(f, fd, b, nbd_wire_data(b, cookie, last, offset, len));
	hear_bytes(f, fd, offset, len);
}

/* --- set-up --- */

static inline int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	uint32_t *w;

	f->loop = loop_new();
	f->stop = (struct loop_timer){.fire = stop, .ctx = f};
	f->file = memfd_create("image", 0);
	assert_int_equal(ftruncate(f->file, SIZE), 0);
	w = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, f->file, 0);
	assert_true(w != MAP_FAILED);
	for (uint32_t i = 0; i < SIZE / sizeof *w; i++)
		w[i] = i * 2654435761U;
	f->bytes = (uint8_t *)w;
	f->server = nbd_server_new(f->loop, NULL, &backend, f);
	assert_non_null(f->server);
	*state = f;
	return 0;
}

static inline int
teardown(void **state)
{
	struct fixture *f = *state;

	nbd_server_free(f->server);
	assert_int_equal(f->nopen, 0);
	assert_true(f->given == f->done);
	loop_free(f->loop);
	munmap((void *)f->bytes, SIZE);
	close(f->file);
	free(f);
	return 0;
}

static inline void
client_count(struct fixture *f, uint32_t n)
{
	struct nbd_server_stats st;

	do {
		turn(f);
		nbd_server_stats(f->server, &st);
	} while (st.clients > n);
	assert_int_equal(st.clients, n);
}

#define PAIR_TEST(NAME) cmocka_unit_test_setup_teardown(NAME, setup, teardown)

#endif
