/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* engine_raw: a client of the engine's router by hand, byte for byte, on a Unix
 * socket as the kernel's is.  Included after cmocka.h.
 */
#ifndef VF_TESTS_UNIT_ENGINE_RAW_H
#define VF_TESTS_UNIT_ENGINE_RAW_H

#include "tests/unit/engine.h"

static inline void
raw_say(int fd, uint64_t v, unsigned bytes)
{
	uint8_t b[8];

	for (unsigned i = 0; i < bytes; i++)
		b[i] = v >> 8 * (bytes - 1 - i);
	assert_int_equal(write(fd, b, bytes), bytes);
}

#define RAW_READ 0
#define RAW_CACHE 5
#define RAW_GREETING 28 /* bytes, before the first reply */

static inline void
raw_command(int fd, unsigned type, uint64_t offset, uint32_t len)
{
	raw_say(fd, 0x25609513, 4);
	raw_say(fd, type, 4);
	raw_say(fd, 1, 8);
	raw_say(fd, offset, 8);
	raw_say(fd, len, 4);
}

static inline int
raw_open(struct engine *e)
{
	int sv[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sv), 0);
	assert_int_equal(nbd_server_adopt(e->r.nbd, sv[0]), 0);
	raw_say(sv[1], 3, 4);
	assert_int_equal(write(sv[1], "IHAVEOPT", 8), 8);
	raw_say(sv[1], 1, 4);
	raw_say(sv[1], 5, 4);
	assert_int_equal(write(sv[1], "image", 5), 5);
	e->raw = sv[1];
	return sv[1];
}

static inline bool
raw_replied(struct engine *e)
{
	uint8_t b[RAW_GREETING + 16];

	return recv(e->raw, b, sizeof b, MSG_PEEK) == sizeof b;
}

/* The error of the one simple reply that has come. */
static inline uint32_t
raw_error(int fd)
{
	uint8_t b[RAW_GREETING + 16];

	assert_int_equal(read(fd, b, sizeof b), sizeof b);
	return b[RAW_GREETING + 6] << 8 | b[RAW_GREETING + 7];
}

#endif
