/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Decodes arbitrary bytes as frames.  A frame that decodes must keep the bounds
 * on which its users rely, and must encode to bytes that, decoded and encoded
 * again, stay the same. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bitmap.h"
#include "membership/wire/hold.h"
#include "membership/wire/proto_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Encodes m, decodes the result and encodes that again; asserts that both
 * encodings are equal.  The buffers have exactly the right size, so that the
 * sanitizer sees overruns.  An encoding may be one byte longer than the frame
 * of len bytes from which m was decoded, since a frame may leave out its
 * reason. */
static void
again(const struct proto_msg *m, size_t len)
{
	struct proto_msg copy;
	uint8_t *buf = malloc(len + 1), *twice;
	ssize_t n = proto_encode_as(m, PROTO_HIGHEST, buf, len + 1);

	assert(n > 0);
	twice = malloc(n);
	assert(proto_decode(buf, n, &copy) == n);
	assert(copy.type == m->type);
	assert(proto_encode_as(&copy, PROTO_HIGHEST, twice, n) == n);
	assert(memcmp(buf, twice, n) == 0);
	free(twice);
	free(buf);
}

/* Asserts that no part of the HOLD frame m has more chunks and bitmap words
 * than its head says, and that each part can be applied to a bitmap of any
 * size. */
static void
use_holds(const struct proto_msg *m)
{
	const uint8_t *parts = m->parts;
	size_t left = m->nparts;
	struct proto_hold h;

	while (left > 0) {
		struct bitmap *bm = bitmap_new(1 + left % 999);
		uint32_t spoken_of = 0, words = 0;
		struct hold_reader r;
		struct hold_word w;

		assert(hold_next(&parts, &left, &h));
		assert(h.number < PROTO_NUMBERS_MAX);
		r = hold_reader_init(&h);
		for (; hold_read(&r, &w); words++) {
			assert(w.word == h.first / 64 + words);
			assert((w.bits & ~w.mask) == 0);
			spoken_of += __builtin_popcountll(w.mask);
		}
		assert(spoken_of <= h.span && words <= h.span / 64 + 2);
		assert(h.change != PROTO_HELD || spoken_of == h.span);
		hold_apply(&h, bm);
		bitmap_free(bm);
	}
}

static void
use(const struct proto_msg *m)
{
	if (m->type == PROTO_HOLD)
		use_holds(m);
	if (m->type == PROTO_LEASE)
		assert(m->lease.name[0] == '\0' ||
		       manifest_name_ok(m->lease.name, strlen(m->lease.name)));
	if (m->type == PROTO_NODE) {
		struct proto_host h;

		if (proto_host_get(&m->node, &h))
			assert(strlen(h.site) == PROTO_HOST_SITE - 1 &&
			       strlen(h.text) < PROTO_HOST_TEXT);
		assert(strlen(m->node.name) <= MANIFEST_NAME_MAX);
		for (uint8_t i = 0; i < m->node.nimages; i++)
			assert(
			    manifest_name_ok(m->node.images[i].name,
					     strlen(m->node.images[i].name)));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proto_msg m;
	size_t at = 0;
	ssize_t n;

	while ((n = proto_decode(data + at, size - at, &m)) > 0) {
		use(&m);
		if (m.type != PROTO_UNKNOWN)
			again(&m, n);
		at += n;
	}
	return 0;
}
