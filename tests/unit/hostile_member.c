/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests that the memory of a router, which is locked, stays bounded when a
 * hostile member announces as many nodes and chunks as frames allow, and that
 * all of this memory is freed later. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "lib/codec.h"
#include "lib/log.h"
#include "router/cluster/heard.h"
#include "tests/fixture/engine.h"

#define MEMORY_MAX (64U << 20)
#define CHUNKS (1U << 18) /* chunks of each image: PROTO_SPAN_MAX */
/* number of nodes that are announced; more than a router takes */
#define NAMES 4500
/* number of nodes that hold chunks; their bitmaps would take 128 MiB */
#define HOLDERS 256

static size_t
memory_used(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static void
describe(struct proto_node *n, uint32_t i)
{
	*n = (struct proto_node){
	    .nbd.port = 10809, .serves = true, .nimages = PROTO_IMAGES_MAX};
	memcpy(n->id.b, &i, sizeof i);
	n->id.b[15] = 1;
	snprintf(n->name, sizeof n->name, "liar%u", i);
	n->nbd.ip[10] = n->nbd.ip[11] = 0xff;
	n->nbd.ip[12] = 10;
	memcpy(n->nbd.ip + 13, &i, 3);
	for (uint8_t k = 0; k < PROTO_IMAGES_MAX; k++) {
		struct proto_image *im = &n->images[k];

		memcpy(im->id.b, &i, sizeof i);
		im->id.b[31] = k + 1;
		strcpy(im->name, "junk");
		im->chunk_size = MANIFEST_CHUNK_MIN;
		im->size = (uint64_t)CHUNKS * MANIFEST_CHUNK_MIN;
	}
}

/* Announces that the node n holds all chunks of its image of index `image`. */
static void
hold_all(struct engine *e, const struct proto_node *n, uint8_t image)
{
	uint64_t words[HOLD_WORDS_MAX];
	struct hold_part p = {
	    .n = HOLD_WORDS_MAX, .nchunks = CHUNKS, .words = words};
	uint8_t frame[PROTO_HEAD + HOLD_BYTES(HOLD_WORDS_MAX)];
	struct proto_hold h;

	memset(words, 0xff, sizeof words);
	h = one_hold(&p, frame, sizeof frame);
	h.node = n->id;
	h.image = n->images[image].id;
	router_member_ops.hold(&e->r, &h);
}

static void
memory_is_bounded(void **state)
{
	struct engine *e = engine_new(64, UINT64_MAX / 2);
	size_t before = memory_used();
	struct proto_node n;

	for (uint32_t i = 0; i < NAMES; i++) {
		describe(&n, i);
		router_member_ops.node(&e->r, &n);
		for (uint8_t k = 0; i < HOLDERS && k < PROTO_IMAGES_MAX; k++)
			hold_all(e, &n, k);
	}
	printf("%zu KiB, %zu of them bitmaps\n", (memory_used() - before) >> 10,
	       e->r.nodes->heard.bytes >> 10);
	assert_true(memory_used() - before <= MEMORY_MAX);
	assert_true(e->r.nodes->heard.bytes <= HEARD_BYTES);
	for (uint32_t i = 0; i < NAMES; i++) {
		describe(&n, i);
		router_member_ops.gone(&e->r, &n.id, PROTO_LOST);
	}
	assert_int_equal(e->r.nodes->heard.bytes, 0);
	engine_free(e);
}

/* The memory for what other nodes hold of an image is also bounded if this
 * router has the image. */
static void
news_is_bounded(void **state)
{
	struct engine *e = engine_new(64, UINT64_MAX / 2);
	struct heard *heard = &e->r.nodes->heard;
	size_t bytes;
	struct fake *f;

	engine_image(e);
	f = fake_new(e, false);
	fake_hold(f, 0, 64);
	assert_int_equal(routes_held_count(image_of(e), 1), 64);
	bytes = heard->bytes;
	assert_true(bytes > 0);
	heard->bytes = HEARD_BYTES;
	f = fake_new(e, false);
	fake_hold(f, 0, 64);
	assert_int_equal(routes_held_count(image_of(e), 2), 0);
	heard->bytes = bytes;
	engine_free(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(memory_is_bounded),
					   cmocka_unit_test(news_is_bounded)};

	log_init("test", false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
