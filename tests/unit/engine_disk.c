/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of an image whose file, or store, lies on a disk where a read or write
 * may wait without end. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/log.h"
#include "router/fetch/disk.h"
#include "tests/fixture/engine.h"

static struct engine *e;
static struct image *seed;

/* --- a file system on which reads hang: functions that replace the C library's
 * --- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static pthread_t loop_thread;
/* true while the engine's loop runs; for its thread alone */
static bool in_loop;
static bool hangs, rots; /* guarded by lock */
static bool writes_hang; /* guarded by lock */
static unsigned drops;   /* guarded by lock */
static unsigned reads;   /* guarded by lock */

static void
set(bool *what, bool is)
{
	pthread_mutex_lock(&lock);
	*what = is;
	pthread_cond_broadcast(&more);
	pthread_mutex_unlock(&lock);
}

int
fstatfs(int fd, struct statfs *fs)
{
	memset(fs, 0, sizeof *fs);
	fs->f_type = NFS_SUPER_MAGIC;
	return 0;
}

ssize_t
preadv2(int fd, const struct iovec *iov, int n, off_t at, int flags)
{
	errno = EOPNOTSUPP;
	return -1;
}

ssize_t
pread(int fd, void *buf, size_t len, off_t at)
{
	bool rotten;
	ssize_t n;

	/* the loop's own thread must make no read that may have to wait */
	assert_false(pthread_equal(pthread_self(), loop_thread) && in_loop);
	pthread_mutex_lock(&lock);
	reads++;
	while (hangs)
		pthread_cond_wait(&more, &lock);
	rotten = rots;
	pthread_mutex_unlock(&lock);
	n = syscall(SYS_pread64, fd, buf, len, at);
	if (rotten && n > 0)
		((uint8_t *)buf)[n - 1] ^= 1;
	return n;
}

static void
wait_to_write(void)
{
	/* the loop's thread makes no write that may have to wait */
	assert_false(pthread_equal(pthread_self(), loop_thread) && in_loop);
	pthread_mutex_lock(&lock);
	while (writes_hang)
		pthread_cond_wait(&more, &lock);
	pthread_mutex_unlock(&lock);
}

ssize_t
pwrite(int fd, const void *buf, size_t len, off_t at)
{
	wait_to_write();
	return syscall(SYS_pwrite64, fd, buf, len, at);
}

int
fallocate(int fd, int mode, off_t at, off_t len)
{
	wait_to_write();
	pthread_mutex_lock(&lock);
	drops++;
	pthread_mutex_unlock(&lock);
	return syscall(SYS_fallocate, fd, mode, at, len);
}

/* --- a seed that serves an image file from that file system --- */

static void
add_seed(const char *file)
{
	size_t len;
	uint8_t *buf = manifest_encode(e->m, &len);
	struct manifest *m = manifest_decode(buf, len, NULL);
	FILE *f = fopen(file, "w");

	free(buf);
	assert_non_null(f);
	assert_int_equal(fwrite(e->bytes, 1, e->m->size, f), e->m->size);
	assert_int_equal(fclose(f), 0);
	seed = images_add(e->r.images, m, file);
	assert_non_null(seed);
}

static int
set_up(void **state)
{
	char file[96];

	e = engine_new(N, 1 << 30);
	snprintf(file, sizeof file, "%s/file", e->dir);
	add_seed(file);
	reads = 0;
	in_loop = true;
	return 0;
}

/* Makes a node that stores up to `room` chunks of an image, and another node
 * that has all of it. */
static void
begin_store(uint64_t room)
{
	e = engine_new(N, room * CHUNK);
	engine_image(e);
	in_loop = true;
	fake_new(e, true);
}

static int
set_up_store(void **state)
{
	begin_store(2 * N);
	return 0;
}

static int
set_up_small_store(void **state)
{
	begin_store(8);
	drops = 0;
	return 0;
}

static int
tear_down(void **state)
{
	set(&hangs, false);
	set(&writes_hang, false);
	set(&rots, false);
	in_loop = false;
	engine_free(e);
	return 0;
}

static bool
holds_none(struct engine *en)
{
	return bitmap_count(seed->held) == 0;
}

static bool
holds_all(struct engine *en)
{
	return bitmap_count(seed->held) == N;
}

/* --- tests --- */

static void
test_read(void **state)
{
	assert_true(holds_all(e));
	read_begin(e, 0, 3 * CHUNK);
	read_ends(e);
	read_begin(e, 100, 50);
	read_ends(e);
	assert_int_equal(reads, 4);
	assert_int_equal(fetch_counts(e->r.fetches)->fetched, 0);
	assert_true(holds_all(e));
}

/* A chunk whose bytes in the file are wrong is fetched from a peer, and
 * kept. */
static void
test_rots(void **state)
{
	const struct fake *f = fake_new(e, true);

	set(&rots, true);
	read_begin(e, 5 * CHUNK, CHUNK);
	read_ends(e);
	assert_int_equal(f->asked, 1);
	assert_int_equal(images_counts(e->r.images)->hash_failures, 1);
	assert_true(run_until(e, holds_all, PATIENT_MS));
	set(&rots, false);
	assert_int_equal(store_state(seed->store, 5), CHUNK_HELD);
	assert_false(store_in_base(seed->store, 5));
}

/* While reads of the file hang, all chunks are fetched from peers, and other
 * nodes are told that this node holds none, until the file can be read
 * again. */
static void
test_hangs(void **state)
{
	const struct fake *f = fake_new(e, true);

	set(&hangs, true);
	read_begin(e, 0, 20 * CHUNK);
	read_ends(e);
	assert_true(f->asked >= 20);
	assert_true(run_until(e, holds_none, PATIENT_MS));
	read_begin(e, 30 * CHUNK, 2 * CHUNK);
	read_ends(e);
	set(&hangs, false);
	assert_true(run_until(e, holds_all, PATIENT_MS));
	read_begin(e, 40 * CHUNK, 2 * CHUNK);
	read_ends(e);
}

/* A read that no peer can answer waits until the file can be read again. */
static void
test_comes_back(void **state)
{
	set(&hangs, true);
	read_begin(e, 0, CHUNK);
	assert_true(run_until(e, holds_none, PATIENT_MS));
	assert_false(read_done(e));
	set(&hangs, false);
	read_ends(e);
	assert_true(holds_all(e));
}

static bool
has_stored_20(struct engine *en)
{
	return bitmap_count(image_of(en)->held) >= 20;
}

static bool
has_stored_any(struct engine *en)
{
	return bitmap_count(image_of(en)->held) > 0;
}

static bool
writing_hangs(struct engine *en)
{
	return disk_hangs_ns(image_of(en)->disk, DISK_WRITES) > 0;
}

static bool
writing_goes_on(struct engine *en)
{
	return disk_is_well(image_of(en)->disk);
}

static void
test_stores(void **state)
{
	read_begin(e, 0, 20 * CHUNK);
	read_ends(e);
	assert_true(run_until(e, has_stored_20, PATIENT_MS));
	read_begin(e, 0, 20 * CHUNK);
	read_ends(e);
	assert_int_equal(images_counts(e->r.images)->store_errors, 0);
}

/* While writes to the store hang, chunks are read from peers and not kept; when
 * writing goes on, they are. */
static void
test_store_hangs(void **state)
{
	set(&writes_hang, true);
	read_begin(e, 0, 20 * CHUNK);
	read_ends(e);
	assert_true(run_until(e, writing_hangs, PATIENT_MS));
	read_begin(e, 10 * CHUNK, 20 * CHUNK);
	read_ends(e);
	assert_false(has_stored_any(e));
	assert_int_equal(disk_hangs_ns(image_of(e)->disk, DISK_READS), 0);
	set(&writes_hang, false);
	assert_true(run_until(e, has_stored_any, PATIENT_MS));
	assert_false(writing_hangs(e));
	read_begin(e, 30 * CHUNK, 20 * CHUNK);
	read_ends(e);
	assert_true(run_until(e, has_stored_20, PATIENT_MS));
}

/* Chunks that make room for others are dropped by a thread, too, and what was
 * dropped comes again from peers. */
static void
test_drops(void **state)
{
	for (unsigned i = 0; i < 3; i++) {
		for (unsigned c = 0; c + 2 <= 40; c += 2) {
			read_begin(e, c * CHUNK, 2 * CHUNK);
			read_ends(e);
			assert_true(store_bytes(image_of(e)->store) <=
				    8 * CHUNK);
		}
	}
	pthread_mutex_lock(&lock);
	assert_true(drops > 40);
	pthread_mutex_unlock(&lock);
}

/* A full store whose writes hang does not grow beyond its budget, and is used
 * again when writing goes on. */
static void
test_full_store_hangs(void **state)
{
	read_begin(e, 0, 6 * CHUNK);
	read_ends(e);
	assert_true(run_until(e, has_stored_any, PATIENT_MS));
	set(&writes_hang, true);
	read_begin(e, 10 * CHUNK, 20 * CHUNK);
	read_ends(e);
	assert_true(run_until(e, writing_hangs, PATIENT_MS));
	read_begin(e, 0, 40 * CHUNK);
	read_ends(e);
	set(&writes_hang, false);
	assert_true(run_until(e, writing_goes_on, PATIENT_MS));
	read_begin(e, 0, 40 * CHUNK);
	read_ends(e);
	assert_true(run_until(e, has_stored_any, PATIENT_MS));
	assert_true(store_bytes(image_of(e)->store) <= 8 * CHUNK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_read, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_rots, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_hangs, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_comes_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_stores, set_up_store,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_store_hangs, set_up_store,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_drops, set_up_small_store,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_full_store_hangs,
					    set_up_small_store, tear_down),
	};

	log_init("engine_disk", false);
	loop_thread = pthread_self();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
