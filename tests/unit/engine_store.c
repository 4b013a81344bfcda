/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/log.h"
#include "router/policy/evict.h"
#include "tests/fixture/engine_raw.h"

#define ALL (UINT64_MAX / 2)
#define SIZE ((N - 1) * CHUNK + TAIL)

static struct engine *e;

static int
set_up(void **state)
{
	e = engine_new(N, ALL);
	return 0;
}

static int
tear_down(void **state)
{
	engine_free(e);
	return 0;
}

static bool
holds_enough(struct engine *en)
{
	return bitmap_count(image_of(en)->held) >= en->wanted;
}

static bool
holds_no_more(struct engine *en)
{
	return bitmap_count(image_of(en)->held) <= en->wanted;
}

/* NBD's command CACHE is answered only when the right bytes are in the
 * store. */
static void
caches(void **state)
{
	engine_image(e);
	fake_new(e, true);
	raw_command(raw_open(e), RAW_CACHE, 5 * CHUNK + 1, 20 * CHUNK);
	assert_true(run_until(e, raw_replied, PATIENT_MS));
	assert_int_equal(raw_error(e->raw), 0);
	close(e->raw);
	for (uint32_t c = 5; c <= 25; c++)
		assert_true(image_holds(image_of(e), c));
	assert_int_equal(bitmap_count(image_of(e)->held), 21);
}

static void
limit_files(rlim_t bytes)
{
	struct rlimit l;

	getrlimit(RLIMIT_FSIZE, &l);
	l.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

/* If the store's file cannot grow, chunks for which there is no room are still
 * delivered to reads, but the command CACHE fails for them. */
static void
store_fails(void **state)
{
	engine_image(e);
	fake_new(e, true);
	limit_files(10 * CHUNK);
	read_right(e, 0, SIZE);
	assert_true(images_counts(e->r.images)->store_errors > 0);
	assert_int_equal(bitmap_count(image_of(e)->held), 10);
	read_right(e, 0, SIZE);
	raw_command(raw_open(e), RAW_CACHE, 0, 2 * CHUNK);
	assert_true(run_until(e, raw_replied, PATIENT_MS));
	assert_int_equal(raw_error(e->raw), 0);
	close(e->raw);
	raw_command(raw_open(e), RAW_CACHE, 5 * CHUNK, 20 * CHUNK);
	assert_true(run_until(e, raw_replied, PATIENT_MS));
	assert_int_equal(raw_error(e->raw), ENOSPC);
	close(e->raw);
	limit_files(RLIM_INFINITY);
	read_right(e, 0, SIZE);
	assert_int_equal(bitmap_count(image_of(e)->held), N);
}

#define READ_BYTES 100

static bool
raw_has_read(struct engine *en)
{
	uint8_t b[16 + READ_BYTES];

	return recv(en->raw, b, sizeof b, MSG_PEEK) == sizeof b;
}

/* A chunk that a peer asks for by a tree is not asked of a node of the line
 * that hangs, even if the store has no room for the chunk. */
static void
reads_for_a_peer_by_the_tree(void **state)
{
	struct fake *f;

	engine_image(e);
	fake_new(e, true);
	f = fake_new(e, false);
	f->hangs_line = f->lacks_all = true;
	f->info.reads = f->info.images[0].used = true;
	f->info.since = 1;
	fake_announce(f);
	/* meanwhile this node announces when it began to read */
	run_ms(e, 200);
	limit_files(10 * CHUNK);
	raw_command(raw_open(e), RAW_CACHE, 50 * CHUNK, CHUNK);
	assert_true(run_until(e, raw_replied, PATIENT_MS));
	assert_int_equal(raw_error(e->raw), ENOSPC);
	raw_command(e->raw, RAW_READ, 50 * CHUNK, READ_BYTES);
	assert_true(run_until(e, raw_has_read, PATIENT_MS));
	assert_int_equal(f->nopen, 0);
	limit_files(RLIM_INFINITY);
	close(e->raw);
}

/* Returns true if a chunk could not be written to the store.  The test below
 * asserts that such a chunk is not fetched in the background over and over. */
static bool
store_failed(struct engine *en)
{
	return images_counts(en->r.images)->store_errors > 0;
}

static void
does_not_fill_what_fails(void **state)
{
	engine_image(e);
	fake_new(e, true);
	limit_files(10 * CHUNK);
	e->r.cfg.limits.no_fill = false;
	assert_true(run_until(e, store_failed, PATIENT_MS));
	run_ms(e, 1000);
	limit_files(RLIM_INFINITY);
	assert_true(fetch_counts(e->r.fetches)->fetched < 40);
}

static void
fills(void **state)
{
	engine_image(e);
	fake_hold(fake_new(e, false), 0, 40);
	fake_hold(fake_new(e, false), 60, 30);
	e->r.cfg.limits.no_fill = false;
	e->wanted = 70;
	assert_true(run_until(e, holds_enough, PATIENT_MS));
	run_ms(e, 300);
	assert_int_equal(bitmap_count(image_of(e)->held), 70);
	assert_int_equal(fetch_counts(e->r.fetches)->filled, 70);
}

static bool
filled_some(struct engine *en)
{
	return fetch_counts(en->r.fetches)->filled > 0;
}

/* A node copies no chunks in the background as long as a peer may still deliver
 * what a read waits for.  But it goes on copying if the read waits for long. */
static void
fills_while_a_read_waits_in_vain(void **state)
{
	engine_image(e);
	fake_new(e, true)->lacks = 50;
	read_begin(e, 50 * CHUNK, CHUNK);
	e->r.cfg.limits.no_fill = false;
	run_ms(e, 4000);
	assert_int_equal(fetch_counts(e->r.fetches)->filled, 0);
	assert_true(run_until(e, filled_some, PATIENT_MS));
	assert_false(e->reader.done);
}

static unsigned
owed(const struct engine *en)
{
	return en->fakes[0].nopen + en->fakes[1].nopen;
}

static bool
owes_some(struct engine *en)
{
	return owed(en) > 0;
}

/* A node whose client reads copies only one chunk at a time, so that readers
 * have most of the link. */
static void
fills_beside_a_reader(void **state)
{
	struct fake *f;

	engine_image(e);
	fake_new(e, true)->hangs = true;
	f = fake_new(e, false);
	f->hangs = true;
	f->info.reads = f->info.images[0].used = true;
	fake_announce(f);
	e->r.cfg.limits.no_fill = false;
	assert_true(run_until(e, owes_some, PATIENT_MS));
	run_ms(e, 30);
	assert_int_equal(owed(e), 1);
}

/* In a store that has room for 8 of the 8000 chunks, older chunks make room for
 * new ones. */
static void
keeps_within_budget(void **state)
{
	engine_free(e);
	e = engine_new(8000, 8 * CHUNK);
	e->r.cfg.limits.window = 0;
	engine_image(e);
	fake_new(e, true);
	for (uint32_t c = 0; c < 24; c++) {
		read_right(e, c * CHUNK, CHUNK);
		assert_true(image_holds(image_of(e), c));
		assert_true(images_bytes(e->r.images) <= 8 * CHUNK);
	}
	run_ms(e, 20);
	assert_int_equal(keeper_evictions(e->r.keeper), 24 - 8);
	assert_int_equal(fetch_counts(e->r.fetches)->fetched, 24);
	/* more chunks are read than the budget has room for */
	read_right(e, 100 * CHUNK, 200 * CHUNK);
	run_ms(e, 20);
	assert_true(images_bytes(e->r.images) <= 8 * CHUNK);
	/* the budget becomes smaller */
	e->r.cfg.limits.budget = 3 * CHUNK;
	e->wanted = 3;
	assert_true(run_until(e, holds_no_more, PATIENT_MS));
	/* the last copies of chunks are kept, even if they exceed the budget */
	cluster_gone(e->r.cluster, &e->fakes[0].info.id, PROTO_LEFT);
	e->r.cfg.limits.budget = 0;
	run_ms(e, 100);
	assert_int_equal(bitmap_count(image_of(e)->held), 3);
}

/* When a store is full and then the whole image is read, the chunks that are
 * read pass only through the store's reserve, and all chunks that the node
 * keeps stay. */
static void
keeps_while_others_pass(void **state)
{
	struct bitmap *kept = bitmap_new(N);
	struct image *im;

	engine_free(e);
	e = engine_new(N, 40 * CHUNK);
	engine_image(e);
	im = image_of(e);
	e->r.cfg.limits.copies = 3;
	fake_new(e, true);
	e->r.cfg.limits.no_fill = false;
	e->wanted = 40;
	assert_true(run_until(e, holds_enough, PATIENT_MS));
	run_ms(e, 100);
	e->r.cfg.limits.no_fill = true;
	assert_int_equal(bitmap_count(im->held), e->wanted);
	for (uint32_t c = 0; c < N; c++)
		if (bitmap_has(im->held, c) && !lru_has(im->passing, c))
			bitmap_add(kept, c);
	assert_int_equal(bitmap_count(kept), 40 - evict_reserve(40));
	/* the reads are short: a chunk that is being sent cannot be dropped */
	e->r.cfg.limits.window = 0;
	for (uint32_t c = 0; c < N - 1; c++)
		read_right(e, c * CHUNK, CHUNK);
	run_ms(e, 50);
	assert_true(images_bytes(e->r.images) > 35 * CHUNK);
	for (uint32_t c = 0; c < N; c++)
		assert_true(!bitmap_has(kept, c) || image_holds(im, c));
	bitmap_free(kept);
}

/* A chunk that the plugin finds damaged is announced as no longer held, and
 * fetched again. */
static void
notices_damage(void **state)
{
	uint8_t wrong[CHUNK] = {0};
	char path[256], hex[DIGEST_HEX];
	int fd;

	engine_image(e);
	fake_new(e, true);
	read_right(e, 0, SIZE);
	reader_gone(e);
	run_ms(e, 50);
	image_close(image_of(e));
	snprintf(path, sizeof path, "%s/%s/data", e->dir,
		 digest_hex(&e->m->id, hex));
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, wrong, CHUNK, 7 * CHUNK), CHUNK);
	close(fd);
	engine_image(e);
	assert_int_equal(bitmap_count(image_of(e)->held), N);
	/* as a thread that reads the disk does */
	assert_int_equal(store_check(image_of(e)->store, 7), -1);
	e->wanted = N - 1;
	assert_true(run_until(e, holds_no_more, PATIENT_MS));
	read_right(e, 0, SIZE);
	assert_int_equal(bitmap_count(image_of(e)->held), N);
}

/* The chunks of a read are sent in order.  A chunk that has come, but must wait
 * until those before it are sent, may be dropped from the store meanwhile: the
 * read has the right bytes nevertheless. */
static void
damage_while_waiting(void **state)
{
	char path[256], hex[DIGEST_HEX];
	struct fake *f;

	engine_image(e);
	f = fake_new(e, true);
	f->lacks = 0;
	read_begin(e, 0, 4 * CHUNK);
	e->wanted = 3;
	assert_true(run_until(e, holds_enough, PATIENT_MS));
	/* The data file is cut short, so that a read of a chunk fails.  A hole
	 * would be read as zeros, since only FOUND chunks are verified. */
	snprintf(path, sizeof path, "%s/%s/data", e->dir,
		 digest_hex(&e->m->id, hex));
	assert_int_equal(truncate(path, CHUNK), 0);
	/* as a thread that reads the disk does */
	assert_int_equal(store_read(image_of(e)->store, 2, 0, path, 1), -1);
	assert_false(e->reader.done);
	f->lacks = UINT32_MAX;
	/* chunks 1 and 3 are dropped too, since their bytes are no longer in
	 * the file */
	store_evict(image_of(e)->store, 1);
	store_evict(image_of(e)->store, 3);
	read_ends(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	    T(caches),
	    T(store_fails),
	    T(reads_for_a_peer_by_the_tree),
	    T(does_not_fill_what_fails),
	    T(fills),
	    T(fills_while_a_read_waits_in_vain),
	    T(fills_beside_a_reader),
	    T(keeps_within_budget),
	    T(keeps_while_others_pass),
	    T(notices_damage),
	    T(damage_while_waiting),
#undef T
	};

	log_init("engine_store", false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
