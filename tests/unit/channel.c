/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests that a channel delivers whole frames, in whatever pieces the network
 * delivers their bytes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "membership/wire/channel.h"

#define FRAMES 60
#define BYTES_MAX (FRAMES * 8192)

/* The bytes to send, and what has come back: how many bytes, in how many
 * frames, and whether and why the channel has failed. */
struct stream {
	uint8_t bytes[BYTES_MAX];
	size_t len, come;
	unsigned frames;
	bool failed;
	enum channel_end why;
};

static void
on_frame(void *ctx, const struct proto_msg *m)
{
	static uint8_t again[CHANNEL_CHUNK];
	struct stream *s = ctx;
	ssize_t n = proto_encode(m, again, sizeof again);

	assert_true(n > 0 && (size_t)n <= s->len - s->come);
	assert_memory_equal(again, s->bytes + s->come, n);
	s->come += n;
	s->frames++;
}

static size_t
on_fill(void *ctx, uint8_t *buf, size_t len)
{
	return 0;
}

static void
on_failed(void *ctx, enum channel_end why)
{
	((struct stream *)ctx)->failed = true;
	((struct stream *)ctx)->why = why;
}

static const struct channel_ops ops = {on_frame, on_fill, on_failed};

/* Returns message number i; most messages are short frames, every third one has
 * several kilobytes. */
static struct proto_msg
message(int i)
{
	struct proto_msg m = {.type = PROTO_VIEW, .seq = i};

	if (i % 3 > 0)
		return m;
	m = (struct proto_msg){.type = PROTO_NODE, .number = i};
	strcpy(m.node.name, "node");
	assert_int_equal(address_parse("192.0.2.1:4711", 0, &m.node.nbd), 0);
	m.node.nimages = PROTO_IMAGES_MAX;
	for (int k = 0; k < PROTO_IMAGES_MAX; k++) {
		struct proto_image *im = &m.node.images[k];

		memset(im->id.b, k + 1, sizeof im->id.b);
		memset(im->name, 'a' + k, MANIFEST_NAME_MAX);
		im->size = 1 << 20;
		im->chunk_size = MANIFEST_CHUNK_DEFAULT;
	}
	return m;
}

static void
write_frames(struct stream *s)
{
	*s = (struct stream){.len = 0};
	for (int i = 0; i < FRAMES; i++) {
		struct proto_msg m = message(i);
		ssize_t n =
		    proto_encode(&m, s->bytes + s->len, BYTES_MAX - s->len);

		assert_true(n > 0);
		s->len += n;
	}
}

static void
stop(void *ctx)
{
	loop_stop(ctx);
}

static void
turn(struct loop *l)
{
	struct loop_timer t = {.fire = stop, .ctx = l};

	loop_timer_set(l, &t, clock_now_ns());
	assert_int_equal(loop_run(l), 0);
}

/* Sends the frames in pieces of `piece` bytes; 0: in pieces of 1, 2, 3 bytes
 * and so on; asserts that all frames come whole. */
static void
in_pieces(size_t piece)
{
	static struct stream s;
	struct loop *l = loop_new();
	struct channel *k;
	size_t sent = 0, next = piece;
	int fd[2];

	write_frames(&s);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	k = channel_new(l, fd[0], &ops, &s);
	assert_non_null(k);
	while (sent < s.len) {
		ssize_t n;

		next = piece == 0 ? next + 1 : piece;
		n = send(fd[1], s.bytes + sent,
			 next < s.len - sent ? next : s.len - sent,
			 MSG_DONTWAIT);
		sent += n > 0 ? n : 0;
		turn(l);
	}
	for (int i = 0; i < 100 && s.come < s.len; i++)
		turn(l);
	assert_int_equal(s.frames, FRAMES);
	assert_int_equal(s.come, s.len);
	assert_false(s.failed);
	close(fd[1]);
	for (int i = 0; i < 100 && !s.failed; i++)
		turn(l);
	assert_true(s.failed);
	assert_int_equal(s.why, CHANNEL_CLOSED);
	channel_free(k);
	loop_free(l);
}

static void
pieces(void **state)
{
	static const size_t sizes[] = {0,    1,    2,     5,
				       1000, 4096, 65536, BYTES_MAX};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		in_pieces(sizes[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(pieces)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
