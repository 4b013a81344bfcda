/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fixture/rounds.h"
#include "tests/fixture/store_dir.h"

/* Tests that threads of another process read right chunks from a store, while
 * this process puts and evicts chunks as fast as it can. */
#define BIG (64U << 10)
#define BIG_N 4U
#define READERS 3

struct shared {
	_Atomic bool stop;
	_Atomic uint32_t good, wrong;
};

struct racer {
	pthread_t thread;
	const struct store *s;
	struct shared *shared;
	uint32_t rng;
};

static void *
race(void *ctx)
{
	struct racer *r = ctx;
	uint8_t *buf = malloc(BIG);

	while (!r->shared->stop) {
		uint32_t chunk, offset, len;

		r->rng = r->rng * 1664525 + 1013904223;
		chunk = (r->rng >> 8) % BIG_N;
		offset = (r->rng >> 12) % (BIG / 2);
		len = r->rng & 1 << 30 ? BIG / 2 : 512;
		if (store_read(r->s, chunk, offset, buf, len) == -1)
			continue;
		if (right(buf, chunk * BIG + offset, len))
			r->shared->good++;
		else
			r->shared->wrong++;
	}
	free(buf);
	return NULL;
}

static void
reader_process(struct shared *shared)
{
	struct racer racers[READERS];
	struct store *s = store_attach(dir, "big");

	for (uint32_t i = 0; i < READERS; i++) {
		racers[i] =
		    (struct racer){.s = s, .shared = shared, .rng = i * 77 + 1};
		pthread_create(&racers[i].thread, NULL, race, &racers[i]);
	}
	for (uint32_t i = 0; i < READERS; i++)
		pthread_join(racers[i].thread, NULL);
	store_close(s);
	_exit(0);
}

static void
never_a_torn_read(void **state)
{
	struct shared *shared =
	    mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	/* static, for valgrind: the child ends without closing the store, which
	 * valgrind would report as a leak */
	static struct store *s;
	int status;
	pid_t pid;

	s = store_create(dir, make_image("big", BIG, BIG_N * BIG), NULL);
	pid = fork();
	if (pid == 0)
		reader_process(shared);
	/* runs until the readers have read often enough */
	for (uint32_t i = 0; i < rounds(3000) || shared->good < rounds(6000);
	     i++) {
		store_evict(s, i % BIG_N);
		if (i % 7 != 0)
			put(s, i % BIG_N);
		put(s, (i + 1) % BIG_N);
	}
	shared->stop = true;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(shared->wrong, 0);
	munmap(shared, sizeof *shared);
	store_close(s);
}

/* Several threads verify the chunks of an earlier run at the same time; half of
 * the chunks are wrong. */
static void
verified_by_many(void **state)
{
	for (unsigned round = 0; round < rounds(20); round++) {
		struct racer racers[READERS];
		struct shared shared = {.stop = false};
		struct store *s = store_create(
		    dir, make_image("big", BIG, BIG_N * BIG), NULL);
		char path[256];

		for (uint32_t c = 0; c < BIG_N; c++)
			put(s, c);
		path_of(s, "data", path);
		store_close(s);
		flip(path, BIG + 1);
		flip(path, 3 * BIG + 1);
		s = store_create(dir, make_image("big", BIG, BIG_N * BIG),
				 NULL);
		for (uint32_t i = 0; i < READERS; i++) {
			racers[i] = (struct racer){
			    .s = s, .shared = &shared, .rng = i * 77 + round};
			pthread_create(&racers[i].thread, NULL, race,
				       &racers[i]);
		}
		for (uint32_t c = 0; c < BIG_N; c++)
			while (store_state(s, c) == CHUNK_FOUND)
				usleep(100);
		shared.stop = true;
		for (uint32_t i = 0; i < READERS; i++)
			pthread_join(racers[i].thread, NULL);
		assert_int_equal(shared.wrong, 0);
		for (uint32_t c = 0; c < BIG_N; c++)
			assert_int_equal(store_state(s, c),
					 c % 2 ? CHUNK_ABSENT : CHUNK_HELD);
		assert_int_equal(store_bytes(s), 2 * BIG);
		store_close(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(never_a_torn_read),
	    TEST(verified_by_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
